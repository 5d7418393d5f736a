package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
)

// A zoom leaves the cursor's time where it is, and comes back to where it began.
func TestTimelineZoomsAtTheCursor(t *testing.T) {
	f := newFixture(t)
	s := newTimelineStage(t, newTestEnv(), [2]int{120, 36}, f.shop)
	p := s.timeline
	s.press("left", "left", "left", "left", "left", "left", "left", "left")
	at, x, window := p.cursor.at, p.cursorX(), p.window
	for range 24 {
		s.press("+")
		if !p.cursor.at.Equal(at) || p.cursorX() != x {
			t.Fatalf("with columns of %d ns the cursor is at %v in column %d, not at %v in %d", p.window.Width, p.cursor.at, p.cursorX(), at, x)
		}
	}
	if p.window.Width >= 1000 {
		t.Errorf("a column still is %d ns", p.window.Width)
	}
	for range 24 {
		s.press("-")
	}
	if p.window != window {
		t.Errorf("it comes back to %+v, from %+v", p.window, window)
	}
}

// From a nanosecond to the whole session, and no further.
func TestTimelineZoomsFromNanosecondsToHours(t *testing.T) {
	f := newFixture(t)
	s := newTimelineStage(t, newTestEnv(), [2]int{200, 60}, f.shop)
	for range 60 {
		s.press("+")
	}
	s.shows("a cell is 1 ns")
	for range 60 {
		s.press("-")
	}
	if w := s.timeline.window.Width; w != timelineWidths[len(timelineWidths)-1] {
		t.Errorf("a cell is %v", time.Duration(w))
	}
	s.press("a")
	span := s.timeline.window.Span()
	if first, last, _ := f.shop.Extent(fixtureNow); span.From.After(first) || span.To.Before(last) || span.Length() > 2*last.Sub(first) {
		t.Errorf("from %v to %v, the session's is from %v to %v", span.From, span.To, first, last)
	}
}

func TestTimelineWidths(t *testing.T) {
	for i, w := range timelineWidths[1:] {
		if w <= timelineWidths[i] {
			t.Errorf("%d comes behind %d", w, timelineWidths[i])
		}
	}
	for _, d := range []time.Duration{0, 1, 99, time.Second, time.Hour, 1000 * time.Hour} {
		if w := timelineWidth(d, 100); int64(d) >= 99*w {
			t.Errorf("%v in columns of %v takes more than 99", d, time.Duration(w))
		}
	}
}

func TestTimelineClock(t *testing.T) {
	at := time.Date(2026, 3, 14, 12, 3, 44, 120_345_678, time.UTC)
	for interval, want := range map[time.Duration]string{
		time.Hour: "12:03:44", time.Second: "12:03:44", 100 * time.Millisecond: "12:03:44.1", 50 * time.Millisecond: "12:03:44.12",
		time.Microsecond: "12:03:44.120345", 10: "12:03:44.12034567", 1: "12:03:44.120345678",
	} {
		if got := timelineClock(at, interval); got != want {
			t.Errorf("%v: %s, want %s", interval, got, want)
		}
	}
}

// G goes along with what happens, the cursor too; who moves away stays where he is.
func TestTimelineFollows(t *testing.T) {
	f := newFixture(t)
	s := newTimelineStage(t, newTestEnv(), [2]int{120, 36}, f.shop)
	p := s.timeline
	later := func() {
		s.at.now = s.at.now.Add(time.Second)
		begin := f.shop.Row(fixtureNow).Opened
		f.send(f.shop, begin, 200, order(3, int64(s.at.now.Sub(begin)-100*time.Millisecond)))
		s.work()
	}
	first := p.window.First
	later()
	if p.window.First <= first || p.window.Column(p.cursor.at) != p.window.Column(p.extent.To) {
		t.Errorf("the window stayed at %d, the cursor at %v", p.window.First, p.cursor.at)
	}
	s.press("left")
	first, at := p.window.First, p.cursor.at
	later()
	if p.window.First != first || !p.cursor.at.Equal(at) {
		t.Errorf("it went on to %d, the cursor to %v", p.window.First, p.cursor.at)
	}
	s.shows("G follows the newest")
	s.press("G")
	s.shows("follows")
	if p.window.Column(p.extent.To)-p.window.First >= int64(p.window.Columns) {
		t.Error("the newest isn't in view")
	}
}

// The cursor takes the window along, and doesn't leave the time of which something is known.
func TestTimelinePans(t *testing.T) {
	f := newFixture(t)
	s := newTimelineStage(t, newTestEnv(), [2]int{120, 36}, f.shop)
	p := s.timeline
	for range 200 {
		s.press("<")
		if x := p.window.Column(p.cursor.at) - p.window.First; x < 0 || x >= int64(p.window.Columns) {
			t.Fatalf("the cursor is in column %d of %d", x, p.window.Columns)
		}
	}
	if got, want := p.window.Column(p.cursor.at), p.window.Column(p.extent.From); got != want {
		t.Errorf("it ended in column %d, the oldest call is in %d", got, want)
	}
	for range 200 {
		s.press(">")
	}
	if got, want := p.window.Column(p.cursor.at), p.window.Column(p.extent.To); got != want {
		t.Errorf("it ended in column %d, the newest is %d", got, want)
	}
}

func TestTimelineGoesToCallsAndGoroutines(t *testing.T) {
	f := newFixture(t)
	s := newTimelineStage(t, newTestEnv(), [2]int{200, 60}, f.shop)
	s.press("down")
	s.press("enter")
	msg, ok := s.last().(showCallMsg)
	if row, _ := f.shop.Call(msg.seq, fixtureNow); !ok || row.Name != "main.(*Server).Serve" {
		t.Errorf("enter led to %+v", s.last())
	}
	s.press("down", "r")
	if msg, ok := s.last().(showGoroutineMsg); !ok || msg.g != 109 {
		t.Errorf("r led to %+v", s.last())
	}
}

// What is in many calls at once tells how many, and leads to the longest.
func TestTimelineTellsOfDenseCells(t *testing.T) {
	f := newFixture(t)
	s := newTimelineStage(t, newTestEnv(), [2]int{200, 60}, f.shop)
	s.press("a")
	p := s.timeline
	for i, l := range p.lines {
		for k, c := range p.cells(l) {
			if alone(&c) || c.Calls == 0 {
				continue
			}
			p.choose(i)
			p.cursor.at = p.window.At(p.window.First + int64(k))
			p.follows, p.whole = false, false
			s.work()
			s.shows(countOf(uint64(c.Calls), "calls") + " in this cell, ")
			s.press("enter")
			if msg, ok := s.last().(showCallMsg); !ok || msg.seq != c.Longest.Seq {
				t.Errorf("enter led to %+v, the longest is %+v", s.last(), c.Longest)
			}
			return
		}
	}
	t.Error("no cell holds many calls")
}

func TestTimelineFolds(t *testing.T) {
	f := newFixture(t)
	s := newTimelineStage(t, newTestEnv(), [2]int{200, 60}, f.shop)
	p := s.timeline
	all := len(p.lines)
	s.press("c")
	if len(p.lines) != all-1 {
		t.Errorf("%d lines of %d when g1 is folded", len(p.lines), all)
	}
	s.press("C")
	if len(p.lines) != len(p.picture.Rows) {
		t.Errorf("%d lines for %d goroutines", len(p.lines), len(p.picture.Rows))
	}
	s.press("e")
	if len(p.lines) != len(p.picture.Rows)+1 {
		t.Errorf("%d lines for %d goroutines, one of them unfolded", len(p.lines), len(p.picture.Rows))
	}
	s.press("E")
	if len(p.lines) != all {
		t.Errorf("%d lines of %d", len(p.lines), all)
	}
}

// A range is chosen by its two ends, by shift and the arrows, by the window or with the mouse; esc lifts it.
func TestTimelineSelects(t *testing.T) {
	f := newFixture(t)
	s := newTimelineStage(t, newTestEnv(), [2]int{120, 36}, f.shop)
	p := s.timeline
	columns := func(want int64) {
		t.Helper()
		msg, ok := s.last().(spanMsg)
		if got := int64(msg.span.Length()) / p.window.Width; !ok || got != want {
			t.Errorf("%+v is %d columns, want %d", s.last(), got, want)
		}
		s.at.span = msg.span
		s.work()
	}
	s.press("left", "s", "left", "left")
	s.shows("selecting")
	s.press("s")
	columns(3)
	s.press("H", "H", "H")
	columns(4)
	s.press("esc") // no longer selecting
	if _, handled := p.update(press("esc")); !handled {
		t.Error("esc doesn't lift the range")
	}
	s.press("esc")
	columns(0)
	if _, handled := p.update(press("esc")); handled {
		t.Error("esc lifts what is lifted")
	}
	s.press("S")
	columns(int64(p.window.Columns))
	x := p.gutter() + 1
	s.send(tea.MouseClickMsg{X: x + 10, Y: 4, Button: tea.MouseLeft}, tea.MouseMotionMsg{X: x + 14, Y: 4}, tea.MouseReleaseMsg{X: x + 14, Y: 4})
	columns(5)
	s.send(tea.MouseMotionMsg{X: x + 20, Y: 4})
	if p.selecting {
		t.Error("moving the mouse selects")
	}
}

func TestTimelineMouse(t *testing.T) {
	f := newFixture(t)
	s := newTimelineStage(t, newTestEnv(), [2]int{120, 36}, f.shop)
	p := s.timeline
	x := p.gutter() + 1
	s.send(tea.MouseClickMsg{X: x + 40, Y: timelineHead + 1, Button: tea.MouseLeft})
	if p.cursorX() != 40 || p.cursor.g != 1 || p.cursor.depth != 1 {
		t.Errorf("the cursor is on %+v in column %d", p.cursor, p.cursorX())
	}
	at := p.window.At(p.window.First + 20)
	s.send(tea.MouseWheelMsg{X: x + 20, Button: tea.MouseWheelUp, Mod: tea.ModCtrl})
	if p.window.Column(at) != p.window.First+20 {
		t.Error("the wheel zooms elsewhere than at the pointer")
	}
	first := p.window.First
	s.send(tea.MouseWheelMsg{X: x, Button: tea.MouseWheelDown, Mod: tea.ModShift})
	if p.window.First <= first {
		t.Error("shift and the wheel don't lead to later times")
	}
	s.press("a")
	s.send(tea.MouseWheelMsg{X: x, Button: tea.MouseWheelDown})
	if p.top != wheelLines {
		t.Errorf("the wheel leads to line %d", p.top)
	}
}

// A paused picture stays as it is, and can be looked at elsewhere all the same.
func TestTimelinePauses(t *testing.T) {
	f := newFixture(t)
	s := newTimelineStage(t, newTestEnv(), [2]int{200, 60}, f.shop)
	s.at.paused = true
	s.work()
	before := s.text()
	f.send(f.shop, fixtureNow, 200, lunch())
	s.work()
	s.shows("300 calls behind")
	s.press("+", "-", "a", "a")
	s.lacks("g50 ")
	s.press("G")
	if strings.Count(before, "main.main") == 0 {
		t.Errorf("nothing was in\n%s", before)
	}
	s.at.paused = false
	s.at.now = s.at.now.Add(time.Minute)
	s.press("a")
	s.shows("g50 ")
}

// Of thousands of goroutines those in view are looked up, wherever that is.
func TestTimelineOfManyGoroutines(t *testing.T) {
	f := newFixture(t)
	crowd := f.open("crowd", 1, time.Minute)
	f.trade(crowd, 1)
	const goroutines = 5000
	var events []protocol.Event
	for g := range int64(goroutines) {
		at := int64(time.Minute) - (goroutines-g)*1000
		events = append(events, protocol.Event{Time: at, Func: 4, G: uint64(1000 + g)}, protocol.Event{Time: at + 500, Func: 4, G: uint64(1000 + g), Kind: protocol.Leave})
	}
	f.send(crowd, crowd.Row(fixtureNow).Opened, 9, events)
	s := newTimelineStage(t, newTestEnv(), [2]int{120, 36}, crowd)
	s.press("a")
	s.shows("goroutines")
	for _, key := range []string{"pgdown", "pgdown", "pgdown", "ctrl+d", "pgdown"} {
		s.press(key)
		if len(s.timeline.picture.Rows) < goroutines {
			t.Fatalf("%d goroutines", len(s.timeline.picture.Rows))
		}
		for _, l := range s.timeline.lines[s.timeline.top:][:s.timeline.room()] {
			if s.timeline.cells(l) == nil {
				t.Fatalf("after %s the cells of g%d aren't known", key, s.timeline.picture.Rows[l.row].G)
			}
		}
	}
	if loaded := len(s.timeline.job.view); loaded > 3*s.timeline.room() {
		t.Errorf("%d goroutines are looked up", loaded)
	}
}

func TestTimelineOfNothing(t *testing.T) {
	f := newFixture(t)
	for name, s := range map[string]*model.Session{"no session": nil, "no calls yet": f.open("new", 1, 0)} {
		newTimelineStage(t, newTestEnv(), [2]int{80, 24}, s).shows(name)
	}
}

func TestTimelineTellsOfCountedCalls(t *testing.T) {
	f := newFixture(t)
	newTimelineStage(t, newTestEnv(), [2]int{200, 60}, f.moded()).shows("12.3k counted calls aren't in the picture")
}

// What fails in the command fails the pane, where the root can close it.
func TestTimelineWorkFails(t *testing.T) {
	f := newFixture(t)
	s := newTimelineStage(t, newTestEnv(), [2]int{80, 24}, f.shop)
	s.timeline.worked(timelineOrder{}.carryOut())()
	defer func() {
		if recover() == nil {
			t.Error("the pane goes on")
		}
	}()
	s.pane.refresh(s.at)
}

func TestTimelineOfStrangers(t *testing.T) {
	f := newFixture(t)
	s := newTimelineStage(t, newTestEnv(), [2]int{200, 60}, f.zoo())
	for _, keys := range [][]string{{}, {"a"}, {"+", "+"}, {"down", "down"}, {"f"}, {"C"}} {
		s.press(keys...)
		if text := s.text(); strings.ContainsAny(text, "\x1b\u202e") {
			t.Errorf("%q", text)
		}
	}
}

// At any size lines are as wide as the pane.
func TestTimelineSizes(t *testing.T) {
	f := newFixture(t)
	s := newTimelineStage(t, newTestEnv(), [2]int{80, 24}, f.shop)
	for width := 1; width < 220; width += 13 {
		for _, height := range []int{1, 2, 3, 5, 8, 30} {
			s.size = [2]int{width, height}
			s.pane.resize(width, height)
			s.work()
			s.lines()
		}
	}
}
