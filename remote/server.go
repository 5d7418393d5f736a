package remote

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"charm.land/wish/v2"
	"github.com/charmbracelet/ssh"

	"goapptrace/internal/gate"
	"goapptrace/internal/listen"
	"goapptrace/ui"
)

// Server serves viewers over SSH.
type Server struct {
	config   Config
	limits   Limits
	log      *slog.Logger
	room     *Room
	budget   *ui.Budget
	keys     *keyFile
	gate     *gate.Gate
	ssh      *ssh.Server // never listens: it gets connections that have begun to talk
	listener net.Listener
	counts   counters

	ctx        context.Context // ends when everything has to end at once
	abort      context.CancelFunc
	goroutines sync.WaitGroup

	mu      sync.Mutex
	peers   map[*peer]struct{}
	ending  bool
	stopped chan struct{} // closed when ending begins
}

// counters are what Stats are made from.
type counters struct{ accepted, refused, failed, dropped atomic.Uint64 }

// Stats are what a server has counted since it began, and what there is now.
type Stats struct {
	Accepted        uint64 // connections
	Refused         uint64 // of these: over a limit, or kept out for failures
	Failed          uint64 // of these: ended without the proof of a key
	Dropped         uint64 // viewers whose terminals took nothing, or whose machines didn't answer
	Viewers         int    // connections with a proof of a key, now
	Unauthenticated int    // and those without
}

// Listen opens config.Addr and begins to serve. The end of ctx ends everything at once.
func Listen(ctx context.Context, config Config) (*Server, error) {
	s, err := newServer(config)
	if err != nil {
		return nil, fmt.Errorf("ssh: %w", err)
	}
	if s.listener, err = listen.TCP(ctx, config.Addr); err != nil {
		return nil, fmt.Errorf("ssh: %w", err)
	}
	s.log.Info("listening for viewers", "addr", "ssh://"+s.Addr())
	s.ctx, s.abort = context.WithCancel(ctx)
	s.goroutines.Go(s.accept)
	s.goroutines.Go(s.review)
	context.AfterFunc(s.ctx, func() {
		s.stop()
		s.hangUp()
	})
	return s, nil
}

func newServer(config Config) (*Server, error) {
	s := &Server{config: config, log: config.Log, room: config.Room, budget: ui.DefaultBudget(), peers: map[*peer]struct{}{}, stopped: make(chan struct{})}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.room == nil {
		s.room = NewRoom(s.log)
	}
	var err error
	if s.limits, err = config.Limits.orDefault(); err != nil {
		return nil, err
	}
	s.budget.Bytes = max(s.limits.Rate*9/10, 1) // frames are of all sizes
	if s.keys, err = openKeys(config.AuthorizedKeys, s.log); err != nil {
		return nil, err
	}
	key, fingerprint, err := hostKey(config.HostKey)
	if err != nil {
		return nil, err
	}
	s.gate = gate.New(s.limits.gate())
	s.ssh, err = wish.NewServer(
		wish.WithVersion(version),
		wish.WithHostKeyPEM(key),
		wish.WithPublicKeyAuth(offered),
		ssh.WrapConn(attend),
		wish.WithMiddleware(s.refuse, s.runCommand, s.showScreen), // the last is asked first
		s.harden,
	)
	s.log.Info("ssh host key", "fingerprint", fingerprint)
	return s, err
}

// Addr is the address listened on, with its real port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Viewers are those who watch, the first to come first.
func (s *Server) Viewers() []Viewer { return s.room.List() }

// Stats may be called at any time.
func (s *Server) Stats() Stats {
	viewers, strangers := s.gate.Count()
	return Stats{
		Accepted: s.counts.accepted.Load(), Refused: s.counts.refused.Load(), Failed: s.counts.failed.Load(),
		Dropped: s.counts.dropped.Load(), Viewers: viewers, Unauthenticated: strangers,
	}
}

// Shutdown tells viewers why their screens close, and waits until they have gone or ctx ends: then it ends everything at
// once and returns the context's error.
func (s *Server) Shutdown(ctx context.Context) error {
	s.stop()
	gone := make(chan struct{})
	go func() {
		s.goroutines.Wait()
		close(gone)
	}()
	var err error
	select {
	case <-gone:
	case <-ctx.Done():
		err = ctx.Err()
	}
	s.abort()
	s.hangUp()
	<-gone
	return err
}

// stop lets nobody in any more, and sends away who is there.
func (s *Server) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending {
		return
	}
	s.ending = true
	close(s.stopped)
	s.gate.Close()
	_ = s.listener.Close()
	for p := range s.peers {
		p.end(errShutdown)
	}
}

// hangUp breaks all connections.
func (s *Server) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p := range s.peers {
		p.hangUp()
	}
}

// The waits after an error of accept (no file descriptors left, for example) double from the first to the last.
const (
	minAcceptDelay = 5 * time.Millisecond
	maxAcceptDelay = time.Second
)

// accept lets connections in until the listener is closed.
func (s *Server) accept() {
	var delay time.Duration
	for {
		c, err := s.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			delay = 0
			s.counts.accepted.Add(1)
			s.admit(c)
			continue
		}
		delay = min(max(2*delay, minAcceptDelay), maxAcceptDelay)
		s.log.Warn("can't accept", "addr", s.Addr(), "error", err.Error(), "retry", delay)
		select {
		case <-time.After(delay):
		case <-s.ctx.Done():
		}
	}
}

// admit gives a connection to a goroutine of its own, unless it comes against a limit.
func (s *Server) admit(c net.Conn) {
	place, err := s.gate.Enter(gate.SourceOf(c, 0), func() { _ = c.Close() })
	if err != nil {
		s.counts.refused.Add(1)
		s.log.Debug("connection refused", "remote", c.RemoteAddr().String(), "reason", err.Error())
		_ = c.Close()
		return
	}
	s.goroutines.Go(func() { s.hold(c, place) })
}

// hold waits for the first byte of a connection. This is all that one costs that says nothing.
func (s *Server) hold(c net.Conn, place *gate.Place) {
	defer place.Leave()
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(s.limits.Handshake))
	greeted, err := greet(c)
	if err != nil {
		s.counts.failed.Add(1)
		if errors.Is(err, os.ErrDeadlineExceeded) { // who only looks whether somebody is here hangs up
			s.punish(place, address(c))
		}
		return
	}
	place.Talk()
	s.serve(greeted, place)
}

// serve talks SSH with a connection until its end.
func (s *Server) serve(c *conn, place *gate.Place) {
	p := newPeer(s, c, place)
	if !s.add(p) {
		return
	}
	s.handle(c)
	p.close()
	s.remove(p)
	if p.hasProved() || place.Evicted() || s.isEnding() {
		return
	}
	s.counts.failed.Add(1)
	s.punish(place, p.from)
}

// handle has the SSH library serve a connection. A defect that it brings to light ends this connection, and no other.
func (s *Server) handle(c *conn) {
	defer c.Close()
	defer s.survive()
	s.ssh.HandleConn(c)
}

// punish holds a failure against an address.
func (s *Server) punish(place *gate.Place, from netip.Addr) {
	if out := place.Fail(); out > 0 {
		s.log.Warn("an address failed too often", "remote", from.String(), "kept out for", out.String())
	}
}

// survive, deferred, logs a defect that somebody has brought to light.
func (s *Server) survive() {
	if why := recover(); why != nil {
		s.log.Error("a viewer's session was closed: please report this defect", "cause", fmt.Sprint(why), "stack", string(debug.Stack()))
	}
}

func (s *Server) add(p *peer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ending {
		s.peers[p] = struct{}{}
	}
	return !s.ending
}

func (s *Server) remove(p *peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.peers, p)
}

func (s *Server) isEnding() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ending
}
