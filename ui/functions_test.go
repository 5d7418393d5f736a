package ui

import (
	"strings"
	"testing"
	"time"

	"goapptrace/model"
	"goapptrace/query"
)

func TestFunctionKeepsTheCursor(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, newFunctionsPane(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	s.press("j", "j")
	want, _ := s.pane.(*functionsPane).list.selected()
	for range sorts {
		s.press("right", "s", "S")
		if got, _ := s.pane.(*functionsPane).list.selected(); got.Name != want.Name {
			t.Errorf("sorting took the cursor from %s to %s", want.Name, got.Name)
		}
	}
	s.press("c")
	if want := (showCallsMsg{query.Equal("func", string(want.Name))}); len(s.got) != 1 || s.got[0] != want {
		t.Errorf("c asked for %v, want %v", s.got, want)
	}
}

// Every column can be come to and sorted by, however narrow the screen is.
func TestEveryFunctionColumn(t *testing.T) {
	f := newFixture(t)
	for _, size := range goldenSizes {
		s := newStage(t, newFunctionsPane(newTestEnv()), slotTab, size, f.shop)
		for column, c := range functionColumns[:functionBar] {
			if column == functionTrend {
				continue
			}
			s.press("s")
			title := "▸" + c.title + "↓"
			if column == functionName {
				title = c.title + "↑"
			}
			if got := strings.ReplaceAll(strings.Split(s.text(), "\n")[0], " ", ""); !strings.Contains(got, title) {
				t.Errorf("%v: %q is not in %q", size, title, got)
			}
			s.press("right")
		}
	}
}

// From a figure the enter key goes to the very call.
func TestCallsBehindFigures(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, newFunctionsPane(newTestEnv()), slotTab, [2]int{200, 60}, f.shop)
	p := s.pane.(*functionsPane)
	row, _ := p.list.selected()
	for _, figure := range []struct {
		column int
		want   func(model.CallRow) bool
	}{
		{functionP50, func(c model.CallRow) bool { return (c.Duration - row.P50).Abs() < row.P50/16 }},
		{functionP99, func(c model.CallRow) bool { return (c.Duration - row.P99).Abs() < row.P99/16 }},
		{functionMax, func(c model.CallRow) bool { return c.Duration == row.Max }},
		{functionErrors, func(c model.CallRow) bool { return c.End == model.EndError || c.End == model.EndPanic }},
	} {
		p.table.cell = figure.column
		s.press("enter")
		msg, ok := s.got[len(s.got)-1].(showCallMsg)
		if !ok {
			t.Fatalf("column %d led to %v", figure.column, s.got)
		}
		if call, _ := f.shop.Call(msg.seq, fixtureNow); call.Func != row.ID || !figure.want(call) {
			t.Errorf("column %d led to %+v", figure.column, call)
		}
	}
	p.table.cell = functionCalls
	if s.press("enter"); s.got[len(s.got)-1] != (showCallsMsg{query.Equal("func", string(row.Name))}) {
		t.Errorf("the number of calls led to %v", s.got)
	}
}

// Percentiles that are not of all calls have a mark, and none are told where no durations are known.
func TestPercentilesOfSomeCalls(t *testing.T) {
	s := newStage(t, newFunctionsPane(newTestEnv()), slotTab, [2]int{200, 60}, newFixture(t).shop)
	p := s.pane.(*functionsPane)
	row := p.list.rows[0]
	row.P50, row.P90, row.P99 = 1*time.Second, 2*time.Second, 3*time.Second
	row.Timed, row.Untimed = 1, row.Calls-1
	p.list.rows[0] = row
	s.shows("~1.00 s  ~2.00 s  ~3.00 s")
	s.shows("~ percentiles of the latest calls alone")
	p.list.rows[0].Timed = 0
	s.lacks("1.00 s")
}

// Calls that are gone are said to be.
func TestCallsBehindFiguresAreGone(t *testing.T) {
	store := model.New(model.Limits{Calls: 1})
	f := &fixture{tb: t, store: store}
	session := f.open("shop", 1, time.Minute)
	f.trade(session, 5000)
	s := newStage(t, newFunctionsPane(newTestEnv()), slotTab, [2]int{200, 60}, session)
	p := s.pane.(*functionsPane)
	p.goTo(s.at, 2) // which has not returned
	notice := func(column int) string {
		t.Helper()
		p.table.cell = column
		s.press("enter")
		msg, _ := s.got[len(s.got)-1].(noticeMsg)
		return msg.text
	}
	for column, want := range map[int]string{functionP99: "no call of it has been", functionMax: "no call of it is over", functionErrors: "no call of it has failed"} {
		if got := notice(column); !strings.Contains(got, want) {
			t.Errorf("column %d says %q, want %q", column, got, want)
		}
	}
	p.goTo(s.at, 3)
	if got := notice(functionMax); !strings.Contains(got, "is no longer retained") {
		t.Errorf("a longest call that is gone: %q", got)
	}
}

// With a range the table is of that, worked out in the background.
func TestFunctionsOfRange(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, newFunctionsPane(newTestEnv()), slotTab, [2]int{200, 60}, f.shop)
	s.at.span = model.Span{From: fixtureNow.Add(-500 * time.Millisecond), To: fixtureNow.Add(-250 * time.Millisecond)}
	s.pane.refresh(s.at)
	s.shows("figures of the range, adding up")
	s.workOff()
	s.shows("figures of the range")
	s.lacks("adding up")
	row, _ := s.pane.(*functionsPane).list.selected()
	if row.Name != "main.(*Server).order" || row.Calls < 5 || row.Calls > 7 || row.Total > 4*250*time.Millisecond {
		t.Errorf("%+v", row)
	}
	s.at.span = model.Span{}
	s.pane.refresh(s.at)
	s.lacks("of the range")
	if row, _ := s.pane.(*functionsPane).list.selected(); row.Calls != 100 {
		t.Errorf("without a range: %+v", row)
	}
}

// workOff does what the pane has to do, as the root does after each frame.
func (s *stage) workOff() {
	s.tb.Helper()
	for {
		s.pane.refresh(s.at)
		cmd := s.pane.(worker).work()
		if cmd == nil {
			s.pane.refresh(s.at)
			return
		}
		cmd().(workedMsg).done()
	}
}

func TestFunctionsChangeAtLeisure(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, newFunctionsPane(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	before := s.text()
	f.serve(4321)
	after := func(d time.Duration, paused bool) string {
		s.at.now, s.at.paused = fixtureNow.Add(d), paused
		s.pane.refresh(s.at)
		return s.text()
	}
	if got := after(functionsInterval/2, false); got != before {
		t.Errorf("changed too early:\n%s", got)
	}
	if got := after(functionsInterval, false); !strings.Contains(got, "4,32") {
		t.Errorf("did not change:\n%s", got)
	}
	paused := after(functionsInterval, true)
	f.serve(1000)
	if got := after(time.Hour, true); rows(got) != rows(paused) || !strings.Contains(got, "paused, 1,000 calls behind") {
		t.Errorf("changed while paused, or doesn't tell:\n%s\nbefore:\n%s", got, paused)
	}
	if got := after(time.Hour, false); !strings.Contains(got, "5,32") {
		t.Errorf("does not go on:\n%s", got)
	}
}
