package ui

import (
	"errors"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
)

// fakeInput is a program's standard input.
type fakeInput struct {
	lines  []string
	closed bool
	err    error
}

func (f *fakeInput) Write(b []byte) (int, error) {
	f.lines = append(f.lines, string(b))
	return len(b), f.err
}

func (f *fakeInput) Close() error {
	f.closed = true
	return f.err
}

func TestTypingToTheProgram(t *testing.T) {
	f := newFixture(t)
	e := newTestEnv()
	p := newOutputPane(e)
	if p.update(press("i")); p.(typist).typing() {
		t.Fatal("types to a program whose input isn't ours")
	}
	input := new(fakeInput)
	e.input = input
	s := newStage(t, p, slotTab, [2]int{80, 24}, f.shop)
	s.press("i")
	if !p.(typist).typing() {
		t.Fatal("i does not open the input line")
	}
	s.press("h", "i", "space", "G", "enter")
	s.shows("stdin> ")
	s.press("q", "esc")
	if p.(typist).typing() {
		t.Error("esc does not leave the input line")
	}
	s.press("i", "enter", "ctrl+d")
	if want := []string{"hi G\n", "q\n"}; !slices.Equal(input.lines, want) || !input.closed {
		t.Errorf("the program got %q, closed %v, want %q, closed", input.lines, input.closed, want)
	}
	s.got = nil
	input.err = errors.New("the program has ended\x1b[2J")
	s.press("i", "x", "enter")
	if want := (noticeMsg{`the program has ended\x1b[2J`, true}); !slices.Contains(s.got, tea.Msg(want)) {
		t.Errorf("a failure was told as %v", s.got)
	}
}

// When the program has ended nobody reads what is typed.
func TestTypingToAProgramThatHasEnded(t *testing.T) {
	f := newFixture(t)
	p := &program{running: true}
	s := newScreen(t, Config{Store: f.store, Program: p, Input: new(fakeInput)}, 120, 36)
	s.press("7")
	s.wants(" i type to the program")
	s.press("i", "x")
	s.wants("stdin> x")
	p.running = false
	s.send()
	s.lacks("stdin>", "type to the program")
	s.press("i")
	s.wants("the program has ended")
	s.lacks("stdin>")
}

func TestOutputLeadsToItsCall(t *testing.T) {
	f := newFixture(t)
	f.explain(f.shop, 100)
	s := newScreen(t, Config{Store: f.store}, 120, 36)
	s.press("7", "/", "f", "a", "i", "l", "e", "d", "enter", "k")
	s.wants("in store.decode · G follows")
	s.press("enter")
	row := s.here()
	if s.root.tab != 0 || row.Name != "example.com/shop/store.decode" || row.G != 20 || s.root.calls.filter() != "" {
		t.Errorf("enter went to %+v on tab %d", row, s.root.tab)
	}
	s.wants("▸03:43.470  g20")
	s.press("7", "esc", "/", "9", "8", "enter", "enter") // of this one nobody knows the goroutine
	line := fixtureNow.Add(-time.Second)
	if row := s.here(); row.Start.After(line) || line.Sub(row.Start) > 50*time.Millisecond {
		t.Errorf("a line of %v led to a call of %v", line, row.Start)
	}
	s.press("7", "esc", "/", "t", "l", "s", "enter", "enter")
	s.wants("no traced call is known")
}

// Who only listens sees what is logged, but not what is printed.
func TestOutputOfProgramsThatRunElsewhere(t *testing.T) {
	f := newFixture(t)
	const why = "stdout and stderr are seen under goapptrace run only"
	quiet := f.open("quiet", 1, time.Minute)
	e := newTestEnv()
	s := newStage(t, newOutputPane(e), slotTab, [2]int{80, 24}, quiet)
	s.shows("no lines yet")
	s.shows(why + ",")
	s.press("g")
	s.shows("G follows")
	f.close(quiet, 0, "")
	s.pane.refresh(s.at)
	s.lacks("yet")
	s.lacks("G follows")
	s.shows(why)
	e.program = &program{running: true}
	s.lacks(why)
	s = newStage(t, newOutputPane(newTestEnv()), slotTab, [2]int{80, 24}, f.batch)
	s.shows("no lines") // although it was one of ours
	s.lacks(why)
}

// What is printed and what is logged can be seen apart.
func TestOutputByStream(t *testing.T) {
	f := newFixture(t)
	f.explain(f.shop, 100)
	s := newStage(t, newOutputPane(newTestEnv()), slotTab, [2]int{120, 36}, f.shop)
	s.shows("order 98: served")
	s.shows("the bank is slow")
	s.press("s")
	s.shows("order 98: served")
	s.shows("only what was printed")
	s.lacks("the bank is slow")
	s.press("s")
	s.shows("the bank is slow")
	s.shows("only what was logged")
	s.lacks("order 98")
	s.press("s")
	s.lacks("only")
	s.shows("order 98: served")
}

// Lines outside of the time range are left out.
func TestOutputInARange(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, newOutputPane(newTestEnv()), slotTab, [2]int{120, 36}, f.shop)
	s.shows("listening")
	s.at.span = model.Span{From: fixtureNow.Add(-2 * time.Second), To: fixtureNow}
	s.pane.refresh(s.at)
	s.lacks("listening")
	s.shows("order 98: served")
	s.at.span = model.Span{From: fixtureNow.Add(time.Second), To: fixtureNow.Add(2 * time.Second)}
	s.pane.refresh(s.at)
	s.shows("none of the lines kept is in the time range")
}
