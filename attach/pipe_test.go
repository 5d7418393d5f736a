package attach

import (
	"context"
	"errors"
	"io"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"go.uber.org/goleak"

	"goapptrace/internal/recording"
	"goapptrace/model"
	"goapptrace/ui"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const recorded = 1500 * time.Millisecond

// shop is a store with the recorded shop in it, and its time.
func shop(tb testing.TB) (*model.Store, func() time.Time) {
	tb.Helper()
	rec, err := recording.Shop()
	if err != nil {
		tb.Fatal(err)
	}
	store, now := model.New(model.Limits{}), rec.Begin().Add(recorded)
	if _, err := rec.Play(store, 1, recorded); err != nil {
		tb.Fatal(err)
	}
	return store, func() time.Time { return now }
}

// far serves a store, to which a network leads that may be slow and may break.
type far struct {
	tb     testing.TB
	source Source
	delay  time.Duration // one way

	mu    sync.Mutex
	conns []net.Conn
	down  bool
	all   sync.WaitGroup
}

func serve(tb testing.TB, source Source) *far {
	f := &far{tb: tb, source: source}
	tb.Cleanup(func() {
		f.cut()
		f.all.Wait()
	})
	return f
}

// dial is a [Dial].
func (f *far) dial(ctx context.Context) (io.ReadWriteCloser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return nil, errors.New("the network is down")
	}
	here, there := net.Pipe()
	f.conns = append(f.conns, here, there)
	source := f.source
	f.all.Go(func() {
		if err := Serve(context.Background(), source, slowed(there, f.delay)); err != nil {
			f.tb.Errorf("serving ends with %v", err)
		}
	})
	return slowed(here, f.delay), nil
}

// cut breaks all connections.
func (f *far) cut() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.conns {
		_ = c.Close()
	}
	f.conns = nil
}

func (f *far) setDown(down bool) {
	f.mu.Lock()
	f.down = down
	f.mu.Unlock()
}

// open attaches to it.
func (f *far) open(now func() time.Time) *Client {
	f.tb.Helper()
	c, err := Open(context.Background(), f.dial, Options{Version: "test", Now: now})
	if err != nil {
		f.tb.Fatal(err)
	}
	f.tb.Cleanup(c.Close)
	return c
}

// slow is a connection that takes its time with what is written.
type slow struct {
	net.Conn
	delay  time.Duration
	queue  chan late
	closed chan struct{}
	once   sync.Once
}

type late struct {
	b  []byte
	at time.Time
}

func slowed(c net.Conn, delay time.Duration) io.ReadWriteCloser {
	s := &slow{Conn: c, delay: delay, queue: make(chan late, 1<<16), closed: make(chan struct{})}
	go func() {
		for {
			select {
			case l := <-s.queue:
				time.Sleep(time.Until(l.at))
				if _, err := c.Write(l.b); err != nil {
					return
				}
			case <-s.closed:
				return
			}
		}
	}()
	return s
}

func (s *slow) Write(b []byte) (int, error) {
	select {
	case <-s.closed:
		return 0, io.ErrClosedPipe
	case s.queue <- late{append([]byte(nil), b...), time.Now().Add(s.delay)}:
		return len(b), nil
	}
}

func (s *slow) Close() error {
	s.once.Do(func() { close(s.closed) })
	return s.Conn.Close()
}

// screen is a screen without a terminal whose commands run as in a program.
type screen struct {
	tb    testing.TB
	model tea.Model
	msgs  chan tea.Msg
	all   sync.WaitGroup
	done  chan struct{}
}

func newScreen(tb testing.TB, config ui.Config, width, height int) *screen {
	config.Theme, config.NoMouse = ui.ThemeDark, true
	ctx, cancel := context.WithCancel(context.Background())
	s := &screen{tb: tb, model: ui.New(ctx, config), msgs: make(chan tea.Msg, 256), done: make(chan struct{})}
	tb.Cleanup(func() {
		cancel()
		close(s.done)
		s.all.Wait()
	})
	s.run(s.model.Init())
	s.send(tea.WindowSizeMsg{Width: width, Height: height})
	return s
}

func (s *screen) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	s.all.Go(func() {
		switch msg := cmd().(type) {
		case nil:
		case tea.BatchMsg:
			for _, c := range msg {
				s.run(c)
			}
		default:
			select {
			case s.msgs <- msg:
			case <-s.done:
			}
		}
	})
}

func (s *screen) send(msg tea.Msg) {
	var cmd tea.Cmd
	s.model, cmd = s.model.Update(msg)
	s.run(cmd)
}

func (s *screen) press(keys ...string) {
	for _, k := range keys {
		s.send(press(k))
	}
}

// press is a key by its name, or by the rune that it types.
func press(name string) tea.KeyPressMsg {
	codes := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "space": tea.KeySpace}
	if code, ok := codes[name]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	r := []rune(name)[0]
	return tea.KeyPressMsg{Code: r, Text: name}
}

var style = regexp.MustCompile("\x1b\\[[0-9;:]*[A-Za-z]|\x1b\\]8;[^\x1b]*\x1b\\\\")

func (s *screen) text() string { return style.ReplaceAllString(s.model.View().Content, "") }

// until takes in what commands bring until the screen shows what is wanted.
func (s *screen) until(what string, shows func(text string) bool) {
	s.tb.Helper()
	patience := time.After(20 * time.Second)
	for !shows(s.text()) {
		select {
		case msg := <-s.msgs:
			s.send(msg)
		case <-patience:
			s.tb.Fatalf("the screen doesn't show %s:\n%s", what, s.text())
		}
	}
}

// rest takes in what commands bring until nothing has changed for a while.
func (s *screen) rest(quiet time.Duration) {
	last, since := s.text(), time.Now()
	for time.Since(since) < quiet {
		select {
		case msg := <-s.msgs:
			s.send(msg)
		case <-time.After(quiet / 10):
		}
		if text := s.text(); text != last {
			last, since = text, time.Now()
		}
	}
}

func (s *screen) wants(parts ...string) {
	s.tb.Helper()
	s.until(strings.Join(parts, " and "), func(text string) bool {
		for _, part := range parts {
			if !strings.Contains(text, part) {
				return false
			}
		}
		return true
	})
}
