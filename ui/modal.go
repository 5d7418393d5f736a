package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"goapptrace/ui/safe"
)

// modal is a box over the screen that gets all keys until it is done.
type modal interface {
	title() string
	// body draws lines of at most the given size.
	body(width, height int) []string
	update(msg tea.KeyPressMsg) (cmd tea.Cmd, done bool)
}

// answer gives a key to the modal.
func (r *root) answer(msg tea.KeyPressMsg) tea.Cmd {
	current := r.modal
	cmd, done := current.update(msg)
	if done && r.modal == current {
		r.modal = nil
	}
	return cmd
}

// modalBox draws a modal as small as its body allows.
func (e *env) modalBox(m modal, width, height int) []string {
	lines := m.body(width-6, height-4)
	widest := safe.Width(m.title()) + 2
	for _, line := range lines {
		widest = max(widest, safe.Width(line))
	}
	for i := range lines {
		lines[i] = " " + safe.Fit(lines[i], widest) + " "
	}
	box := stack(rect{width: widest + 4, height: len(lines) + 2}, share{})
	return e.drawColumn(box, []picture{{
		title:   e.styles.Pane.FocusedTitle.Render(m.title()),
		body:    strings.Join(lines, "\n"),
		focused: true,
	}})
}
