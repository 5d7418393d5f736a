// Package recording keeps what a traced program once sent, so that tests see the same program each time. [Shop] is two seconds of
// examples/shop, recorded with the real recorder, agent and server; [Recording.Play] puts it into a store.
//
//	go run ./internal/recording/record internal/recording/shop.gz
//
// records it anew, after the protocol has changed, say. All that tells of the machine is replaced.
package recording

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/gob"
	"fmt"
	"io"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
)

// Recording is what happened in a session, in order.
type Recording struct {
	Remote  string
	Moments []Moment
}

// Moment is something that happened: a packet, a step of the handshake, the hello that was understood, something that the program printed,
// its end, or a change of state.
type Moment struct {
	At time.Time

	Raw []byte // the frame of a packet
	Dir protocol.Direction

	Step    *protocol.Step
	Hello   *protocol.ClientHelloPacket
	Version protocol.Version

	Stream string // "stdout" or "stderr"
	Output []byte

	Exit *model.Exit

	State  protocol.State
	Reason protocol.Text
}

//go:embed shop.gz
var shop []byte

// Shop is the shop that was recorded.
func Shop() (*Recording, error) { return Read(bytes.NewReader(shop)) }

// Read reads a recording that [Recording.Write] has written.
func Read(r io.Reader) (*Recording, error) {
	unpacked, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("read a recording: %w", err)
	}
	rec := new(Recording)
	if err := gob.NewDecoder(unpacked).Decode(rec); err != nil {
		return nil, fmt.Errorf("read a recording: %w", err)
	}
	return rec, nil
}

// Write writes the recording.
func (r *Recording) Write(w io.Writer) error {
	packed, _ := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err := gob.NewEncoder(packed).Encode(r); err != nil {
		return fmt.Errorf("write a recording: %w", err)
	}
	return packed.Close()
}

// Begin is when the program connected.
func (r *Recording) Begin() time.Time { return r.Moments[0].At }

// Play opens a session with the ID, and has happen what happened within a time from the beginning.
func (r *Recording) Play(store *model.Store, id uint64, lasts time.Duration) (*model.Session, error) {
	s := store.Open(id, r.Begin(), r.Remote)
	for _, m := range r.Moments {
		if m.At.Sub(r.Begin()) > lasts {
			break
		}
		if err := m.play(s); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (m *Moment) play(s *model.Session) error {
	switch {
	case m.Raw != nil:
		p, err := protocol.DecodeFrame(m.Raw)
		if err != nil {
			return fmt.Errorf("play a recording (record it anew if the protocol has changed): %w", err)
		}
		s.Packet(protocol.Record{At: m.At, Dir: m.Dir, Packet: p, Raw: m.Raw})
	case m.Step != nil:
		s.Step(*m.Step)
	case m.Hello != nil:
		s.Hello(m.Hello, m.Version)
	case m.Stream != "":
		s.Output(m.At, m.Stream, m.Output)
	case m.Exit != nil:
		s.Exited(m.At, *m.Exit)
	default:
		s.State(m.At, m.State, m.Reason)
	}
	return nil
}
