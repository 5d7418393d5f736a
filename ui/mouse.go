package ui

import (
	tea "charm.land/bubbletea/v2"
)

// mouse gives clicks and the wheel to the pane under the pointer, in its own coordinates. A click takes the focus
// along; one on a tab's name opens the tab.
func (r *root) mouse(msg tea.MouseMsg) (cmd tea.Cmd) {
	at := msg.Mouse()
	s, ok := r.layout.at(at.X, at.Y)
	if !ok || r.modal != nil || r.config.NoMouse {
		return nil
	}
	_, click := msg.(tea.MouseClickMsg)
	if click && s.slot >= 0 {
		r.focus = s.slot
	}
	if s.title.contains(at.X, at.Y) {
		if click && s.slot == slotTab {
			r.clickTab(at.X-s.title.x, s.inner.width)
		}
		return nil
	}
	at.X, at.Y = at.X-s.inner.x, at.Y-s.inner.y
	var inner tea.Msg
	switch msg.(type) {
	case tea.MouseClickMsg:
		inner = tea.MouseClickMsg(at)
	case tea.MouseWheelMsg:
		inner = tea.MouseWheelMsg(at)
	default:
		return nil
	}
	r.guard(s.slot, func(p pane) { cmd, _ = p.update(inner) })
	return cmd
}
