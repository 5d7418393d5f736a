package ui

import (
	"strings"

	"goapptrace/ui/safe"
)

// wrap breaks clean text into lines of at most width cells, at spaces where it can.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && safe.Width(line)+1+safe.Width(word) <= width {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for safe.Width(word) > width {
			head := safe.Cut(word, 0, width)
			if head == "" {
				head = word // a wide character in a column of one
			}
			lines = append(lines, head)
			word = word[len(head):]
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// fold breaks clean text into lines of at most width cells, and leaves nothing out: a line ends behind a space where
// there is one in its second half.
func fold(text string, width int) []string {
	width = max(1, width)
	var lines []string
	for safe.Width(text) > width {
		line := safe.Cut(text, 0, width)
		if line == "" {
			break // a wide character in a column of one
		}
		if space := strings.LastIndexByte(line, ' ') + 1; space > len(line)/2 {
			line = line[:space]
		}
		lines = append(lines, line)
		text = text[len(line):]
	}
	return append(lines, text)
}

// fill makes of lines exactly height lines of exactly width cells.
func fill(lines []string, width, height int) []string {
	out := make([]string, height)
	for i := range out {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		out[i] = safe.Fit(line, width)
	}
	return out
}

// scroller is a window on lines that don't change their number often.
type scroller struct{ top int }

// move goes n lines down, as far as there are lines.
func (s *scroller) move(n, lines, height int) { s.top = min(max(s.top+n, 0), max(0, lines-height)) }

// window is what is in view.
func (s *scroller) window(lines []string, height int) []string {
	s.move(0, len(lines), height)
	return lines[s.top:min(s.top+height, len(lines))]
}
