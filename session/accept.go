package session

import (
	"crypto/tls"
	"errors"
	"net"
	"time"

	"goapptrace/internal/gate"
)

// The waits after an error of accept (no file descriptors left, for example) double from the first to the last.
const (
	minAcceptDelay = 5 * time.Millisecond
	maxAcceptDelay = time.Second
)

// entrance is an address that is listened on.
type entrance struct {
	net.Listener
	scheme string // as in the address
	gate   *gate.Gate
	tls    *tls.Config // of tls alone
}

// url is the address that is really listened on, port 0 resolved.
func (e *entrance) url() string { return address{e.scheme, e.Addr().String()}.url() }

// doubts are what the user should know of an address that others can reach.
func (e *entrance) doubts(config Config) (notices []string) {
	if !exposed(e) {
		return nil
	}
	if e.scheme == "tcp" {
		notices = append(notices, e.url()+" can be reached by other machines, in clear, as --insecure allows it")
	}
	if config.Secret == "" && (e.tls == nil || e.tls.ClientAuth != tls.RequireAndVerifyClientCert) {
		notices = append(notices, e.url()+" can be reached by other machines and asks for no secret: use --secret-file")
	}
	return notices
}

// accept starts a goroutine for each connection until the entrance is closed.
func (s *Server) accept(e *entrance) {
	var delay time.Duration
	var told time.Time
	for {
		conn, err := e.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			delay = 0
			s.serve(conn, e)
			continue
		}
		delay = min(max(2*delay, minAcceptDelay), maxAcceptDelay)
		if now := time.Now(); now.Sub(told) >= droppedPause {
			told = now
			s.log.Warn("can't accept", "addr", e.url(), "error", err.Error())
		}
		select {
		case <-time.After(delay):
		case <-s.ctx.Done():
		}
	}
}

// serve takes care of conn from now on: closes it when there is no place for it or the server is ending, else waits for what it says.
func (s *Server) serve(conn net.Conn, e *entrance) {
	s.counters.accepted.Add(1)
	a := &arrival{conn: conn, accepted: time.Now()}
	if cause := e.enter(a); cause != "" {
		_ = conn.Close()
		s.drop(cause, conn)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending { // the gate closes for good: places don't matter any more
		_ = conn.Close()
		s.drop(CauseShutdown, conn)
		return
	}
	s.goroutines.Add(1)
	go s.greet(a, e)
}

// enter finds a place at the gate, or says why there is none.
func (e *entrance) enter(a *arrival) (refused Cause) {
	from, err := sourceOf(a.conn)
	if err != nil {
		return CausePeer
	}
	a.place, err = e.gate.Enter(from, a.evict)
	switch {
	case errors.Is(err, gate.ErrPenalty):
		return CausePenalty
	case errors.Is(err, gate.ErrPerAddress):
		return CausePerAddress
	case err != nil:
		return CauseShutdown
	}
	return ""
}

// host makes a session of an arrival, runs it and forgets it.
func (s *Server) host(a *arrival, e *entrance) {
	sess := s.register(a, e)
	a.session.Store(sess)
	if !a.place.Talk() { // it had to make way in its last moment
		sess.abort()
		s.forget(sess)
		s.part(a, nil)
		return
	}
	defer s.forget(sess)
	sess.run()
}

// register makes a session of an arrival. If the server is ending, it is one that ends at once.
func (s *Server) register(a *arrival, e *entrance) *Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastID++
	sess := newSession(s, s.lastID, a, e)
	if s.ending {
		sess.Shutdown()
	}
	s.live[sess.id] = sess
	return sess
}

func (s *Server) forget(sess *Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.live, sess.id)
}
