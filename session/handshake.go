package session

import (
	"errors"
	"fmt"
	"os"
	"time"

	"goapptrace/internal/gate"
	"goapptrace/protocol"
)

// handshake reads the client's hello, judges it and answers. It returns nil when the session is established.
func (s *Session) handshake() *refusal {
	deadline := s.deadline()
	s.armRead(deadline)
	frame, err := protocol.ReadFrame(s.conn, s.server.limits.HelloFrame)
	read := time.Now()
	if no := s.interrupted(); no != nil {
		return no
	}
	cause := causeOf(err)
	if cause == CauseTimeout {
		err = fmt.Errorf("the peer said nothing complete within %v", s.server.limits.Handshake)
	}
	end := protocol.ServerEnd{Secret: s.server.secret, SessionID: s.id}
	n := end.Negotiate(frame, err, read.Sub(s.arrival.accepted))
	s.tellHello(&n, frame, read)
	switch {
	case n.Refused == "":
		if cause = s.admit(&n); cause == CauseEvicted {
			return s.interrupted()
		}
	case err == nil:
		cause = causeIn(n.Steps)
	}
	if n.Refused != "" {
		s.emitSteps(n.Steps)
		if n.Reply != nil {
			_ = s.answer(n.Reply, deadline)
		}
		return &refusal{cause, n.Refused}
	}
	return s.consent(&n, deadline)
}

const madeWay = "it made way for another connection, as too many didn't get on with their handshake"

// deadline is when the handshake has to be over: it counts from accept, whatever was said since.
func (s *Session) deadline() time.Time { return s.arrival.accepted.Add(s.server.limits.Handshake) }

// causeOf sorts what kept a hello from being read.
func causeOf(err error) Cause {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return CauseTimeout
	case errors.Is(err, protocol.ErrFrame):
		return CauseProtocol
	}
	return CauseBroken
}

// causeIn is the cause of a transcript's last step, which has failed.
func causeIn(steps protocol.Transcript) Cause {
	switch steps[len(steps)-1].Name {
	case protocol.StepVersion:
		return CauseVersion
	case protocol.StepSecret:
		return CauseSecret
	}
	return CauseProtocol
}

// admit asks the gate to let a program in that is right in all else. When there are too many, the negotiation says so from then on.
func (s *Session) admit(n *protocol.Negotiation) (refused Cause) {
	switch err := s.arrival.place.Admit(); {
	case err == nil:
		return ""
	case !errors.Is(err, gate.ErrFull):
		return CauseEvicted
	}
	step := &n.Steps[len(n.Steps)-1]
	step.Outcome = protocol.OutcomeFailed
	step.Detail = protocol.Text(fmt.Sprintf("%d sessions are live already", s.server.limits.Sessions))
	step.Fix = "end programs that aren't needed, or allow more with --limit sessions=N"
	n.Refused = protocol.Text(step.Name) + ": " + step.Detail
	if n.Version == protocol.Original { // takes any hello for consent
		n.Reply = nil
	} else {
		n.Reply = &protocol.ServerHelloPacket{ProtocolVersion: n.Reply.ProtocolVersion, Refused: n.Refused}
	}
	return CauseSessions
}

// interrupted is why the viewer ended the handshake, or nil.
func (s *Session) interrupted() *refusal {
	switch failure := s.givenUp(); {
	case s.arrival.place.Evicted():
		return &refusal{CauseEvicted, madeWay}
	case failure != "":
		return &refusal{CauseShutdown, protocol.Text(failure)}
	case s.ctx.Err() != nil:
		return &refusal{CauseShutdown, "closed at once by the viewer"}
	}
	return nil
}

// tellHello reports the peer's first packet, and who it is as far as that tells.
func (s *Session) tellHello(n *protocol.Negotiation, frame []byte, read time.Time) {
	if n.Client == nil {
		if p, err := decode(frame); err == nil {
			s.emitRecord(&protocol.Record{At: read, Dir: protocol.In, Packet: p, Raw: frame})
		}
		return
	}
	s.hello = n.Client
	s.logHello()
	s.emit(s.become(protocol.StateHelloReceived, ""))
	s.emitRecord(&protocol.Record{At: read, Dir: protocol.In, Packet: n.Client, Raw: protocol.MaskSecret(frame)})
	s.emit(Event{At: read, State: protocol.StateHelloReceived, Hello: n.Client, Version: n.Version})
}

// logHello says who the program is. It is called again when the log begins after its hello.
func (s *Session) logHello() {
	s.log.Info("hello", "app", quote(s.hello.AppName), "version", quote(s.hello.ProtocolVersion), "pid", s.hello.PID)
}

// consent sends the ServerHello that establishes the session.
func (s *Session) consent(n *protocol.Negotiation, deadline time.Time) *refusal {
	last := len(n.Steps) - 1
	s.emitSteps(n.Steps[:last])
	err := s.answer(n.Reply, deadline)
	step := n.Steps[last]
	step.After = time.Since(s.arrival.accepted)
	if err != nil {
		step.Outcome = protocol.OutcomeFailed
		step.Detail = protocol.Text(err.Error())
		step.Fix = "the program went away before it was answered: look at what it logs"
	}
	s.emit(Event{State: protocol.StateHelloReceived, Step: &step})
	if err != nil {
		return &refusal{CauseBroken, protocol.Text(step.Name) + ": " + step.Detail}
	}
	return s.establish(n.Version)
}

// establish ends the handshake, unless Shutdown came in its last moments: from here on a shutdown has a proper goodbye.
func (s *Session) establish(v protocol.Version) *refusal {
	s.mu.Lock()
	if failure := s.failure; failure != "" {
		s.mu.Unlock()
		return &refusal{CauseShutdown, protocol.Text(failure)}
	}
	s.version = v
	ev := s.becomeLocked(protocol.StateEstablished, "")
	s.mu.Unlock()
	s.emit(ev)
	return nil
}

// answer sends the ServerHello.
func (s *Session) answer(hello *protocol.ServerHelloPacket, deadline time.Time) error {
	rec, err := s.send(hello, deadline)
	if err != nil {
		return err
	}
	s.emitRecord(rec)
	return nil
}

// emitSteps reports the transcript but for its first step, which run has reported on accept.
func (s *Session) emitSteps(steps protocol.Transcript) {
	for _, step := range steps[1:] {
		s.emit(Event{State: s.State(), Step: &step})
	}
}

// decode is protocol.DecodeFrame with a last net below it: a stranger's bytes must not end the viewer.
func decode(frame []byte) (p protocol.Packet, err error) {
	defer func() {
		if recover() != nil {
			p, err = nil, errUndecodable
		}
	}()
	return protocol.DecodeFrame(frame)
}

var errUndecodable = errors.New("the frame can't be decoded")
