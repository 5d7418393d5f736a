package session

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// The waits after an error of accept (no file descriptors left, for example) double from the first to the last.
const (
	minAcceptDelay = 5 * time.Millisecond
	maxAcceptDelay = time.Second
)

// accept starts a session for each connection until l is closed.
func (s *Server) accept(l net.Listener) {
	var delay time.Duration
	gate := newGate()
	for {
		conn, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			delay = 0
			s.serve(conn, gate)
			continue
		}
		delay = min(max(2*delay, minAcceptDelay), maxAcceptDelay)
		s.log.Warn("can't accept", "addr", listenerURL(l), "error", err.Error(), "retry", delay)
		select {
		case <-time.After(delay):
		case <-s.ctx.Done():
		}
	}
}

// gate bounds what comes in through one listener: strangers at the TCP port must not keep the user's own
// programs out of the socket.
type gate struct {
	handshakes chan struct{} // a token for each connection that isn't established
	sessions   chan struct{} // a token for each connection
}

func newGate() *gate {
	return &gate{make(chan struct{}, maxHandshakes), make(chan struct{}, maxSessions)}
}

// enter lets one more in, or says why not.
func (g *gate) enter() error {
	select {
	case g.sessions <- struct{}{}:
	default:
		return fmt.Errorf("%d sessions are live already", maxSessions)
	}
	select {
	case g.handshakes <- struct{}{}:
		return nil
	default:
		<-g.sessions
		return fmt.Errorf("%d connections don't get on with their handshake", maxHandshakes)
	}
}

// serve makes a session of conn, or closes it when there are too many or the server is ending.
func (s *Server) serve(conn net.Conn, g *gate) {
	if err := g.enter(); err != nil {
		s.log.Warn("one connection too many is closed", "remote", remoteName(conn), "reason", err.Error())
		_ = conn.Close()
		return
	}
	settled := sync.OnceFunc(func() { <-g.handshakes })
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending { // the gate closes for good: its tokens don't matter any more
		_ = conn.Close()
		return
	}
	s.lastID++
	sess := newSession(s.ctx, s.lastID, conn, s.secret, s.log)
	sess.settled = settled
	s.live[sess.id] = sess
	s.goroutines.Go(func() {
		defer func() { <-g.sessions }()
		s.host(sess)
	})
}

// host announces a session, runs it and forgets it.
func (s *Server) host(sess *Session) {
	defer s.forget(sess)
	select {
	case s.sessions <- sess:
	case <-s.ctx.Done():
	}
	sess.run()
}

func (s *Server) forget(sess *Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.live, sess.id)
}
