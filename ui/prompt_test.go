package ui

import (
	"slices"
	"strings"
	"testing"

	"goapptrace/ui/safe"
)

// typed presses a key for each character.
func (s *screen) typed(text string) {
	for _, r := range text {
		if r == ' ' {
			s.press("space")
		} else {
			s.press(string(r))
		}
	}
}

func TestPromptShowsWhatIsWrong(t *testing.T) {
	_, s, _ := shopScreen(t)
	calls := s.root.tabs[0].(filterable)
	s.typed("/store and dur > 10x or err")
	lines := strings.Split(s.text(), "\n")
	caret, place := strings.Index(lines[35], "^"), strings.Index(lines[34], "10x")
	if caret != place || !strings.Contains(lines[35], "dur is a time with a unit") {
		t.Errorf("the caret is in cell %d, what is wrong in %d:\n%s\n%s", caret, place, lines[34], lines[35])
	}
	if got := calls.filter(); got != "store and dur " { // the last that made sense
		t.Errorf("the pane's filter is %q", got)
	}
	s.press("enter")
	if s.root.prompt == nil {
		t.Fatal("enter took a filter that makes no sense")
	}
	for range " or err" {
		s.press("backspace")
	}
	s.press("backspace", "m", "s", "enter")
	if got := calls.filter(); got != "store and dur > 10ms" || s.root.prompt != nil {
		t.Errorf("the pane's filter is %q", got)
	}
	s.wants("/store and dur > 10ms", "store.(*DB).Load")
	s.lacks("orders.price")
}

func TestPromptCompletes(t *testing.T) {
	_, s, _ := shopScreen(t)
	value := func() string { return s.root.prompt.input.Value() }
	for _, step := range []struct{ keys, want string }{
		{"/ d u tab", "dur "},
		{"tab down enter", "dur < "},
		{"1 0 tab", "dur < 10"}, // 100us, 10ms, 100ms
		{"tab tab enter", "dur < 100ms "},
		{"a tab n", "dur < 100ms an"}, // and, args: what is typed narrows the list
		{"enter", "dur < 100ms and "},
		{"f u n tab enter", "dur < 100ms and func "},
		{"= d e c o tab", "dur < 100ms and func =example.com/shop/store.decode "},
	} {
		s.press(strings.Fields(step.keys)...)
		if value() != step.want {
			t.Fatalf("%s: %q, want %q", step.keys, value(), step.want)
		}
	}
	s.press("esc")
	if s.root.prompt != nil {
		t.Error("the prompt is still there")
	}
}

// Filters of other panes are in the same language, with their own fields.
func TestPromptKnowsThePane(t *testing.T) {
	_, s, _ := shopScreen(t)
	s.press("tab")
	s.typed("/type = log or dur > 1ms")
	s.wants("packets have no dur, only calls")
	s.press("esc")
	s.typed("/type = FuncLogBatch and dir = in")
	s.press("enter")
	s.wants("FuncLogBatch")
	s.lacks("ServerHello  ")
}

// However long what is typed is, and whatever is in it, the lines fit.
func TestPromptFits(t *testing.T) {
	f := newFixture(t)
	for _, size := range [][2]int{{40, 10}, {80, 24}} {
		s := newScreen(t, Config{Store: f.store, Addresses: addresses}, size[0], size[1])
		s.typed("/ " + strings.Repeat("世界 and ", 12) + "dur > 10 ")
		s.press("tab")
		for i, line := range strings.Split(s.text(), "\n") {
			if w := safe.Width(line); w != size[0] {
				t.Errorf("%v: line %d is %d cells wide", size, i, w)
			}
		}
	}
}

func TestSavedFilters(t *testing.T) {
	f := newFixture(t)
	var kept []SavedFilter
	s := newScreen(t, Config{
		Store: f.store, Addresses: addresses,
		Filters:     []SavedFilter{{"by rate", "rate > 1k"}, {"slow", "dur > 20ms"}, {"broken", "dur >"}},
		KeepFilters: func(list []SavedFilter) error { kept = list; return nil },
	}, 120, 36)
	calls := s.root.calls
	s.press("/", "ctrl+r")
	s.wants("dur > 20ms  slow")
	s.lacks("rate > 1k", "broken") // which are none of calls
	s.press("enter", "enter")
	if calls.filter() != "dur > 20ms" {
		t.Fatalf("the filter is %q", calls.filter())
	}
	s.typed("/ and err")
	s.press("ctrl+n")
	s.typed("bad: ones")
	s.wants("name: bad: ones")
	s.press("enter")
	want := []SavedFilter{{"bad  ones", "dur > 20ms and err"}, {"broken", "dur >"}, {"by rate", "rate > 1k"}, {"slow", "dur > 20ms"}}
	if !slices.Equal(kept, want) || s.root.prompt != nil {
		t.Fatalf("kept %q", kept)
	}
	s.press("/", "up", "ctrl+d")
	s.lacks("bad  ones")
	if len(kept) != 3 {
		t.Errorf("kept %q", kept)
	}
	s.press("esc")
	s.wants("/dur > 20ms and err")
}
