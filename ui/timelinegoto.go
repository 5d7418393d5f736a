package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
)

func bindTimeline() key.Binding { return bind("f", "fit it into the timeline", "f") }

func showTimelineOf(seq uint64) tea.Cmd {
	return func() tea.Msg { return showTimelineMsg{seq} }
}

// showTimeline goes to a call of the selected session in the Timeline tab. Its pane may have been closed.
func (r *root) showTimeline(seq uint64) tea.Cmd {
	i, s := slices.Index(r.tabs, pane(r.timeline)), r.session()
	if i < 0 || s == nil {
		return nil
	}
	call, ok := s.Call(seq, r.now())
	if !ok {
		return notice("the call is no longer kept")
	}
	r.opened = nil
	r.showTab(i)
	r.timeline.goTo(s, call)
	return nil
}

// timelineGoal is a call that another tab asked for.
type timelineGoal struct {
	session Session
	call    model.CallRow
	fitted  bool // the window has been zoomed to it
}

// goTo zooms to a call, and puts the cursor on it as soon as there is a picture. A filter, which may leave it out, is lifted.
func (p *timelinePane) goTo(s Session, call model.CallRow) {
	p.setFilter("")
	p.selecting = false
	p.goal = &timelineGoal{session: s, call: call}
	if p.cursor.g = call.G; p.folded != p.flipped[call.G] {
		p.fold(false)
	}
}

// approach zooms to the goal, when it is known how much room there is.
func (p *timelinePane) approach() {
	if p.goal != nil && p.goal.session != p.at.session {
		p.goal = nil
	}
	if p.goal == nil || p.goal.fitted || p.width == 0 || p.window.Width == 0 {
		return
	}
	p.goal.fitted = true
	p.call, p.cursor.at = &p.goal.call, p.goal.call.Start
	p.window.Columns = p.columns()
	p.fit()
}

// arrive puts the cursor on the goal. Until all calls of the window have been looked at, that may not be in the picture.
func (p *timelinePane) arrive(left bool) {
	if p.goal == nil {
		return
	}
	p.cursor = timelineCursor{g: p.goal.call.G, depth: p.goal.call.Depth, at: p.goal.call.Start}
	if !left && p.goal.fitted && p.picture.Window == p.window {
		p.goal = nil
	}
}
