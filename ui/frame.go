package ui

import (
	"strings"

	"goapptrace/ui/safe"
)

// picture is what a section of the screen shows.
type picture struct {
	title   string // painted
	note    string // painted, at the right of the title's line
	body    string // lines of the inner width
	focused bool
}

// drawColumn draws a box with its sections: every line is exactly as wide as the box, whatever the pictures hold.
func (e *env) drawColumn(c column, pictures []picture) []string {
	lines := make([]string, 0, c.height)
	border := e.glyphs.Border
	left, right := border.TopLeft, border.TopRight
	above := Paint{}
	for i, s := range c.sections {
		p := pictures[i]
		paint := e.borderPaint(p)
		line := paint
		if i > 0 && above == e.styles.Pane.FocusedBorder {
			line = above // the line between two panes belongs to the focused one
		}
		lines = append(lines, e.titleLine(c.width, p, line, left, right))
		lines = e.appendBody(lines, s.inner, p.body, paint.Render(border.Vertical))
		left, right, above = border.TeeLeft, border.TeeRight, paint
	}
	bottom := border.BottomLeft + strings.Repeat(border.Horizontal, c.width-2) + border.BottomRight
	return append(lines, above.Render(bottom))
}

func (e *env) borderPaint(p picture) Paint {
	if p.focused {
		return e.styles.Pane.FocusedBorder
	}
	return e.styles.Pane.Border
}

func (e *env) titleLine(width int, p picture, paint Paint, left, right string) string {
	title, note := p.title, p.note
	if title != "" {
		title = " " + safe.Clip(title, width-4) + " "
	}
	if note != "" {
		note = " " + note + " "
	}
	rest := width - 2 - safe.Width(title)
	if safe.Width(note) >= rest {
		note = ""
	}
	fill := strings.Repeat(e.glyphs.Border.Horizontal, rest-safe.Width(note))
	return paint.Render(left) + title + paint.Render(fill) + note + paint.Render(right)
}

func (e *env) appendBody(lines []string, inner rect, body, side string) []string {
	rest, more := body, true
	for range inner.height {
		var line string
		if more {
			line, rest, more = strings.Cut(rest, "\n")
		}
		lines = append(lines, side+safe.Fit(line, inner.width)+side)
	}
	return lines
}

// beside joins the lines of boxes of the same height.
func beside(boxes [][]string) []string {
	lines := boxes[0]
	for _, box := range boxes[1:] {
		for i := range lines {
			lines[i] += box[i]
		}
	}
	return lines
}

// over lays a box in the middle of the screen, whose lines it dims.
func (e *env) over(screen []string, box []string) []string {
	width, height := safe.Width(screen[0]), len(box)
	boxWidth := safe.Width(box[0])
	x, y := max(0, (width-boxWidth)/2), max(0, (len(screen)-height)/2)
	out := make([]string, len(screen))
	for i, line := range screen {
		line = safe.Plain(line)
		if i < y || i >= y+height {
			out[i] = e.styles.Text.Dim.Render(line)
			continue
		}
		left, right := safe.Cut(line, 0, x), safe.Cut(line, x+boxWidth, width)
		out[i] = e.styles.Text.Dim.Render(safe.Fit(left, x)) + box[i-y] +
			e.styles.Text.Dim.Render(safe.PadLeft(right, width-x-boxWidth))
	}
	return out
}
