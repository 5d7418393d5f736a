package ui

import (
	"strings"
	"testing"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
)

func TestMarginIsSlowToGrow(t *testing.T) {
	rows := func(depths ...int) (rows []model.CallRow) {
		for _, d := range depths {
			rows = append(rows, model.CallRow{Depth: d})
		}
		return rows
	}
	var m margin
	now := fixtureNow
	for i, step := range []struct {
		rows         []model.CallRow
		after        time.Duration
		moved, ended bool
		want         int
	}{
		{rows(3, 4), 0, false, false, 3}, // at first it is what is there
		{rows(5, 4), marginPatience / 2, false, false, 3},
		{rows(3, 4), marginPatience / 2, false, false, 3},
		{rows(5, 4), marginPatience / 2, false, false, 3},
		{rows(5, 4), marginPatience / 2, false, false, 4},
		{rows(), marginPatience, false, false, 4},
		{rows(9, 2), 0, true, false, 2}, // what is in view must fit
		{rows(9), marginPatience, true, false, 2},
		{rows(9), 0, false, false, 9}, // back at the end, after a while
		{rows(12), 0, false, true, 12},
	} {
		now = now.Add(step.after)
		m.see(step.rows, now, step.moved, step.ended)
		if m.depth != step.want {
			t.Errorf("step %d: the margin is %d, want %d", i, m.depth, step.want)
		}
	}
}

// A log of deep calls begins at the left, and says how deep that is.
func TestDeepCalls(t *testing.T) {
	f := newFixture(t)
	s := f.open("deep", 7, time.Minute)
	f.trade(s, 1)
	begin := s.Row(fixtureNow).Opened
	at := fixtureNow.Sub(begin).Nanoseconds()
	var events []protocol.Event
	for i := range int64(30) {
		events = append(events, protocol.Event{Time: at + i, Func: 4, G: 1234567})
	}
	f.send(s, begin, 300, events)
	st := newStage(t, callsTab(newTestEnv()), slotTab, [2]int{80, 24}, s)
	st.shows("call, from depth 17")
	st.shows("g1234567 ▾ store.(*DB).Load")
	st.press("g")
	for _, line := range st.lines() {
		if strings.Contains(line, "from depth") {
			t.Errorf("%q, although calls of depth 0 are in view", line)
		}
	}
}
