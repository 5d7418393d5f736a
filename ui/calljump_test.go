package ui

import (
	"strings"
	"testing"

	"goapptrace/model"
)

// here is the call that the cursor is on.
func (s *screen) here() model.CallRow {
	row, _ := s.root.calls.list.selected()
	return row
}

func TestJumpsToErrorsAndPanics(t *testing.T) {
	_, s, _ := shopScreen(t)
	last := s.here().Seq
	s.press("]", "e")
	s.wants("no later call returned an error")
	if s.here().Seq != last {
		t.Fatal("a jump to nowhere moved the cursor")
	}
	var seen []uint64
	for range 4 {
		s.press("[", "e")
		row := s.here()
		if row.End != model.EndError || len(seen) > 0 && row.Seq >= seen[len(seen)-1] {
			t.Fatalf("[e went to %+v after %v", row, seen)
		}
		seen = append(seen, row.Seq)
	}
	s.wants("newer, G follows")
	s.press("]", "e")
	if got := s.here().Seq; got != seen[2] {
		t.Errorf("]e went to call %d, want back to %d", got, seen[2])
	}
	s.press("[", "p")
	if row := s.here(); row.End != model.EndPanic || row.Seq >= seen[2] {
		t.Errorf("[p went to %+v", row)
	}
	for range 20 {
		s.press("[", "p")
	}
	s.wants("no earlier call was left by a panic")
}

func TestJumpsKeepToTheFilter(t *testing.T) {
	_, s, _ := shopScreen(t)
	s.press("/", "o", "r", "d", "e", "r", "enter", "[", "e", "[", "e")
	if name := s.here().Name; !strings.Contains(string(name), "order") {
		t.Errorf("[e went to %s", name)
	}
	s.press("/", "enter", "esc", "/", "d", "e", "c", "enter", "[", "e")
	s.wants("no earlier call that matches the filter returned an error")
}

// While the view stands still, what has come since is not there to jump to.
func TestJumpsWhilePaused(t *testing.T) {
	f, s, _ := shopScreen(t)
	s.press("space", "[", "e")
	newest := s.here().Seq
	f.trade(f.shop, 20)
	s.press("]", "e")
	s.wants("no later call returned an error")
	if got := s.here().Seq; got != newest {
		t.Errorf("]e went from call %d to %d", newest, got)
	}
	s.press("[", "e")
	if got := s.here(); got.Seq >= newest || got.End != model.EndError {
		t.Errorf("[e went to %+v", got)
	}
}

// The error of the chosen call is told where there is room for it, and all of it when the call is opened.
func TestErrorIsTold(t *testing.T) {
	f := newFixture(t)
	f.explain(f.shop, 100)
	s := newScreen(t, Config{Store: f.store, Addresses: addresses}, 80, 24)
	s.press("[", "e", "[", "e")
	s.wants(`! order 96 can't be placed: store: no row with key`)
	s.press("enter")
	s.wants("returned an error", `order 96 can't be placed: store: no row with key "product/35"`, "orders: put back 3 lines",
		"id=96", "gift=false", "store.Order{", "g17 ← g5, depth 0")
	s.press("G")
	s.wants("g17 ← g5  main.(*Server).Serve  server.go:42", "g5 ← g1  main.main  main.go:31")
	s.harmlessScreen()
}

func TestFold(t *testing.T) {
	for _, tt := range []struct {
		text  string
		width int
		want  string
	}{
		{"", 5, ""},
		{"abc", 3, "abc"},
		{"a  b, c   d", 7, "a  b, |c   d"},
		{"abcdefgh ij", 4, "abcd|efgh| ij"},
		{"語語語", 3, "語|語|語"},
		{"語", 1, "語"},
	} {
		if got := strings.Join(fold(tt.text, tt.width), "|"); got != tt.want {
			t.Errorf("%q in %d cells: %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
}
