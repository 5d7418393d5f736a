package ui

import (
	tea "charm.land/bubbletea/v2"
)

// mouse gives clicks and the wheel to the pane under the pointer, in its own coordinates. A click takes the focus
// along; one on a tab's name opens the tab.
func (r *root) mouse(msg tea.MouseMsg) (cmd tea.Cmd) {
	if r.config.NoMouse {
		return nil
	}
	told := r.notice.text != ""
	switch msg.(type) {
	case tea.MouseClickMsg, tea.MouseWheelMsg:
		r.goOn()
	}
	if r.modal != nil {
		return r.pointAtModal(msg)
	}
	if r.drag(msg) {
		return nil
	}
	at := msg.Mouse()
	_, click := msg.(tea.MouseClickMsg)
	switch {
	case click && r.layout.header.contains(at.X, at.Y):
		r.clickHeader(at.X)
		return nil
	case click && r.prompt == nil && r.layout.footer.contains(at.X, at.Y):
		if told {
			return nil // no key was to be seen there
		}
		return r.clickFooter(at.X)
	}
	s, ok := r.layout.at(at.X, at.Y)
	if !ok {
		return nil
	}
	if click && s.slot >= 0 {
		r.focus = s.slot
	}
	if s.title.contains(at.X, at.Y) {
		if click && s.slot == slotTab {
			r.clickTab(at.X-s.title.x, s.inner.width)
		}
		return nil
	}
	if inner := within(msg, s.inner); inner != nil {
		r.guard(s.slot, func(p pane) {
			cmd, _ = p.update(inner)
			cmd = r.guarded(p, cmd)
		})
	}
	return cmd
}

// within is what the mouse does, with its place told from the corner of a rectangle.
func within(msg tea.MouseMsg, area rect) tea.MouseMsg {
	at := msg.Mouse()
	at.X, at.Y = at.X-area.x, at.Y-area.y
	switch msg.(type) {
	case tea.MouseClickMsg:
		return tea.MouseClickMsg(at)
	case tea.MouseWheelMsg:
		return tea.MouseWheelMsg(at)
	case tea.MouseMotionMsg:
		return tea.MouseMotionMsg(at)
	case tea.MouseReleaseMsg:
		return tea.MouseReleaseMsg(at)
	}
	return nil
}

// pointAtModal gives the mouse to what lies over the screen. A click beside it closes what asks nothing.
func (r *root) pointAtModal(msg tea.MouseMsg) tea.Cmd {
	current, ok := r.modal.(pointed)
	inner := within(msg, r.modalAt)
	if !ok || inner == nil {
		return nil
	}
	at := msg.Mouse()
	_, click := msg.(tea.MouseClickMsg)
	if click && !r.modalAt.grown(2, 1).contains(at.X, at.Y) { // nor on its frame
		r.modal = nil
		return nil
	}
	before := r.modal
	cmd, done := current.point(inner)
	if done && r.modal == before {
		r.modal = nil
	}
	return cmd
}
