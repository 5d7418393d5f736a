package ui

import (
	"strings"
	"testing"
)

// From a call of the log the timeline shows that call, in full, also when the tab has never been looked at.
func TestCallIsFittedIntoTheTimeline(t *testing.T) {
	f := newFixture(t)
	s := newScreen(t, Config{Store: f.store, Addresses: addresses}, 120, 36)
	s.selectSession(f.shop.ID())
	s.press("up", "up", "up", "up")
	want, ok := s.root.calls.selected()
	if !ok {
		t.Fatal("no call is chosen")
	}
	s.press("f")
	p := s.root.timeline
	if s.root.tabs[s.root.tab] != pane(p) || p.call == nil || p.call.Seq != want.Seq {
		t.Fatalf("the cursor is on %+v, not on %+v, in\n%s", p.call, want, s.text())
	}
	if shown := p.window.Span(); shown.From.After(want.Start) || shown.To.Before(want.Start.Add(want.Duration)) {
		t.Errorf("%v to %v is in view, without all of the call", shown.From, shown.To)
	}
	if !strings.Contains(s.text(), "▸") {
		t.Errorf("the cursor is out of view in\n%s", s.text())
	}
}
