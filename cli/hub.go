package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/session"
)

// goodbye bounds how long sessions may take to end properly.
const goodbye = 3 * time.Second

// printer writes down what sessions bring. Its feeds may be used at the same time.
type printer interface {
	listening(addrs, notices []string)
	open(id uint64, remote string) feed
	// exited tells how the program that we started has ended; id is its latest session, 0 when it had none.
	exited(id uint64, e model.Exit)
}

// hub listens, and leads what each session brings to where it is shown.
type hub struct {
	server *session.Server
	log    *slog.Logger // nil when there is none
	open   opener
	yard   yard
	done   chan struct{} // closed when every session has ended and was taken in

	mu    sync.Mutex
	live  map[uint64]*follower
	first chan struct{} // closed when a session has come
	seen  bool
	broke []error // defects of ours that a session brought to light
}

// opener makes the feed of the session with the ID, whose peer has the address remote.
type opener func(id uint64, remote string) feed

// follower takes in one session.
type follower struct {
	session *session.Session
	pid     int64         // of its hello, anyone before that; under the hub's lock
	over    chan struct{} // closed when all is taken in
}

// anyone is the process of a session that hasn't said who it is.
const anyone = -1

// newHub listens as config says. Each session goes to the feed that open returns.
func newHub(config session.Config, open opener) (*hub, error) {
	server, err := session.Listen(context.Background(), config)
	if err != nil {
		return nil, err
	}
	h := &hub{
		server: server, log: config.Log, open: open, done: make(chan struct{}),
		live: map[uint64]*follower{}, first: make(chan struct{}),
	}
	go h.run()
	return h, nil
}

// run follows sessions until the server has ended.
func (h *hub) run() {
	defer close(h.done)
	var followers sync.WaitGroup
	for s := range h.server.Sessions() {
		f := h.add(s)
		followers.Go(func() { h.follow(f) })
	}
	followers.Wait()
}

func (h *hub) add(s *session.Session) *follower {
	f := &follower{session: s, pid: anyone, over: make(chan struct{})}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.live[s.ID()] = f
	if !h.seen {
		h.seen = true
		close(h.first)
	}
	return f
}

// follow takes in one session until its end. A defect of ours that it brings to light ends this session, and no other.
func (h *hub) follow(f *follower) {
	defer h.remove(f)
	var feed feed
	defer func() {
		if r := recover(); r != nil {
			h.broken(f.session, feed, r)
		}
	}()
	feed = h.open(f.session.ID(), f.session.RemoteAddr())
	var left *wreck
	defer func() { h.yard.leave(left) }()
	timer := time.NewTimer(idle)
	defer timer.Stop()
	armed := true
	for {
		select {
		case ev, ok := <-f.session.Events():
			if !ok {
				feed.end(time.Now())
				if left == nil && h.lonely(f) { // a program may have died before it said who it was
					h.raiseStrays()
				}
				return
			}
			if ev.Hello != nil {
				h.identify(f, ev.Hello.PID)
				left = h.yard.find(ev.Hello, f.session.RemoteAddr())
			}
			if ev.Record != nil {
				left.note(ev.Record)
			}
			feed.take(h.yard.inquire(left.last(ev, feed), f.pid))
			if ev.State == protocol.StateRefused {
				h.yard.disown(left)
				left = nil
			}
			if !armed {
				timer.Reset(idle)
				armed = true
			}
		case now := <-timer.C:
			again := feed.tick(now)
			if armed = again > 0; armed {
				timer.Reset(again)
			}
		}
	}
}

// defect is why a session ends that we can't take in.
const defect = "a defect of goapptrace's"

// mostBroke bounds the defects that are told at the end.
const mostBroke = 8

// broken closes the session that we can't take in. Why goes to the log, or is kept for the end, when the terminal is ours again.
func (h *hub) broken(s *session.Session, to feed, why any) {
	stack := debug.Stack()
	if h.log != nil {
		h.log.Error("session closed: please report this defect", "session", s.ID(), "defect", fmt.Sprint(why), "stack", string(stack))
	}
	h.mu.Lock()
	if len(h.broke) < mostBroke {
		h.broke = append(h.broke, fmt.Errorf("session %d was closed: please report this defect: %v\n%s", s.ID(), why, stack))
	}
	h.mu.Unlock()
	s.Close()
	for range s.Events() {
	}
	if to != nil {
		despite(func() { to.take(session.Event{At: time.Now(), State: protocol.StateLost, Reason: defect}) })
		despite(func() { to.end(time.Now()) })
	}
}

// despite does something with what may be broken.
func despite(do func()) {
	defer func() { _ = recover() }()
	do()
}

func (h *hub) identify(f *follower, pid int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f.pid = pid
}

// lonely says whether f hasn't said who it is, and all others have.
func (h *hub) lonely(f *follower) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, other := range h.live {
		if other != f && other.pid == anyone {
			return false
		}
	}
	return f.pid == anyone
}

func (h *hub) remove(f *follower) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.live, f.session.ID())
	close(f.over)
}

// settle waits until what process pid sent before it ended is taken in: a moment for it to appear,
// then as long as goodbye for its sessions to end. It says whether anybody has connected at all.
func (h *hub) settle(pid int64) bool {
	const appear = 300 * time.Millisecond
	bound := time.NewTimer(goodbye)
	defer bound.Stop()
	select {
	case <-h.first:
	case <-time.After(appear):
		return false
	}
	for {
		f := h.of(pid)
		if f == nil {
			return true
		}
		select {
		case <-f.over:
		case <-bound.C:
			return true
		}
	}
}

// of is a follower whose session is, or may be, that of process pid; nil when there is none.
func (h *hub) of(pid int64) *follower {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, f := range h.live {
		if f.pid == pid || f.pid == anyone {
			return f
		}
	}
	return nil
}

// endTraces asks every session to end, and waits for those that do within bound.
func (h *hub) endTraces(bound time.Duration) {
	late := time.NewTimer(bound)
	defer late.Stop()
	for _, f := range h.followers() {
		f.session.Shutdown()
	}
	for _, f := range h.followers() {
		select {
		case <-f.over:
		case <-late.C:
			return
		}
	}
}

func (h *hub) followers() []*follower {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Values(h.live))
}

// shutdown ends every session properly, or after a bound at once, and waits until all is taken in.
func (h *hub) shutdown() error {
	ctx, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	err := h.server.Shutdown(ctx)
	<-h.done
	h.yard.clear()
	if errors.Is(err, context.DeadlineExceeded) {
		err = nil // the sessions say so themselves
	}
	return errors.Join(append(h.broke, err)...)
}

// Shutdown implements [goapptrace/ui.Commander].
func (h *hub) Shutdown(id uint64) error {
	s, err := h.find(id)
	if err == nil {
		s.Shutdown()
	}
	return err
}

// Cut implements [goapptrace/ui.Commander].
func (h *hub) Cut(id uint64) error {
	s, err := h.find(id)
	if err == nil {
		s.Close()
	}
	return err
}

// Trace implements [goapptrace/ui.Commander].
func (h *hub) Trace(id uint64, cmd protocol.Packet) error {
	s, err := h.find(id)
	if err != nil {
		return err
	}
	return s.Trace(cmd)
}

// find is the live session with the ID.
func (h *hub) find(id uint64) (*session.Session, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if f := h.live[id]; f != nil {
		return f.session, nil
	}
	return nil, fmt.Errorf("session %d has ended", id)
}
