//go:build linux

package faults

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// watch is a running goapptrace watch --json, and what it printed.
type watch struct {
	t      *testing.T
	url    string
	cmd    *exec.Cmd
	stderr bytes.Buffer
	read   chan struct{} // closed at the end of its output

	mu        sync.Mutex
	listening bool
	killed    bool
	sessions  map[uint64]*seen
	calls     int // lines of calls
	errors    int
}

// socket is a new address for a viewer, short enough for one.
func socket(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "f") //nolint:usetesting // the name of t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return "unix://" + filepath.Join(dir, "s")
}

// startWatch starts a viewer and waits until it listens.
func startWatch(t *testing.T, url string, args ...string) *watch {
	t.Helper()
	w := newWatch(t, exec.Command(goapptrace, append([]string{"watch", "--json", "--listen", url}, args...)...))
	w.url = url
	return w
}

// newWatch starts a viewer that prints JSON, and waits until it listens.
func newWatch(t *testing.T, cmd *exec.Cmd) *watch {
	t.Helper()
	w := &watch{t: t, cmd: cmd, read: make(chan struct{}), sessions: map[uint64]*seen{}}
	w.cmd.Stderr = &w.stderr
	out, err := w.cmd.StdoutPipe()
	if err == nil {
		err = w.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	go w.collect(out)
	t.Cleanup(func() { _ = w.kill() })
	await(t, "the viewer to listen", func() bool { return w.locked(func() bool { return w.listening }) })
	return w
}

func (w *watch) collect(out io.Reader) {
	defer close(w.read)
	for in := bufio.NewReaderSize(out, 1<<16); ; {
		text, err := in.ReadBytes('\n')
		w.mu.Lock()
		if err == nil {
			w.take(text)
		} else if len(text) > 0 && !w.killed {
			w.t.Errorf("the output ends within a line: %q", text)
		}
		w.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// take checks a line and remembers what it says.
func (w *watch) take(text []byte) {
	if bytes.HasPrefix(text, []byte(`{"kind":"call"`)) && !w.sample() {
		return
	}
	l, err := parse(text)
	if err == nil {
		switch l.Kind {
		case "listening":
			w.listening = true
		case "session":
			s := w.session(l.ID)
			s.state, s.reason, s.pid = l.State, l.Reason, max(s.pid, l.PID)
		case "call":
			err = w.session(l.Session).call(l)
		case "stats":
			if l.Final {
				w.session(l.Session).final = l
			}
		}
	}
	if w.errors++; err != nil && w.errors <= 10 {
		w.t.Errorf("%v in %s", err, text)
	} else if err == nil {
		w.errors--
	}
}

// sample says whether to check a call: the first ones, and from then on one stretch in many. Checking each would make the
// viewer wait for the test, and the victim for the viewer.
func (w *watch) sample() bool {
	const first, stretch, oneIn = 100_000, 1000, 30
	w.calls++
	if w.calls < first || w.calls/stretch%oneIn == 0 {
		return true
	}
	for _, s := range w.sessions {
		clear(s.goroutines) // what follows the stretch begins anew
	}
	return false
}

func (w *watch) session(id uint64) *seen {
	if w.sessions[id] == nil {
		w.sessions[id] = &seen{ended: calls{}, goroutines: map[uint64]*nesting{}}
	}
	return w.sessions[id]
}

func (w *watch) locked(f func() bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return f()
}

// awaitSession waits for a session of which the condition holds.
func (w *watch) awaitSession(what string, cond func(*seen) bool) (found *seen) {
	w.t.Helper()
	await(w.t, what, func() bool {
		return w.locked(func() bool {
			for _, s := range w.sessions {
				if cond(s) {
					found = s
				}
			}
			return found != nil
		})
	})
	return found
}

// awaitCalls waits until a session that is alive has shown more calls of outer.
func (w *watch) awaitCalls(n int64) *seen {
	w.t.Helper()
	var s *seen
	var begin int64
	s = w.awaitSession("a session", func(s *seen) bool {
		begin = s.ended["main.outer"]
		return s.state == "established"
	})
	await(w.t, "calls", func() bool {
		return w.locked(func() bool { return s.ended["main.outer"] >= begin+n })
	})
	return s
}

// kill ends the viewer without a warning.
func (w *watch) kill() error {
	w.mu.Lock()
	w.killed = true
	w.mu.Unlock()
	err := w.cmd.Process.Kill()
	<-w.read
	_ = w.cmd.Wait() // it was killed
	return err
}

// stop ends the viewer as a user would.
func (w *watch) stop() {
	w.t.Helper()
	_ = w.cmd.Process.Signal(os.Interrupt)
	select {
	case <-w.read:
	case <-time.After(patience):
		w.t.Error("the viewer did not end")
		return
	}
	if err := w.cmd.Wait(); err != nil && w.cmd.ProcessState.ExitCode() != 130 {
		w.t.Errorf("the viewer: %v\n%s", err, w.stderr.String())
	}
}

// awaitEnd waits until the last session of a process that has ended is over, and returns it.
func (w *watch) awaitEnd(v *victim) *seen {
	w.t.Helper()
	var s *seen
	await(w.t, "the victim's session", func() bool { s = w.ofVictim(v); return s != nil })
	await(w.t, "the session's end", func() bool { return w.locked(func() bool { return s.final != nil }) })
	return s
}

// ofVictim is the last session of the process, nil if it has none.
func (w *watch) ofVictim(v *victim) (found *seen) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var last uint64
	for id, s := range w.sessions {
		if s.pid == v.cmd.Process.Pid && id > last {
			found, last = s, id
		}
	}
	return found
}
