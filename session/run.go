package session

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"goapptrace/protocol"
)

// lingerTimeout bounds the wait for a peer that is being left: closing while it still sends would
// reset the connection and take from it what it hasn't read yet, the reason of its refusal for example.
const lingerTimeout = time.Second

// TailUnknown ends the reasons of sessions that were lost: what the program had not sent is missing.
const TailUnknown = ": tail unknown"

// ending is how a session ends.
type ending struct {
	state  protocol.State
	reason protocol.Text
}

// refusal is why a connection didn't become an established session.
type refusal struct {
	cause Cause
	why   protocol.Text
}

// run takes the session from its first byte to its end.
func (s *Session) run() {
	defer close(s.events)
	defer s.arrival.place.Leave()
	defer s.abort()
	defer s.arrival.conn.Close()
	stop := context.AfterFunc(s.ctx, func() { _ = s.arrival.conn.Close() })
	defer stop()

	if s.server.showcase.take(s.arrival.accepted) {
		s.show()
	}
	s.emit(Event{At: s.arrival.accepted, State: protocol.StateConnected})
	s.emit(Event{Step: &protocol.Step{Name: protocol.StepConnected, Detail: protocol.Text(s.remote)}})
	no := s.secure()
	if no == nil {
		no = s.handshake()
	}
	if no != nil {
		s.refuse(no)
		s.linger()
		return
	}
	s.settle()
	end := s.converse()
	_ = s.arrival.conn.Close()
	if end.state == protocol.StateLost {
		s.server.counters.lost.Add(1)
	}
	s.finish(end)
}

// show makes the session known to the consumer and to the log.
func (s *Session) show() {
	s.shown = true
	s.log = s.server.log.With("session", s.id, "remote", s.remote)
	select {
	case s.server.sessions <- s:
	case <-s.ctx.Done():
	}
}

// settle is what is left to do once the session is established.
func (s *Session) settle() {
	s.server.counters.established.Add(1)
	if s.shown {
		s.server.showcase.giveBack()
	} else {
		s.show()
		s.logHello()
	}
	s.reader = bufio.NewReaderSize(s.conn, readBuffer)
}

// refuse ends a session that came to nothing.
func (s *Session) refuse(no *refusal) {
	s.server.counters.drop(no.cause)
	if no.cause.punished() {
		s.server.punish(s.arrival)
	}
	if !s.shown {
		s.server.dropped.note(no.cause, s.arrival.conn)
	}
	s.finish(ending{protocol.StateRefused, no.why})
}

// converse exchanges packets until one side ends it.
func (s *Session) converse() ending {
	stop := make(chan struct{})
	unseen := make(chan []Event, 1)
	go func() { unseen <- s.write(stop) }()
	err := s.read()
	failure := s.givenUp()
	close(stop)
	_ = s.conn.SetWriteDeadline(time.Now()) // no use in waiting for a write now
	for _, ev := range <-unseen {
		s.emit(ev)
	}
	told := s.State() == protocol.StateClosing // even if the answer came before the writer had noted what it sent
	if errors.Is(err, errGoodbye) {
		if !told {
			s.emit(s.become(protocol.StateClosing, "the program says goodbye"))
		}
		s.linger()
	}
	return s.judge(err, told, failure)
}

// judge turns what ended the reading into how the session ends. The program may have been told to shut down; a failure is why this
// end had given up by then, if it had.
func (s *Session) judge(err error, told bool, failure string) ending {
	timeout := errors.Is(err, os.ErrDeadlineExceeded)
	switch {
	case errors.Is(err, errGoodbye) && s.panic != "":
		return ending{protocol.StateClosed, "the program crashed: " + s.panic}
	case errors.Is(err, errGoodbye) && told:
		return ending{protocol.StateClosed, "the viewer shut it down"}
	case errors.Is(err, errGoodbye):
		return ending{protocol.StateClosed, "the program shut down"}
	case s.ctx.Err() != nil:
		return ending{protocol.StateLost, "closed at once by the viewer" + TailUnknown}
	case errors.Is(err, io.EOF) && told:
		return ending{protocol.StateClosed, "the viewer shut it down"}
	case errors.Is(err, io.EOF):
		return ending{protocol.StateLost, "the connection ended without goodbye" + TailUnknown}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return ending{protocol.StateLost, "the connection ended within a frame" + TailUnknown}
	case errors.Is(err, syscall.ECONNRESET): // a program that was killed before it read our last Ping
		return ending{protocol.StateLost, "the connection was reset without goodbye" + TailUnknown}
	case timeout && failure != "":
		return ending{protocol.StateLost, protocol.Text(failure) + TailUnknown}
	case timeout:
		return ending{protocol.StateLost, protocol.Text("no frame for "+s.server.limits.Idle.String()) + TailUnknown}
	}
	return ending{protocol.StateLost, protocol.Text(err.Error())}
}

// finish tells the end, to the consumer and to the log.
func (s *Session) finish(end ending) {
	ev := s.become(end.state, end.reason)
	ev.Crash = s.panic
	s.log.Info("session ended", "state", end.state.String(), "reason", quote(end.reason), "lasted", ev.At.Sub(s.arrival.accepted))
	s.emitLast(ev)
}

// linger says on the connection that nothing more is sent, and waits a moment for the peer to close its side too.
// What it still sends is read and thrown away.
func (s *Session) linger() {
	half, ok := s.conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	_ = s.conn.SetReadDeadline(time.Now().Add(lingerTimeout))
	_, _ = io.Copy(io.Discard, s.conn)
}

// quote makes a stranger's text fit for a log: one line, nothing that a terminal obeys, and not too long.
// What is fit already stays as it is: the log's handler has quotes of its own.
func quote(t protocol.Text) string {
	const most = 256
	text, rest := string(t), ""
	if len(text) > most {
		text, rest = text[:most], "..."
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !strconv.IsPrint(r) }) {
		text = strconv.Quote(text)
	}
	return text + rest
}
