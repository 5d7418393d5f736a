package session

import (
	"errors"
	"net"
	"os"
	"time"
)

// arrival is a connection from accept on. As long as it says nothing it is no more than this, and a goroutine with a small
// stack that waits for its first byte: strangers can open many.
type arrival struct {
	conn     net.Conn
	accepted time.Time
	place    place // the gate's
	first    [1]byte
}

// greet waits until a says something, then makes a session of it. It holds nothing that isn't needed for waiting.
func (s *Server) greet(a *arrival, e *entrance) {
	defer s.goroutines.Done()
	_ = a.conn.SetReadDeadline(a.accepted.Add(s.limits.Handshake)) // fails on a closed connection only, as the read will
	if n, err := a.conn.Read(a.first[:]); n == 0 {
		s.part(a, e, err)
		return
	}
	s.host(a, e)
}

// part forgets a connection that ended before it had said anything.
func (s *Server) part(a *arrival, e *entrance, err error) {
	from := a.place.crowd.source
	_ = a.conn.Close()
	cause := e.gate.leave(a)
	if cause == "" {
		cause = CauseSilent
		if errors.Is(err, os.ErrDeadlineExceeded) { // whoever hangs up, such as a look whether the port is open, does no harm
			s.punish(from)
		}
	}
	s.drop(cause, a.conn)
}

// punish holds a failure against a source.
func (s *Server) punish(from source) {
	if s.penalties.punish(from, time.Now()) > 0 {
		s.counters.keptOut.Add(1)
	}
}

// drop counts a connection that came to nothing.
func (s *Server) drop(cause Cause, conn net.Conn) {
	s.counters.drop(cause)
	s.dropped.note(cause, conn)
}

// makeWay ends a connection that has lost its place.
func (a *arrival) makeWay() {
	if a.place.session == nil {
		_ = a.conn.Close()
		return
	}
	a.place.session.makeWay()
}

// begun is a connection whose first byte has been read.
type begun struct {
	net.Conn
	first []byte // empty once it has been read again
}

// Read implements [net.Conn].
func (b *begun) Read(p []byte) (int, error) {
	if len(b.first) == 0 {
		return b.Conn.Read(p)
	}
	n := copy(p, b.first)
	b.first = b.first[n:]
	return n, nil
}

// CloseWrite says that nothing more will be written, where connections can do that.
func (b *begun) CloseWrite() error {
	half, ok := b.Conn.(interface{ CloseWrite() error })
	if !ok {
		return errors.ErrUnsupported
	}
	return half.CloseWrite()
}
