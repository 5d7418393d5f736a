package ui

import (
	"strings"
	"testing"
	"time"

	"goapptrace/query"
)

func TestFunctionKeepsTheCursor(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, newFunctionsPane(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	s.press("j", "j")
	want, _ := s.pane.(*functionsPane).list.selected()
	for range sorts {
		s.press("s", "S")
		if got, _ := s.pane.(*functionsPane).list.selected(); got.Name != want.Name {
			t.Errorf("sorting took the cursor from %s to %s", want.Name, got.Name)
		}
	}
	s.press("enter")
	if want := (showCallsMsg{query.Equal("func", string(want.Name))}); len(s.got) != 1 || s.got[0] != want {
		t.Errorf("enter asked for %v, want %v", s.got, want)
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
