package model

import (
	"sync/atomic"
	"time"

	"goapptrace/protocol"
)

// Session is what is known of one connection. One goroutine feeds it, any number ask.
type Session struct {
	id      uint64
	changed atomic.Uint64
}

// ID is the session's number.
func (s *Session) ID() uint64 { return s.id }

// Changed grows whenever anything in the session changes, the passing of time aside. It takes no lock.
func (s *Session) Changed() uint64 { return s.changed.Load() }

// Step adds a step of the handshake.
func (s *Session) Step(step protocol.Step) {}

// State records that the session is in state since at. Reason says why when it was refused, closed or lost.
func (s *Session) State(at time.Time, state protocol.State, reason protocol.Text) {}

// Hello records who the tracee says that it is, and the version agreed on.
func (s *Session) Hello(hello *protocol.ClientHelloPacket, version protocol.Version) {}

// Packet takes in a packet in either direction. It keeps record.Raw.
func (s *Session) Packet(record protocol.Record) {}

// Output adds what the program wrote to stream ("stdout" or "stderr"); it need not end with a line's end.
func (s *Session) Output(at time.Time, stream string, data []byte) {}

// Exited records how the program ended.
func (s *Session) Exited(at time.Time, exit Exit) {}

// Row is the session's line in the session list.
func (s *Session) Row(now time.Time) SessionRow { return SessionRow{} }

// Handshake is the transcript so far.
func (s *Session) Handshake() protocol.Transcript { return nil }

// Packets is a window of the packet log.
func (s *Session) Packets(q PacketQuery) PacketPage { return PacketPage{} }

// PacketAt is the retained packet numbered seq.
func (s *Session) PacketAt(seq uint64) (protocol.Record, bool) { return protocol.Record{}, false }

// Calls is a window of the call log.
func (s *Session) Calls(q CallQuery) CallPage { return CallPage{} }

// Call is the retained call numbered seq, as of now.
func (s *Session) Call(seq uint64, now time.Time) (CallRow, bool) { return CallRow{}, false }

// Functions is a window of the function table.
func (s *Session) Functions(q FuncQuery) FuncPage { return FuncPage{} }

// Lines is a window of the program's output.
func (s *Session) Lines(q OutputQuery) OutputPage { return OutputPage{} }
