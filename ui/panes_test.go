package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

func callsTab(e *env) pane { return newCallsPane(e) }

func goroutinesTab(e *env) pane { return newGoroutinesPane(e) }

func newTestEnv() *env {
	return &env{styles: NewStyles(true, colorprofile.TrueColor), glyphs: newGlyphs(false)}
}

// paneSizes are what the slots have at the screen sizes of [goldenSizes], more or less: these tests are about panes,
// and those of the layout about rectangles.
var paneSizes = map[slot]map[[2]int][2]int{
	slotTab:     {{80, 24}: {56, 14}, {120, 36}: {87, 23}, {200, 60}: {157, 41}},
	slotPackets: {{80, 24}: {56, 5}, {120, 36}: {87, 8}, {200, 60}: {157, 14}},
	slotOpened:  {{80, 24}: {78, 20}, {120, 36}: {118, 32}, {200, 60}: {198, 56}},
}

// stage shows one pane as large as its slot is on a screen.
type stage struct {
	tb   testing.TB
	pane pane
	size [2]int
	at   moment
	got  []tea.Msg // what the pane's commands returned
}

func newStage(tb testing.TB, p pane, in slot, screen [2]int, s *model.Session) *stage {
	st := &stage{tb: tb, pane: p, size: paneSizes[in][screen], at: moment{now: fixtureNow, focused: true, session: here(s)}}
	p.resize(st.size[0], st.size[1])
	p.refresh(st.at)
	return st
}

// send gives messages to the pane, one frame each.
func (s *stage) send(msgs ...tea.Msg) {
	s.tb.Helper()
	for _, msg := range msgs {
		if cmd, _ := s.pane.update(msg); cmd != nil {
			s.got = append(s.got, cmd())
		}
		s.pane.refresh(s.at)
	}
}

func (s *stage) press(keys ...string) {
	s.tb.Helper()
	for _, k := range keys {
		if strings.Contains(k, " ") {
			s.send(chordMsg(k))
		} else {
			s.send(press(k))
		}
	}
}

// lines are what the pane shows, without colours, after checking their size.
func (s *stage) lines() []string {
	s.tb.Helper()
	lines := strings.Split(s.pane.view(), "\n")
	if len(lines) != s.size[1] {
		s.tb.Errorf("%d lines, want %d", len(lines), s.size[1])
	}
	for i, line := range lines {
		lines[i] = safe.Plain(line)
		if w := safe.Width(line); w != s.size[0] {
			s.tb.Errorf("line %d is %d cells wide, want %d: %q", i, w, s.size[0], lines[i])
		}
	}
	return lines
}

func plainText(s string) string { return safe.Plain(s) }

func (s *stage) text() string { return strings.Join(s.lines(), "\n") }

func (s *stage) shows(want string) {
	s.tb.Helper()
	if got := s.text(); !strings.Contains(got, want) {
		s.tb.Errorf("%q is not in\n%s", want, got)
	}
}

func (s *stage) lacks(what string) {
	s.tb.Helper()
	if got := s.text(); strings.Contains(got, what) {
		s.tb.Errorf("%q is in\n%s", what, got)
	}
}

// opened is the pane that the last command asked to open, on the same session.
func (s *stage) opened(screen [2]int) *stage {
	s.tb.Helper()
	if len(s.got) > 0 {
		if msg, ok := s.got[len(s.got)-1].(openMsg); ok {
			return newStage(s.tb, msg.pane, slotOpened, screen, s.at.session.(localSession).Session)
		}
	}
	s.tb.Fatalf("nothing was opened: %v", s.got)
	return nil
}

// goldens compares a pane with its files at all sizes.
func goldens(t *testing.T, newPane func(*env) pane, in slot, s *model.Session, prepare func(*stage)) {
	t.Helper()
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			st := newStage(t, newPane(newTestEnv()), in, size, s)
			prepare(st)
			compareGolden(t, st.text()+"\n")
		})
	}
}

// oddNames are what functions of strangers are called.
var oddNames = []protocol.Text{
	"main.main",
	"example.com/店/注文処理.(*サーバー).注文を受け付ける",
	"main.🚀launch🚀",
	"main.\x1b[31mred\x1b[0m\u202eevil",
	protocol.Text("main." + strings.Repeat("x", 4091)),
	"main.fibonacci",
	"main.must[...]",
}

// zoo is a session whose functions have odd names, recurse, panic and never end, with some events lost.
func (f *fixture) zoo() *model.Session {
	s := f.open("zoo", 7, time.Minute)
	begin := s.Row(fixtureNow).Opened
	symbols := new(protocol.Symbols)
	for i, name := range oddNames {
		id := uint64(i + 1)
		symbols.Funcs = append(symbols.Funcs, &protocol.FuncSymbol{ID: id, Name: name, File: "/home/ada/zoo/zoo.go"})
		symbols.FuncStatus = append(symbols.FuncStatus, &protocol.FuncStatus{ID: id, Func: id, Line: 10 * id})
	}
	f.frame(s, begin, protocol.In, &protocol.SymbolPacket{Symbols: symbols})

	const us = int64(time.Microsecond)
	at := 59_900_000 * us
	var events []protocol.Event
	add := func(fn, g uint64, kind protocol.EventKind, after int64) {
		at += after * us
		events = append(events, protocol.Event{Time: at, Func: fn, G: g, Kind: kind})
	}
	add(1, 1, protocol.Enter, 0)
	for fn := uint64(2); fn <= 5; fn++ {
		add(fn, 18, protocol.Enter, 3)
		add(fn, 18, protocol.Leave, 1000*int64(fn))
	}
	add(7, 1, protocol.Enter, 5)
	add(7, 1, protocol.LeavePanic, 1)
	for range 34 {
		add(6, 19, protocol.Enter, 1)
	}
	for range 30 {
		add(6, 19, protocol.Leave, 700)
	}
	f.send(s, begin, 1, events)
	return s
}

func TestCallsPane(t *testing.T) {
	f := newFixture(t)
	zoo, told, tested := f.zoo(), f.told(), f.tested()
	for name, test := range map[string]struct {
		session *model.Session
		prepare func(*stage)
	}{
		"following": {f.shop, func(*stage) {}},
		"scrolled":  {f.shop, func(s *stage) { s.press("ctrl+u", "k", "k") }},
		"filter":    {f.shop, func(s *stage) { s.pane.(filterable).setFilter("LOAD"); s.send() }},
		"odd":       {zoo, func(s *stage) { s.press("g") }},
		"none":      {f.worker, func(*stage) {}},
		"told":      {told, func(s *stage) { s.press("k", "k", "[ e") }},
		"span":      {tested, func(s *stage) { s.press("g", "j") }},
		"nomatch":   {f.shop, func(s *stage) { s.pane.(filterable).setFilter("nothing"); s.pane.refresh(s.at) }},
	} {
		t.Run(name, func(t *testing.T) { goldens(t, callsTab, slotTab, test.session, test.prepare) })
	}
}

func TestFunctionsPane(t *testing.T) {
	f := newFixture(t)
	f.miss(f.shop, 12_345)
	zoo := f.zoo()
	for name, test := range map[string]struct {
		session *model.Session
		prepare func(*stage)
	}{
		"losing": {f.shop, func(*stage) {}},
		"calls":  {f.shop, func(s *stage) { s.press("right", "s", "S", "j") }},
		"cell":   {f.shop, func(s *stage) { s.press("h", "l", "l", "l", "l", "l", "l", "s", "j") }},
		"odd":    {zoo, func(*stage) {}},
		"filter": {f.shop, func(s *stage) { s.pane.(filterable).setFilter("store"); s.pane.refresh(s.at) }},
		"modes":  {f.moded(), func(*stage) {}},
	} {
		t.Run(name, func(t *testing.T) { goldens(t, newFunctionsPane, slotTab, test.session, test.prepare) })
	}
}

func TestPacketsPane(t *testing.T) {
	f := newFixture(t)
	for name, prepare := range map[string]func(*stage){
		"following": func(*stage) {},
		"filter":    func(s *stage) { s.pane.(filterable).setFilter("ping"); s.pane.refresh(s.at) },
		"top":       func(s *stage) { s.press("g") },
	} {
		t.Run(name, func(t *testing.T) { goldens(t, newPacketsPane, slotPackets, f.shop, prepare) })
	}
}

func TestOutputPane(t *testing.T) {
	f := newFixture(t)
	f.shop.Output(fixtureNow, "stdout", []byte("見よ、長い行\tis \x1b[1mlong\x1b[0m and goes on "+strings.Repeat("0123456789", 40)+"\n"))
	for name, prepare := range map[string]func(*stage){
		"following": func(*stage) {},
		"sideways":  func(s *stage) { s.press("l", "l") },
		"filter":    func(s *stage) { s.pane.(filterable).setFilter("ORDER"); s.pane.refresh(s.at) },
	} {
		t.Run(name, func(t *testing.T) { goldens(t, newOutputPane, slotTab, f.shop, prepare) })
	}
	told := f.told()
	t.Run("logs", func(t *testing.T) { goldens(t, newOutputPane, slotTab, told, func(s *stage) { s.press("k", "k") }) })
}

func TestCallDetail(t *testing.T) {
	f := newFixture(t)
	zoo := f.zoo()
	for name, test := range map[string]struct {
		session *model.Session
		keys    []string
	}{
		"return":    {f.shop, []string{"k", "k", "k", "enter"}},
		"error":     {f.told(), []string{"k", "] e", "[ e", "k", "enter"}},
		"test":      {f.tested(), []string{"g", "j", "enter"}},
		"recursion": {zoo, []string{"enter"}},
	} {
		t.Run(name, func(t *testing.T) {
			goldens(t, func(e *env) pane {
				s := newStage(t, callsTab(e), slotTab, [2]int{120, 36}, test.session)
				s.press(test.keys...)
				return s.opened([2]int{120, 36}).pane
			}, slotOpened, test.session, func(*stage) {})
		})
	}
}

// here is a session of this process as the panes know it.
func here(s *model.Session) Session {
	if s == nil {
		return nil
	}
	return localSession{s}
}
