package ui

import (
	"strings"

	"charm.land/lipgloss/v2"

	"goapptrace/ui/safe"
)

// Paint is a lipgloss style cut down to its escape sequences: a frame paints some hundred cells, and each costs
// a concatenation instead of a layout. It is for text without line breaks.
type Paint struct {
	on, off string
	alone   bool // what it is laid over loses its own colours, which it would turn into backgrounds
}

func newPaint(style lipgloss.Style) Paint {
	const text = "x"
	on, off, _ := strings.Cut(style.Render(text), text)
	return Paint{on: on, off: off}
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
	switch {
	case p.on == "":
		return s
	case p.alone:
		return p.on + safe.Plain(s) + p.off
	}
	return p.on + strings.ReplaceAll(s, reset, reset+p.on) + p.off
}
