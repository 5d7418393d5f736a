package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
)

// serve adds n finished calls of main.(*Server).Serve to the shop, one after the other.
func (f *fixture) serve(n int) {
	begin := f.shop.Row(fixtureNow).Opened
	at := fixtureNow.Sub(begin).Nanoseconds()
	var events []protocol.Event
	for i := range int64(n) {
		events = append(events,
			protocol.Event{Time: at + i*1000, Func: 2, G: 99},
			protocol.Event{Time: at + i*1000 + 500, Func: 2, G: 99, Kind: protocol.Leave})
	}
	f.send(f.shop, begin, 200, events)
}

func TestCallsFollow(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, callsTab(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	f.serve(1)
	s.send()
	s.pane.refresh(s.at)
	s.shows("Serve")

	s.press("up")
	before := s.text()
	f.serve(1000)
	s.pane.refresh(s.at)
	if got := s.text(); starts(got) != starts(before) {
		t.Errorf("the rows moved while not following:\n%s\nbefore:\n%s", got, before)
	}
	s.shows("1,001 newer, G follows")
	s.press("G")
	if strings.Contains(s.text(), "newer") || !strings.Contains(s.text(), "Serve") {
		t.Errorf("does not follow:\n%s", s.text())
	}
}

// rows is a pane's text without its first and last line.
func rows(text string) string {
	lines := strings.Split(text, "\n")
	return strings.Join(lines[1:len(lines)-1], "\n")
}

// starts is the beginning of each row: the durations of open calls go on.
func starts(text string) string {
	lines := strings.Split(rows(text), "\n")
	for i, line := range lines {
		lines[i] = string([]rune(line)[:30])
	}
	return strings.Join(lines, "\n")
}

func TestCallsPause(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, callsTab(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	s.at.paused = true
	s.pane.refresh(s.at)
	before := s.text()
	f.serve(12_300)
	s.pane.refresh(s.at)
	s.shows("paused, 12.3k calls behind")
	if got := s.text(); rows(got) != rows(before) {
		t.Errorf("a paused view changed:\n%s\nbefore:\n%s", got, before)
	}
	s.press("up", "up", "G")
	if got := s.text(); starts(got) != starts(before) {
		t.Errorf("a paused view went on:\n%s\nbefore:\n%s", got, before)
	}
	s.at.paused = false
	s.pane.refresh(s.at)
	if got := s.text(); strings.Contains(got, "paused") || !strings.Contains(got, "Serve") {
		t.Errorf("the view does not go on:\n%s", got)
	}
}

func TestPauseBeforeTheFirstFrame(t *testing.T) {
	f := newFixture(t)
	p := callsTab(newTestEnv())
	p.resize(60, 10)
	at := moment{now: fixtureNow, paused: true, session: here(f.shop)}
	p.refresh(at)
	f.serve(50)
	p.refresh(at)
	if got := p.view(); !strings.Contains(got, "50 calls behind") {
		t.Errorf("not 50 behind:\n%s", got)
	}
}

func TestPauseOfAPaneThatWasOutOfSight(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, callsTab(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	f.serve(50)
	s.at.paused = true
	s.pane.refresh(s.at)
	if got := s.text(); strings.Contains(got, "behind") || !strings.Contains(got, "Serve") {
		t.Errorf("shows what was before:\n%s", got)
	}
}

func TestCallsTellWhatIsNotKept(t *testing.T) {
	store := model.New(model.Limits{Calls: 1000})
	f := &fixture{tb: t, store: store}
	f.shop = f.open("shop", 1, time.Minute)
	f.trade(f.shop, 1)
	f.serve(20_000)
	s := newStage(t, callsTab(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	if strings.Contains(s.text(), "older") {
		t.Errorf("speaks of older calls at the end of the log:\n%s", s.text())
	}
	s.press("g")
	s.shows("older calls no longer kept")
	for range 3 * s.size[1] {
		s.press("down")
	}
	if strings.Contains(s.text(), "older") {
		t.Errorf("speaks of older calls in the middle of the log:\n%s", s.text())
	}
	row, ok := s.pane.(*callsPane).list.selected()
	first := s.pane.(*callsPane).first
	if want := first + uint64(3*s.size[1]); !ok || row.Seq != want {
		t.Errorf("the cursor is on call %d, want %d", row.Seq, want)
	}
}

func TestAnotherSessionBeginsAnew(t *testing.T) {
	f := newFixture(t)
	zoo := f.zoo()
	s := newStage(t, callsTab(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	s.press("g", "j")
	s.at.session = here(zoo)
	s.pane.refresh(s.at)
	if p := s.pane.(*callsPane); !p.list.following {
		t.Errorf("does not follow the other session:\n%s", s.text())
	}
	s.shows("main.fibona")
	s.at.session = nil
	s.pane.refresh(s.at)
	s.shows("no session")
}

func TestClicks(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, callsTab(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	want := s.pane.(*callsPane).list.rows[3].Seq
	s.send(tea.MouseClickMsg{Y: 4})
	row, _ := s.pane.(*callsPane).list.selected()
	if row.Seq != want || len(s.got) != 0 {
		t.Errorf("a click chose call %d and asked for %v, want call %d", row.Seq, s.got, want)
	}
	s.send(tea.MouseClickMsg{Y: 4})
	if len(s.got) != 1 {
		t.Fatalf("a second click asked for %v", s.got)
	}
	s.opened([2]int{80, 24})

	table := newStage(t, newFunctionsPane(newTestEnv()), slotTab, [2]int{120, 36}, f.shop)
	table.send(tea.MouseClickMsg{X: strings.Index(table.lines()[0], "self") + 1, Y: 0})
	table.shows("self↓")
	table.send(tea.MouseClickMsg{X: strings.Index(table.lines()[0], "self") + 1, Y: 0})
	table.shows("self↑")
}

func TestWheelLeavesTheCursor(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, callsTab(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	s.press("k", "k", "k", "k", "k", "k")
	p := s.pane.(*callsPane)
	cursor, top := p.list.cursor, p.list.top
	s.send(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	if p.list.cursor != cursor || p.list.top != top-wheelLines {
		t.Errorf("cursor on %d below %d, want on %d below %d", p.list.cursor, p.list.top, cursor, top-wheelLines)
	}
}

func TestCopyAndLocation(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, callsTab(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	s.pane.(filterable).setFilter("store.decode")
	s.send()
	s.pane.refresh(s.at)
	copied := s.pane.(copier).copyText()
	for _, want := range []string{"g20", "example.com/shop/store.decode", "3.10 ms", "/home/ada/shop/store/codec.go:9"} {
		if !strings.Contains(copied, want) {
			t.Errorf("%q is not in %q", want, copied)
		}
	}
	file, line := s.pane.(interface{ location() (string, int) }).location()
	if file != "/home/ada/shop/store/codec.go" || line != 9 {
		t.Errorf("location is %s:%d", file, line)
	}
}
