package session

import (
	"errors"
	"time"

	"goapptrace/protocol"
)

// handshake reads the client's hello, judges it and answers. Its reason, when it isn't ok, is why the peer is refused.
func (s *Session) handshake() (reason protocol.Text, ok bool) {
	deadline := s.accepted.Add(protocol.HandshakeTimeout)
	s.armRead(deadline)
	frame, err := protocol.ReadFrame(s.reader, protocol.MaxHelloFrame)
	read := time.Now()
	if failure := s.interrupted(); failure != "" {
		return protocol.Text(failure), false
	}
	end := protocol.ServerEnd{Secret: s.secret, SessionID: s.id}
	n := end.Negotiate(frame, err, read.Sub(s.accepted))
	s.tellHello(&n, frame, read)
	if n.Refused != "" {
		s.emitSteps(n.Steps)
		if n.Reply != nil {
			_ = s.answer(n.Reply, deadline)
		}
		return n.Refused, false
	}
	return s.consent(&n, deadline)
}

// interrupted is why the viewer ended the handshake, or "".
func (s *Session) interrupted() string {
	if s.ctx.Err() != nil {
		return "closed at once by the viewer"
	}
	return s.givenUp()
}

// tellHello reports the peer's first packet, and who it is as far as that tells.
func (s *Session) tellHello(n *protocol.Negotiation, frame []byte, read time.Time) {
	if n.Client == nil {
		if p, err := decode(frame); err == nil {
			s.emitRecord(&protocol.Record{At: read, Dir: protocol.In, Packet: p, Raw: frame})
		}
		return
	}
	s.log.Info("hello", "app", quote(n.Client.AppName), "version", quote(n.Client.ProtocolVersion), "pid", n.Client.PID)
	s.emit(s.become(protocol.StateHelloReceived, ""))
	s.emitRecord(&protocol.Record{At: read, Dir: protocol.In, Packet: n.Client, Raw: protocol.MaskSecret(frame)})
	s.emit(Event{At: read, State: protocol.StateHelloReceived, Hello: n.Client, Version: n.Version})
}

// consent sends the ServerHello that establishes the session.
func (s *Session) consent(n *protocol.Negotiation, deadline time.Time) (reason protocol.Text, ok bool) {
	last := len(n.Steps) - 1
	s.emitSteps(n.Steps[:last])
	err := s.answer(n.Reply, deadline)
	step := n.Steps[last]
	step.After = time.Since(s.accepted)
	if err != nil {
		step.Outcome = protocol.OutcomeFailed
		step.Detail = protocol.Text(err.Error())
		step.Fix = "the program went away before it was answered: look at what it logs"
	}
	s.emit(Event{State: protocol.StateHelloReceived, Step: &step})
	if err != nil {
		return protocol.Text(step.Name) + ": " + step.Detail, false
	}
	return s.establish(n.Version)
}

// establish ends the handshake, unless Shutdown came in its last moments: from here on a shutdown has a proper goodbye.
func (s *Session) establish(v protocol.Version) (reason protocol.Text, ok bool) {
	s.mu.Lock()
	if failure := s.failure; failure != "" {
		s.mu.Unlock()
		return protocol.Text(failure), false
	}
	s.version = v
	ev := s.becomeLocked(protocol.StateEstablished, "")
	s.mu.Unlock()
	s.emit(ev)
	return "", true
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
