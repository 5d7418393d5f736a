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

// pointed modals take clicks and the wheel, at places in their bodies.
type pointed interface {
	point(msg tea.MouseMsg) (cmd tea.Cmd, done bool)
}

// cursored modals take text, at a place in their bodies.
type cursored interface {
	cursor() (x, y int)
}

// drawModal lays the modal over the screen.
func (r *root) drawModal(lines []string) []string {
	box := r.env.modalBox(r.modal, r.width, r.height)
	const border, margin = 1, 1
	width := safe.Width(box[0])
	r.modalAt = rect{
		max(0, (r.width-width)/2) + border + margin, max(0, (len(lines)-len(box))/2) + border, width - 2*(border+margin), len(box) - 2*border,
	}
	if p, ok := r.modal.(cursored); ok {
		x, y := p.cursor()
		r.cursor = tea.NewCursor(r.modalAt.x+x, r.modalAt.y+y)
	}
	return r.env.over(lines, box)
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
