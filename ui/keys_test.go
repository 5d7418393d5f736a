package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
)

func shopScreen(t *testing.T) (*fixture, *screen, *commander) {
	f, c := newFixture(t), new(commander)
	return f, newScreen(t, Config{Store: f.store, Commander: c, Addresses: addresses, Editor: "vi"}, 120, 36), c
}

func TestFocusGoesRound(t *testing.T) {
	_, s, _ := shopScreen(t)
	var seen []slot
	for range int(slotCount) + 1 {
		seen = append(seen, s.root.focus)
		s.press("tab")
	}
	want := []slot{slotTab, slotPackets, slotSessions, slotHandshake, slotTab}
	for i := range want {
		if seen[i] != want[i] {
			t.Fatalf("tab goes through %v, want %v", seen, want)
		}
	}
	s.press("shift+tab", "shift+tab")
	if s.root.focus != slotHandshake {
		t.Errorf("shift+tab went to %v", s.root.focus)
	}
}

func TestTabs(t *testing.T) {
	_, s, _ := shopScreen(t)
	for _, step := range []struct {
		key string
		tab int
	}{{"2", 1}, {"]", 2}, {"]", 3}, {"8", 7}, {"[", 6}, {"]", 7}, {"]", 0}, {"4", 3}, {"[", 2}, {"1", 0}, {"9", 0}} {
		if s.press(step.key); s.root.tab != step.tab {
			t.Fatalf("%q opened tab %d, want %d", step.key, s.root.tab, step.tab)
		}
	}
	s.press("tab", "2")
	if s.root.focus != slotTab {
		t.Error("a tab that was opened has no focus")
	}
}

func TestSelectingASession(t *testing.T) {
	f, s, _ := shopScreen(t)
	s.wants("ServerHello", "main.(*Server).order")
	s.press("tab", "tab", "down", "down", "down")
	if got := s.root.sessions.selected(); got != f.refused.ID() {
		t.Fatalf("session %d is selected, want %d", got, f.refused.ID())
	}
	s.wants("✗ version", "no calls")
	f.open("newer", 1, 0)
	s.send()
	if got := s.root.sessions.selected(); got != f.refused.ID() {
		t.Error("a new session took the cursor from the user")
	}
}

func TestANewRunIsSelected(t *testing.T) {
	f, s, _ := shopScreen(t)
	f.close(f.shop, 0, "")
	again := f.open("shop", 4200, 0)
	s.send()
	if got := s.root.sessions.selected(); got != again.ID() {
		t.Errorf("session %d is selected, want the new run %d", got, again.ID())
	}
}

func TestShutdownAsks(t *testing.T) {
	f, s, c := shopScreen(t)
	s.press("x")
	s.wants("Shut down the session of shop (4123)?")
	s.press("enter")
	s.wants("Shut down the session")
	if len(c.ended) > 0 {
		t.Fatal("enter shut the session down")
	}
	s.press("n")
	s.lacks("Shut down the session")
	s.press("x", "y")
	if len(c.ended) != 1 || c.ended[0] != f.shop.ID() {
		t.Errorf("sessions %v were shut down, want %d", c.ended, f.shop.ID())
	}
	s.lacks("Shut down the session")
	s.selectSession(f.batch.ID())
	s.press("x")
	s.wants("has ended already")
}

// program is one that was started together with the screen.
type program struct{ running, stopped bool }

func (p *program) Name() string  { return "./examples/shop" }
func (p *program) Running() bool { return p.running }
func (p *program) Stop()         { p.stopped = true }

func (s *screen) quits() bool {
	for _, msg := range s.sent {
		if _, ok := msg.(tea.QuitMsg); ok {
			return true
		}
	}
	return false
}

func TestQuit(t *testing.T) {
	store := newFixture(t).store
	tests := []struct {
		name           string
		program        *program
		keys           []string
		quits, stopped bool
	}{
		{"watching", nil, []string{"q"}, true, false},
		{"watching, ctrl+c", nil, []string{"ctrl+c"}, true, false},
		{"running", &program{running: true}, []string{"q"}, false, false},
		{"running, enter", &program{running: true}, []string{"q", "enter"}, false, false},
		{"running, no", &program{running: true}, []string{"q", "n"}, false, false},
		{"running, yes", &program{running: true}, []string{"q", "y"}, true, true},
		{"running, ctrl+c", &program{running: true}, []string{"ctrl+c"}, false, false},
		{"running, ctrl+c twice", &program{running: true}, []string{"ctrl+c", "ctrl+c"}, true, true},
		{"running, ctrl+c with a key between", &program{running: true}, []string{"ctrl+c", "n", "ctrl+c"}, false, false},
		{"ended", &program{}, []string{"q"}, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config := Config{Store: store}
			if tt.program != nil {
				config.Program = tt.program
			}
			s := newScreen(t, config, 80, 24)
			s.press(tt.keys...)
			if s.quits() != tt.quits {
				t.Errorf("quits = %v", s.quits())
			}
			if tt.program != nil && tt.program.stopped != tt.stopped {
				t.Errorf("stopped = %v", tt.program.stopped)
			}
		})
	}
}

func TestFilterPrompt(t *testing.T) {
	_, s, _ := shopScreen(t)
	calls := s.root.tabs[0].(filterable)
	s.press("/", "q", "space", "backspace", "backspace", "d", "e", "c", "o")
	if calls.filter() != "deco" || s.quits() || s.root.isPaused() {
		t.Fatalf("filter is %q; keys that mean something elsewhere must be text here", calls.filter())
	}
	s.wants("/deco", "store.decode")
	s.lacks("orders.price")
	if s.root.View().Cursor == nil {
		t.Error("the prompt has no cursor")
	}
	s.press("enter")
	s.wants("/deco")
	s.press("n", "N")
	s.press("esc")
	if calls.filter() != "" {
		t.Errorf("esc left the filter %q", calls.filter())
	}
	s.wants("orders.price")
	s.press("/", "x", "esc")
	if calls.filter() != "" || s.root.prompt != nil {
		t.Error("esc left the prompt or its filter")
	}
	s.press("/")
	s.send(tea.PasteMsg{Content: "a\x1b[31mb"})
	if strings.Contains(s.root.View().Content, "\x1b[31mb") {
		t.Error("what was pasted reaches the terminal")
	}
}

func TestPause(t *testing.T) {
	f, s, _ := shopScreen(t)
	s.press("space")
	s.wants("goapptrace ‖ paused ")
	s.now = s.now.Add(time.Second)
	f.serve(1)
	s.send()
	s.wants("goapptrace ‖ paused, 1 call behind", " ‖ paused, 1 call behind", "‖ paused, 1 packet behind")
	f.trade(f.shop, 2)
	s.send()
	s.wants("goapptrace ‖ paused, 13 calls behind", " ‖ paused, 13 calls behind")
	s.press("2", "tab", "z")
	s.wants("goapptrace ‖ paused ") // the functions can't be seen
	s.press("z", "space")
	s.wants("● live")
	s.press("2", "space")
	f.serve(2)
	s.send()
	s.wants("goapptrace ‖ paused, 2 calls behind", "│ ‖ paused, 2 calls behind")
}

func TestZoom(t *testing.T) {
	_, s, _ := shopScreen(t)
	s.press("z")
	s.lacks("Sessions", "Packets ─")
	s.press("tab")
	s.wants("Packets ─")
	s.press("esc")
	s.wants("Sessions ─", "1 Calls")
}

func TestHelpScrolls(t *testing.T) {
	_, s, _ := shopScreen(t)
	s.press("?")
	s.wants("Help ─", "longest call, of those that it made")
	s.press("G")
	s.lacks("longest call, of those that it made")
	s.press("x") // means nothing here
	s.wants("Help ─")
	s.press("esc")
	s.lacks("Help ─")
}

// Every key that a key map has is in the help.
func TestHelpIsComplete(t *testing.T) {
	_, s, _ := shopScreen(t)
	h := newHelp(s.root)
	all := strings.Join(h.body(120, 1000), "\n")
	for _, b := range s.root.keys.list() {
		if b.Enabled() && !strings.Contains(all, b.Help().Desc) {
			t.Errorf("the help lacks %q", b.Help().Desc)
		}
	}
	for _, mark := range []string{"returned an error", "left by a panic", "counted, not seen"} {
		if !strings.Contains(all, mark) {
			t.Errorf("the help lacks the mark %q", mark)
		}
	}
	for _, p := range []pane{s.root.sessions, s.root.handshake, s.root.packets, s.root.calls, s.root.goroutines, s.root.tabs[1], s.root.tabs[3]} {
		if !strings.Contains(all, p.title()) {
			t.Errorf("the help lacks the pane %q", p.title())
		}
	}
}

func TestOpenedPaneTakesTheScreen(t *testing.T) {
	_, s, _ := shopScreen(t)
	s.press("up", "enter")
	if s.root.opened == nil {
		t.Fatal("enter opened no call")
	}
	s.lacks("Sessions ─")
	s.press("esc")
	s.wants("Sessions ─", "1 Calls")
	s.press("enter", "q")
	if s.quits() || s.root.opened != nil {
		t.Error("q must close what is opened, and no more")
	}
}

func TestEmptyScreenKeys(t *testing.T) {
	s := newScreen(t, Config{Store: model.New(model.Limits{}), Addresses: addresses}, 80, 24)
	s.press("/", "x", "tab", "z", "enter", "1")
	s.wants("Nothing is connected yet", "goapptrace run ./cmd/app")
	s.press("y")
	s.wants("copied goapptrace run ./cmd/app")
	s = newScreen(t, Config{Store: model.New(model.Limits{}), Program: &program{running: true}}, 80, 24)
	s.wants("./examples/shop is starting.")
	s.press("y")
	s.wants("nothing to copy")
}

// The first key of a chord means what it does by itself, as soon as it is known to be alone.
func TestChords(t *testing.T) {
	_, s, _ := shopScreen(t)
	s.press("]")
	s.wants("] …  e next error   p next panic")
	if s.root.tab != 0 {
		t.Fatal("a chord's first key acted at once")
	}
	s.send(chordOverMsg{s.root.chord.number - 1})
	if s.root.tab != 0 {
		t.Fatal("the time of an earlier chord ended this one")
	}
	s.send(chordOverMsg{s.root.chord.number})
	s.lacks("next panic")
	if s.root.tab != 1 {
		t.Errorf("alone, ] opened tab %d", s.root.tab)
	}
	s.press("1", "[", "3")
	if s.root.tab != 2 {
		t.Errorf("with another key behind, [ and 3 opened tab %d", s.root.tab)
	}
	s.press("1", "]", "]", "[")
	if s.root.tab != 1 {
		t.Errorf("]][ opened tab %d", s.root.tab)
	}
	s.press("1", "[", "e")
	if row, _ := s.root.calls.list.selected(); row.End != model.EndError || s.root.tab != 0 {
		t.Errorf("[e went to %+v on tab %d", row, s.root.tab)
	}
}
