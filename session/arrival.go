package session

import (
	"errors"
	"net"
	"os"
	"sync/atomic"
	"time"

	"goapptrace/internal/gate"
)

// arrival is a connection from accept on. As long as it says nothing it is no more than this, and a goroutine with a small
// stack that waits for its first byte: strangers can open many.
type arrival struct {
	conn     net.Conn
	accepted time.Time
	place    *gate.Place
	session  atomic.Pointer[Session] // what became of it
	first    [1]byte
}

// greet waits until a says something, then makes a session of it. It holds nothing that isn't needed for waiting.
func (s *Server) greet(a *arrival, e *entrance) {
	defer s.goroutines.Done()
	_ = a.conn.SetReadDeadline(a.accepted.Add(s.limits.Handshake)) // fails on a closed connection only, as the read will
	if n, err := a.conn.Read(a.first[:]); n == 0 {
		s.part(a, err)
		return
	}
	s.host(a, e)
}

// part forgets a connection that ended before it had said anything.
func (s *Server) part(a *arrival, err error) {
	cause := CauseSilent
	switch {
	case a.place.Evicted():
		cause = s.whyEvicted()
	case errors.Is(err, os.ErrDeadlineExceeded): // whoever hangs up, such as a look whether the port is open, does no harm
		s.punish(a)
	}
	_ = a.conn.Close()
	a.place.Leave()
	s.drop(cause, a.conn)
}

// whyEvicted is why a place was taken away: to make way, unless all have to go.
func (s *Server) whyEvicted() Cause {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending {
		return CauseShutdown
	}
	return CauseEvicted
}

// punish holds a failure against the address of an arrival.
func (s *Server) punish(a *arrival) {
	if a.place.Fail() > 0 {
		s.counters.keptOut.Add(1)
	}
}

// drop counts a connection that came to nothing.
func (s *Server) drop(cause Cause, conn net.Conn) {
	s.counters.drop(cause)
	s.dropped.note(cause, conn)
}

// evict ends a connection that has lost its place.
func (a *arrival) evict() {
	if sess := a.session.Load(); sess != nil {
		sess.makeWay()
		return
	}
	_ = a.conn.Close()
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
