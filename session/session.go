package session

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"goapptrace/protocol"
)

const (
	// eventBuffer bounds the events that wait for the consumer. A whole handshake fits, so that no program is refused
	// because the viewer is busy. Later each may hold a frame of protocol.MaxFrame bytes.
	eventBuffer = 16

	// commandBuffer bounds the commands that wait for the writer.
	commandBuffer = 64

	// readBuffer lets one system call read many small frames, once the handshake is done.
	readBuffer = 64 << 10
)

// Session is one connection, from its first byte to its end. Its methods may be called from any goroutine.
type Session struct {
	id       uint64
	remote   string
	server   *Server
	entrance *entrance
	arrival  *arrival
	conn     net.Conn // what run and write speak on: the arrival's, with TLS where the address wants it

	// ctx ends when the session has to end at once; abort makes it so.
	ctx   context.Context
	abort context.CancelFunc

	events   chan Event           // closed by run
	commands chan protocol.Packet // from Trace to write
	pings    chan struct{}        // from read to write: the peer wants to hear from us
	goodbye  chan struct{}        // closed by Shutdown
	sayOnce  sync.Once
	back     bool // what ends the session is expected back; written before goodbye is closed

	// Owned by run.
	log    *slog.Logger // to nowhere as long as the session isn't shown
	shown  bool
	hello  *protocol.ClientHelloPacket
	reader *bufio.Reader // once established
	panic  protocol.Text // that the program's goodbye tells of

	mu      sync.Mutex
	state   protocol.State
	version protocol.Version
	closeBy time.Time // when to stop waiting for the peer; zero as long as nothing ends
	failure string    // why this end gives up, if it does
}

func newSession(srv *Server, id uint64, a *arrival, e *entrance) *Session {
	s := &Session{
		id:       id,
		remote:   remoteName(a.conn),
		server:   srv,
		entrance: e,
		arrival:  a,
		conn:     &begun{a.conn, a.first[:]},
		events:   make(chan Event, eventBuffer),
		commands: make(chan protocol.Packet, commandBuffer),
		pings:    make(chan struct{}, 1),
		goodbye:  make(chan struct{}),
		log:      slog.New(slog.DiscardHandler),
	}
	s.ctx, s.abort = context.WithCancel(srv.ctx)
	return s
}

// remoteName is the peer's address; that of a Unix socket's client has no name.
func remoteName(conn net.Conn) string {
	if addr := conn.RemoteAddr(); addr.Network() != "unix" {
		return addr.String()
	}
	return "unix"
}

// ID is the session's number, from 1, unique within its Server. Clients of 1.1 are told it.
func (s *Session) ID() uint64 { return s.id }

// RemoteAddr is the peer's host:port, or "unix".
func (s *Session) RemoteAddr() string { return s.remote }

// Events is what happens, in order of arrival. It must be read until it is closed, which is after the end
// of the session: its last event is a State that has [protocol.State.Ended]. Not reading it holds up the peer.
func (s *Session) Events() <-chan Event { return s.events }

// State is where the session is now, which may be ahead of the Events read so far.
func (s *Session) State() protocol.State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Shutdown asks the peer to end: a Shutdown packet, then up to [protocol.ShutdownTimeout] for what it still sends
// and for it to close. It returns at once; the outcome is in Events.
func (s *Session) Shutdown() { s.shutdown(false) }

func (s *Session) shutdown(back bool) {
	s.sayOnce.Do(func() {
		s.back = back
		close(s.goodbye)
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.state < protocol.StateEstablished {
			s.giveUpLocked(time.Now(), "the viewer is shutting down")
		}
	})
}

// Close ends the session at once; what the peer still had to say is lost.
func (s *Session) Close() { s.abort() }

// makeWay ends the session's handshake: the gate has given its place to another connection.
func (s *Session) makeWay() {
	s.giveUp(time.Now(), madeWay)
	s.abort()
}

// Trace sends a [protocol.StartTraceCmdPacket] or [protocol.StopTraceCmdPacket]. It appears among the Events when it is sent,
// as does, from 1.1 on, the peer's Ack when its ID isn't zero. It returns an error when the session isn't
// established, the peer's version can't express the command, or too many commands wait already.
func (s *Session) Trace(cmd protocol.Packet) error {
	s.mu.Lock()
	state, version := s.state, s.version
	s.mu.Unlock()
	if state != protocol.StateEstablished {
		return fmt.Errorf("session %d is %v: commands need an established one", s.id, state)
	}
	if err := checkCommand(cmd, version); err != nil {
		return fmt.Errorf("session %d: %w", s.id, err)
	}
	select {
	case s.commands <- cmd:
		return nil
	default:
		return fmt.Errorf("session %d: %d commands wait already: the program doesn't read them", s.id, commandBuffer)
	}
}

// checkCommand refuses what a 1.0 client would misread: it knows no patterns and no modes, and
// would take a command without a function for one on all.
func checkCommand(cmd protocol.Packet, v protocol.Version) error {
	var pattern, mode protocol.Text
	switch cmd := cmd.(type) {
	case *protocol.StartTraceCmdPacket:
		pattern, mode = cmd.Pattern, cmd.Mode
	case *protocol.StopTraceCmdPacket:
		pattern = cmd.Pattern
	default:
		return errors.New("only StartTraceCmd and StopTraceCmd can be sent as commands")
	}
	if v == protocol.Original && (pattern != "" || mode != "" && mode != protocol.ModeFull) {
		return fmt.Errorf("the program speaks version %v, which knows no patterns and modes", v)
	}
	return nil
}

// become changes the state and returns the event that tells so.
func (s *Session) become(next protocol.State, reason protocol.Text) Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.becomeLocked(next, reason)
}

func (s *Session) becomeLocked(next protocol.State, reason protocol.Text) Event {
	if !s.state.CanBecome(next) {
		panic(fmt.Sprintf("session: %v can't become %v", s.state, next))
	}
	s.state = next
	return Event{At: time.Now(), State: next, Reason: reason}
}

// armRead gives the next read until then, or less when the session is about to end.
func (s *Session) armRead(until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closeBy.IsZero() && s.closeBy.Before(until) {
		until = s.closeBy
	}
	_ = s.arrival.conn.SetReadDeadline(until) // fails on a closed connection only, as the read will
}

// giveUp makes reading end by then. A failure says why, should nothing else end the session before.
func (s *Session) giveUp(by time.Time, failure string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.giveUpLocked(by, failure)
}

func (s *Session) giveUpLocked(by time.Time, failure string) {
	if !s.closeBy.IsZero() && s.closeBy.Before(by) {
		return
	}
	s.closeBy, s.failure = by, failure
	_ = s.arrival.conn.SetReadDeadline(by)
}

// givenUp is why this end gave up, or "".
func (s *Session) givenUp() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failure
}

// emit hands ev to the consumer, however long that takes; false when the session has to end at once instead.
func (s *Session) emit(ev Event) bool {
	if ev.At.IsZero() {
		ev.At = time.Now()
	}
	select {
	case s.events <- ev:
		return true
	default:
	}
	select {
	case s.events <- ev:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// emitLast is emit for the end of the session, which displaces older events when there is no time to wait.
func (s *Session) emitLast(ev Event) {
	for !s.emit(ev) {
		select {
		case <-s.events:
		default:
		}
	}
}

// emitRecord hands a packet to the consumer.
func (s *Session) emitRecord(rec *protocol.Record) bool {
	return s.emit(Event{At: rec.At, State: s.State(), Record: rec})
}
