package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"goapptrace/model"
)

// lately is the last moments of the shop: two orders, of which one takes longer.
func lately() model.Span {
	return model.Span{From: fixtureNow.Add(-125 * time.Millisecond), To: fixtureNow.Add(-20 * time.Millisecond)}
}

// A range is told of in all tabs, with its bounds and its length, at any size.
func TestRangeIsTold(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			f := newFixture(t)
			s := newScreen(t, Config{Store: f.store, Addresses: addresses}, size[0], size[1])
			s.selectSession(f.shop.ID())
			s.press("4")
			s.send(spanMsg{lately()})
			for tab := range len(s.root.tabs) {
				s.press(fmt.Sprint(tab + 1))
				if want := "range 12:03:43.995 to 44.100 (105 ms), * lifts it"; !strings.Contains(s.text(), want) {
					t.Errorf("%q is not in\n%s", want, s.text())
				}
			}
			s.press("*")
			if strings.Contains(s.text(), "range 12:03") || !s.root.span.All() {
				t.Errorf("the range is still %v", s.root.span)
			}
		})
	}
}

func TestRangeText(t *testing.T) {
	at := func(s string) time.Time {
		t.Helper()
		when, err := time.Parse(time.RFC3339Nano, "2026-03-14T"+s+"Z")
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for _, tt := range []struct{ from, to, want string }{
		{"12:03:44.120000010", "12:03:44.120000230", "range 12:03:44.120000010 to 44.120000230 (220 ns), * lifts it"},
		{"12:03:44", "12:03:46", "range 12:03:44.00 to 46.00 (2.00 s), * lifts it"},
		{"12:03:44", "12:04:46", "range 12:03:44.0 to 12:04:46.0 (1m 02s), * lifts it"},
		{"10:00:00", "12:04:00", "range 10:00:00 to 12:04:00 (2h 04m), * lifts it"},
	} {
		if got := newTestEnv().rangeText(model.Span{From: at(tt.from), To: at(tt.to)}); got != tt.want {
			t.Errorf("%s, want %s", got, tt.want)
		}
	}
}

func TestFlameOfARange(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			f := newFixture(t)
			s := newFlameStage(t, f, size, f.shop)
			s.press("w", "w")
			all := s.flame.tree.Calls
			s.at.span = lately()
			s.work()
			if s.flame.tree.Calls >= all {
				t.Errorf("%d of %d calls are in the range", s.flame.tree.Calls, all)
			}
			s.shows("calls in the range")
			compareGolden(t, s.text()+"\n")
			s.at.span = model.Span{}
			s.work()
			if s.flame.tree.Calls != all {
				t.Errorf("%d of %d calls are there without it", s.flame.tree.Calls, all)
			}
		})
	}
}

func TestFlameOfAnEmptyRange(t *testing.T) {
	f := newFixture(t)
	s := newFlameStage(t, f, [2]int{80, 24}, f.shop)
	s.at.span = model.Span{From: fixtureNow.Add(-time.Hour), To: fixtureNow.Add(-time.Hour / 2)}
	s.work()
	s.shows("no call of the range is kept")
}

// goroutinesWork does what there is to do, as the root does after each frame.
func goroutinesWork(s *stage) {
	s.tb.Helper()
	for {
		s.pane.refresh(s.at)
		cmd := s.pane.(worker).work()
		if cmd == nil {
			return
		}
		cmd().(workedMsg).done()
	}
}

func TestGoroutinesOfARange(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			f := newFixture(t)
			f.explain(f.shop, 100)
			s := newStage(t, goroutinesTab(newTestEnv()), slotTab, size, f.shop)
			s.press("v")
			s.at.span = lately()
			s.pane.refresh(s.at)
			s.shows("looking at the calls of the range")
			goroutinesWork(s)
			s.shows("in the range")
			s.lacks("g17 ") // served its last order before
			compareGolden(t, s.text()+"\n")
			s.at.span = model.Span{}
			goroutinesWork(s)
			s.shows("g17 ")
			s.lacks("in the range")
		})
	}
}

func TestGoroutinesOfAnEmptyRange(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, goroutinesTab(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	s.at.span = model.Span{From: fixtureNow.Add(-time.Hour), To: fixtureNow.Add(-time.Hour / 2)}
	goroutinesWork(s)
	s.shows("no goroutine was in a call in the range")
}

// What a walk panics with fails the pane, where the root can close it.
func TestGoroutinesWorkFails(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, goroutinesTab(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	p := s.pane.(*goroutinesPane)
	s.at.span = lately()
	s.pane.refresh(s.at)
	found := goroutinesRange{session: here(f.shop), span: s.at.span}
	found.look(0)
	p.worked(&found)
	defer func() {
		if recover() == nil {
			t.Error("the pane goes on")
		}
	}()
	s.pane.refresh(s.at)
}
