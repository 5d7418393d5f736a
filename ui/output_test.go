package ui

import (
	"errors"
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"
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
