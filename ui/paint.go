package ui

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// Paint is a lipgloss style cut down to its escape sequences: a frame paints some hundred cells, and each costs
// a concatenation instead of a layout. It is for text without line breaks.
type Paint struct{ on, off string }

func newPaint(style lipgloss.Style) Paint {
	const text = "x"
	on, off, _ := strings.Cut(style.Render(text), text)
	return Paint{on, off}
}

// Render paints s.
func (p Paint) Render(s string) string {
	if s == "" {
		return ""
	}
	return p.on + s + p.off
}

// Over paints s, which may hold painted parts, and returns to p after each of them.
func (p Paint) Over(s string) string {
	const reset = "\x1b[m"
	if p.on == "" {
		return s
	}
	return p.on + strings.ReplaceAll(s, reset, reset+p.on) + p.off
}
