package ui

import (
	"testing"

	"goapptrace/model"
)

// A search that takes several frames says how far it is, asks for the next frame, and rests at the end.
func TestSearchGoesOn(t *testing.T) {
	_, s, _ := shopScreen(t)
	calls, left := s.root.calls, 0
	ask := calls.hooks.query
	calls.hooks.query = func(session Session, anchor uint64, before, after int) ([]model.CallRow, uint64, uint64) {
		rows, first, last := ask(session, anchor, before, after)
		if left > 0 {
			calls.search.unseen = (last + 1 - first) * 3 / 4
			rows = nil
		}
		return rows, first, last
	}
	left = 1
	s.typed("/load")
	s.press("enter")
	s.wants("nothing found yet", "searching: 25 % of 512")
	if !s.root.dirty {
		t.Error("no other frame is asked for")
	}
	s.press("space")
	s.wants("searching: 25 % of 512", "paused")
	left = 0
	s.send()
	s.wants("store.(*DB).Load", "paused")
	s.lacks("searching")
	if s.root.dirty {
		t.Error("the screen doesn't rest")
	}
}
