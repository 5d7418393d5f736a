package session

import (
	"errors"
	"fmt"
	"time"

	"goapptrace/protocol"
)

var (
	errGoodbye = errors.New("the peer sent Shutdown")
	errAborted = errors.New("aborted")
)

// read delivers packets until the connection ends, for which its error gives the reason; it is never nil.
func (s *Session) read() error {
	for {
		// From here, not from the last frame: the time that the consumer took isn't the peer's.
		s.armRead(time.Now().Add(s.server.limits.Idle))
		frame, err := protocol.ReadFrame(s.reader, s.server.limits.Frame)
		if err != nil {
			return err
		}
		s.server.counters.read(len(frame))
		rec := &protocol.Record{At: time.Now(), Dir: protocol.In, Raw: frame}
		if rec.Packet, err = decode(frame); err != nil {
			return fmt.Errorf("protocol error: %w", err)
		}
		mask(rec)
		if !s.emitRecord(rec) {
			return errAborted
		}
		if err := s.obey(rec.Packet); err != nil {
			return err
		}
	}
}

// mask keeps the secret of a hello out of sight. One may come here too, out of turn.
func mask(rec *protocol.Record) {
	if hello, ok := rec.Packet.(*protocol.ClientHelloPacket); ok && hello.ClientSecret != "" {
		rec.Raw = protocol.MaskSecret(rec.Raw)
		hello.ClientSecret = "***"
	}
}

// obey does what a packet asks of the session itself.
func (s *Session) obey(p protocol.Packet) error {
	if err := protocol.CheckTurn(p.PacketType(), protocol.In, s.State(), s.version); err != nil {
		return fmt.Errorf("protocol error: %w", err)
	}
	switch p := p.(type) {
	case *protocol.ShutdownPacket:
		s.panic = p.Panic[:min(len(p.Panic), protocol.MaxPanic)]
		return errGoodbye
	case *protocol.PingPacket:
		select {
		case s.pings <- struct{}{}:
		default: // an answer is due already
		}
	case *protocol.FuncLogBatchPacket:
		if err := p.Check(); err != nil {
			return fmt.Errorf("protocol error: %w", err)
		}
	}
	return nil
}
