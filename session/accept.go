package session

import (
	"errors"
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
	for {
		conn, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			delay = 0
			s.serve(conn)
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

// serve makes a session of conn, or closes it when there are too many strangers or the server is ending.
func (s *Server) serve(conn net.Conn) {
	select {
	case s.handshakes <- struct{}{}:
	default:
		s.log.Warn("too many connections that don't get on with their handshake: one more is closed", "remote", remoteName(conn))
		_ = conn.Close()
		return
	}
	settled := sync.OnceFunc(func() { <-s.handshakes })
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending {
		settled()
		_ = conn.Close()
		return
	}
	s.lastID++
	sess := newSession(s.ctx, s.lastID, conn, s.secret, s.log)
	sess.settled = settled
	s.live[sess.id] = sess
	s.goroutines.Go(func() { s.host(sess) })
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
