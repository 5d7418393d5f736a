package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
)

func TestPalette(t *testing.T) {
	states := map[string]func(s *screen){
		"open":     func(s *screen) { s.press(":") },
		"action":   func(s *screen) { s.typed(":trace pkg") },
		"function": func(s *screen) { s.typed(":load"); s.press("down") },
		"nothing":  func(s *screen) { s.typed(":zzzz") },
		"recent": func(s *screen) {
			s.typed(":load")
			s.press("enter", "1")
			s.typed(":pause")
			s.press("enter", "space", ":")
		},
	}
	for name, prepare := range states {
		for _, size := range goldenSizes {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				f := newFixture(t)
				s := newScreen(t, Config{Store: f.store, Commander: new(commander), Addresses: addresses}, size[0], size[1])
				prepare(s)
				s.golden(t)
			})
		}
	}
}

func TestPaletteGoesThere(t *testing.T) {
	f, s, _ := shopScreen(t)
	s.typed(":store load")
	s.press("enter")
	functions := s.root.tabs[1].(*functionsPane)
	if row, _ := functions.list.selected(); s.root.tab != 1 || row.Name != "example.com/shop/store.(*DB).Load" {
		t.Errorf("tab %d shows %q", s.root.tab, row.Name)
	}
	s.typed(":g18 ")
	s.press("enter")
	if line, _ := s.root.goroutines.list.selected(); s.root.tab != 2 || line.Goroutine.ID != 18 {
		t.Errorf("tab %d shows goroutine %d", s.root.tab, line.Goroutine.ID)
	}
	s.typed(":batch")
	s.press("enter")
	if got := s.root.sessions.selected(); got != f.batch.ID() {
		t.Errorf("session %d is selected", got)
	}
	s.typed(":tab output")
	s.wants("nothing has these letters")
	s.press("esc")
	s.typed(":outp")
	s.press("enter")
	if s.root.tab != 6 {
		t.Errorf("tab %d is open", s.root.tab)
	}
}

// Functions and goroutines of other sessions are found, too, behind those of the chosen one.
func TestPaletteGoesToOtherSessions(t *testing.T) {
	f, s, _ := shopScreen(t)
	crew := f.crew()
	s.send()
	s.typed(":server watch")
	s.wants("main.(*Server).watch", "crew (4200)")
	s.press("enter")
	functions := s.root.tabs[1].(*functionsPane)
	if row, _ := functions.list.selected(); s.root.sessions.selected() != crew.ID() || s.root.tab != 1 || row.Name != "main.(*Server).watch" {
		t.Errorf("tab %d of session %d shows %q", s.root.tab, s.root.sessions.selected(), row.Name)
	}
	s.selectSession(f.shop.ID())
	s.typed(":g2119")
	s.wants("live, crew (4200)")
	s.press("enter")
	line, _ := s.root.goroutines.list.selected()
	if s.root.sessions.selected() != crew.ID() || s.root.tab != 2 || line.Goroutine.ID != 2119 {
		t.Errorf("tab %d of session %d shows goroutine %d", s.root.tab, s.root.sessions.selected(), line.Goroutine.ID)
	}
	s.typed(":main server order") // both have main.(*Server).order
	p := s.root.modal.(*palette)
	if c := p.hunt.list[p.hunt.hits[0].choice]; c.text != "main.(*Server).order" || c.away {
		t.Errorf("the first one is %+v", c)
	}
	if !slices.ContainsFunc(p.hunt.hits, func(h hit) bool {
		c := p.hunt.list[h.choice]
		return c.away && c.text == "main.(*Server).order" && c.note == "shop (4123)"
	}) {
		t.Error("that of the other session is not among them")
	}
}

// What is looked at stays bounded, however many sessions there are.
func TestPaletteBoundsOtherSessions(t *testing.T) {
	f := newFixture(t)
	few := f.open("few", 1, time.Minute)
	f.frame(few, fixtureNow, protocol.In, &protocol.SymbolPacket{Symbols: &protocol.Symbols{Funcs: []*protocol.FuncSymbol{{ID: 1, Name: "main.main"}}}})
	e := elsewhere{sessions: []Session{here(few), here(f.crew()), here(manyGoroutines(t))}, room: 31}
	for i, want := range []int{1, 14, 16} {
		if list := e.next(); len(list) != want {
			t.Errorf("session %d has %d choices, want %d", i, len(list), want)
		}
	}
	e = elsewhere{sessions: []Session{brokenSession{}, here(few)}, room: 31}
	if got, then := len(e.next()), len(e.next()); got != 0 || then != 1 {
		t.Errorf("%d choices, and %d of the session behind one that is gone", got, then)
	}
}

// brokenSession is one that can't be asked.
type brokenSession struct{ Session }

func TestPaletteDoesWhatKeysDo(t *testing.T) {
	_, s, _ := shopScreen(t)
	s.typed(":pause res")
	s.wants("pause and resume the view")
	s.press("enter")
	if !s.root.isPaused() || s.root.modal != nil {
		t.Error("the palette didn't pause the view and close")
	}
	s.typed(":calls previous error")
	s.press("enter")
	if row, _ := s.root.calls.list.selected(); row.End != model.EndError {
		t.Errorf("the chord [ e went to %+v", row)
	}
	s.typed(":help")
	s.press("enter")
	s.wants("Help ─")
	s.press("esc", ":", "esc")
	s.lacks("Commands ─")
	s.root.span = model.Span{From: fixtureNow.Add(-time.Second), To: fixtureNow}
	s.typed(":lift")
	s.press("enter")
	if !s.root.span.All() {
		t.Error("the range is still on")
	}
}

func TestPaletteFilters(t *testing.T) {
	_, s, _ := shopScreen(t)
	s.root.saved.named = []SavedFilter{{"slow", "dur > 10ms"}, {"outs", "stream = stderr"}}
	s.typed(":stderr")
	s.wants("nothing has these letters")
	s.press("esc")
	s.typed(":slow")
	s.press("enter")
	if got := s.root.calls.filter(); got != "dur > 10ms" {
		t.Errorf("the filter is %q", got)
	}
}

// Whoever looks for an action learns its key: all that mean something here are offered.
func TestPaletteHasAllKeys(t *testing.T) {
	_, s, _ := shopScreen(t)
	for tab := range s.root.tabs {
		s.root.showTab(tab)
		list := s.root.choices()
		for _, b := range append(s.root.focused().keys(), s.root.keys.Help, s.root.keys.Zoom, s.root.keys.Shutdown) {
			found := false
			for _, c := range list {
				found = found || c.kind == choiceAction && strings.HasSuffix(c.text, b.Help().Desc) && c.note == b.Help().Key
			}
			if !found && b.Help().Key != "" && b.Enabled() {
				t.Errorf("tab %s: the palette lacks %q", s.root.tabs[tab].title(), b.Help().Desc)
			}
		}
	}
}

func TestPaletteMouse(t *testing.T) {
	_, s, _ := shopScreen(t)
	s.typed(":")
	at := s.root.modalAt
	s.send(tea.MouseWheelMsg{X: at.x + 3, Y: at.y + 5, Button: tea.MouseWheelDown})
	p := s.root.modal.(*palette)
	if p.at != wheelLines {
		t.Errorf("the wheel went to %d", p.at)
	}
	s.send(tea.MouseClickMsg{X: at.x + 3, Y: at.y + paletteHead + 1})
	if p.at != 1 {
		t.Fatalf("the click went to %d", p.at)
	}
	s.send(tea.MouseClickMsg{X: 0, Y: 0})
	if s.root.modal != nil {
		t.Error("a click beside the palette leaves it open")
	}
}

func TestPaletteTakesText(t *testing.T) {
	_, s, _ := shopScreen(t)
	s.press(":")
	s.send(tea.PasteMsg{Content: "orders\x1b[31m\nprice"})
	s.press("q", "backspace")
	if s.root.modal == nil || s.quits() {
		t.Fatal("q closed the palette")
	}
	if strings.Contains(s.root.View().Content, "\x1b[31m\n") {
		t.Error("what was pasted reaches the terminal")
	}
	if s.root.View().Cursor == nil {
		t.Error("the palette has no cursor")
	}
}

// What is typed while the search still goes on begins anew, and what was found for less letters is dropped.
func TestPaletteSearchesInSlices(t *testing.T) {
	f := newFixture(t)
	symbols := new(protocol.Symbols)
	const functions = 50_000
	for i := range uint64(functions) {
		name := protocol.Text(fmt.Sprintf("example.com/big/pkg%d.(*Type%d).Method%d", i%700, i%90, i))
		symbols.Funcs = append(symbols.Funcs, &protocol.FuncSymbol{ID: 100 + i, Name: name, File: "/big/file.go"})
	}
	f.frame(f.shop, fixtureNow, protocol.In, &protocol.SymbolPacket{Symbols: symbols})
	s := newScreen(t, Config{Store: f.store}, 120, 36)
	s.root.handle(press(":"))
	p := s.root.modal.(*palette)
	if len(p.hunt.list) < functions {
		t.Fatalf("%d choices", len(p.hunt.list))
	}
	for _, r := range "method4999" {
		s.root.handle(press(string(r)))
	}
	if p.hunt.next > firstLook {
		t.Errorf("a key looked at %d choices", p.hunt.next)
	}
	first := p.work()
	if p.work() != nil {
		t.Error("two commands work at once")
	}
	s.root.handle(press("9"))
	s.root.handle(first())
	if p.hunt.next > firstLook {
		t.Error("what was found for other letters is kept")
	}
	s.send()
	if !p.hunt.done() {
		t.Fatal("the search hasn't come to its end")
	}
	s.wants("Method49999", "1 of 50,")
}

func TestFuzzy(t *testing.T) {
	list := []string{
		"example.com/shop/store.(*DB).Upload", "example.com/shop/orders.(*Ledger).Add", "example.com/shop/store.(*DB).Load",
		"main.load", "main.main", "next pane",
	}
	for _, tt := range []struct{ pattern, first string }{
		{"load", "main.load"},
		{"dbl", "example.com/shop/store.(*DB).Load"},
		{"DB load", "example.com/shop/store.(*DB).Load"},
		{"load store up", "example.com/shop/store.(*DB).Upload"},
		{"np", "next pane"},
	} {
		h := hunt{pattern: newFuzzy(tt.pattern)}
		for _, text := range list {
			h.list = append(h.list, choice{kind: choiceFunction, text: text})
		}
		for !h.done() {
			h.look(2)
		}
		if len(h.hits) == 0 || h.list[h.hits[0].choice].text != tt.first {
			t.Errorf("%q finds %v first, want %q", tt.pattern, h.hits, tt.first)
		}
	}
	if _, where, _ := newFuzzy("mm").score("main.main", nil, true); len(where) != 2 || where[0] != 0 || where[1] != 5 {
		t.Errorf("mm is at %v of main.main", where)
	}
}

func TestPaletteShowsNamesClean(t *testing.T) {
	f := newFixture(t)
	long := strings.Repeat("長い名前/", 400) + "f"
	f.frame(f.shop, fixtureNow, protocol.In, &protocol.SymbolPacket{Symbols: &protocol.Symbols{Funcs: []*protocol.FuncSymbol{
		{ID: 900, Name: "evil\x1b]0;title\x07.f"}, {ID: 901, Name: protocol.Text(long)}, {ID: 902, Name: "x\xff\xfey"},
	}}})
	s := newScreen(t, Config{Store: f.store}, 80, 24)
	for _, pattern := range []string{":evil", ":長い", ":x"} {
		s.typed(pattern)
		if strings.ContainsAny(s.text(), "\x07\x1b") {
			t.Errorf("%s: a name reaches the terminal", pattern)
		}
		s.checkSize(t)
		s.press("esc")
	}
}
