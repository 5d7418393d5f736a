package ui

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// live is the whole program with Bubble Tea's own loop and renderer, on a terminal that only takes the time: how long it takes from a
// message to the bytes of a frame in which it has been heeded. Each frame says in the window's title what it shows.
type live struct {
	tb      testing.TB
	program *tea.Program
	root    *root // belongs to the program once that has begun
	marks   chan mark
	sent    int // messages to be timed
	stop    func()
}

// mark is a frame that was written: how many of the timed messages it heeds, and how many outcomes of work.
type mark struct {
	heeded, worked int
	searching      bool // the tab hasn't looked at everything yet
	at             time.Time
}

// newLive starts the program, after its root was prepared.
func newLive(tb testing.TB, config Config, width, height int, prepare func(*root)) *live {
	return newLiveOn(tb, func(s *stopwatch) io.Writer { return s }, config, width, height, prepare)
}

// newLiveOn starts it on a terminal that hands on to the stopwatch what it is sent.
func newLiveOn(tb testing.TB, terminal func(*stopwatch) io.Writer, config Config, width, height int, prepare func(*root)) *live {
	ctx, cancel := context.WithCancel(tb.Context())
	l := &live{tb: tb, root: newRoot(ctx, config), marks: make(chan mark, 1<<12)}
	prepare(l.root)
	l.program = l.root.program(&marker{root: l.root}, tea.WithContext(ctx), tea.WithInput(nil), tea.WithoutSignals(),
		tea.WithOutput(terminal(&stopwatch{marks: l.marks})), tea.WithColorProfile(colorprofile.TrueColor), tea.WithWindowSize(width, height),
		tea.WithEnvironment([]string{"TERM=xterm-256color"}))
	var running sync.WaitGroup
	running.Go(func() { _, _ = l.program.Run() })
	l.stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	tb.Cleanup(l.stop)
	return l
}

// timed is a message whose way to the screen is to be timed.
type timed struct{ tea.Msg }

// send sends a message and says how long it took until the first frame in which it has been heeded was written.
func (l *live) send(msg tea.Msg) time.Duration {
	l.tb.Helper()
	l.sent++
	began := time.Now()
	l.program.Send(timed{msg})
	return l.until(func(m mark) bool { return m.heeded >= l.sent }).at.Sub(began)
}

// until waits for such a frame.
func (l *live) until(shows func(mark) bool) mark {
	l.tb.Helper()
	for {
		select {
		case m := <-l.marks:
			if shows(m) {
				return m
			}
		case <-time.After(patienceOfTests):
			l.tb.Fatal("the screen doesn't show what came of a message")
		}
	}
}

// marker is the root, with a title that tells what the frame that is shown heeds.
type marker struct {
	*root
	came, worked int
	shows        mark
}

// Update implements [tea.Model].
func (m *marker) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	before := m.root.drawn
	switch wrapped := msg.(type) {
	case timed:
		m.came++
		msg = wrapped.Msg
	case workedMsg:
		m.worked++
	}
	_, cmd := m.root.Update(msg)
	if drawn := m.root.drawn; drawn != before && !drawn.IsZero() {
		m.shows = mark{heeded: m.came, worked: m.worked}
		if s, ok := m.root.focused().(searcher); ok {
			m.shows.searching = s.searching()
		}
	}
	return m, cmd
}

// View implements [tea.Model].
func (m *marker) View() tea.View {
	view := m.root.View()
	view.WindowTitle = "mark " + strconv.Itoa(m.shows.heeded) + " " + strconv.Itoa(m.shows.worked) + " " + strconv.FormatBool(m.shows.searching)
	return view
}

// stopwatch is the terminal. Its owner is Bubble Tea's renderer.
type stopwatch struct{ marks chan<- mark }

func (s *stopwatch) Write(p []byte) (int, error) {
	_, title, ok := bytes.Cut(p, []byte("mark "))
	if !ok {
		return len(p), nil
	}
	title, _, _ = bytes.Cut(title, []byte("\a"))
	fields := bytes.Fields(title)
	if len(fields) != 3 {
		return len(p), nil
	}
	m := mark{at: time.Now(), searching: string(fields[2]) == "true"}
	m.heeded, _ = strconv.Atoi(string(fields[0]))
	m.worked, _ = strconv.Atoi(string(fields[1]))
	select {
	case s.marks <- m:
	default: // nobody has looked for long
	}
	return len(p), nil
}
