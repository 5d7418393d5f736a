package safe

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/clipperhouse/displaywidth"
)

// Width is how many cells cleaned (or styled) text takes. Runes add up in such text; joining ones have been escaped.
func Width(s string) int {
	width := 0
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(s[i:])
			width += runeWidth(r)
			i += size
		case c == '\x1b':
			end := strings.IndexByte(s[i:], 'm')
			if end < 0 {
				return width
			}
			i += end + 1
		default:
			width++
			i++
		}
	}
	return width
}

// runeWidth takes a short way with the lines, blocks, arrows and dots that screens are made of.
func runeWidth(r rune) int {
	const firstBox, lastBlock = 0x2500, 0x259f
	if r >= firstBox && r <= lastBlock {
		return 1
	}
	return displaywidth.Rune(r)
}

// Clip cuts cleaned (or styled) text to at most so many cells; text that was cut ends in an ellipsis.
func Clip(s string, cells int) string {
	switch {
	case cells <= 0:
		return ""
	case len(s) <= cells, Width(s) <= cells: // no text is wider than it is long
		return s
	}
	return ansi.Truncate(s, cells, ellipsis)
}

// ClipLeft is [Clip] for what is told apart by its end, such as paths and addresses.
func ClipLeft(s string, cells int) string {
	if cells <= 0 {
		return ""
	}
	over := Width(s) - cells
	if over <= 0 {
		return s
	}
	cut := ansi.TruncateLeft(s, over+1, ellipsis)
	if Width(cut) > cells { // half of a wide character was in the way
		cut = ansi.TruncateLeft(s, over+2, ellipsis)
	}
	return cut
}

// Pad adds spaces up to so many cells.
func Pad(s string, cells int) string {
	if n := cells - Width(s); n > 0 {
		return s + strings.Repeat(" ", n)
	}
	return s
}

// PadLeft is [Pad] with the spaces before the text, for columns of numbers.
func PadLeft(s string, cells int) string {
	if n := cells - Width(s); n > 0 {
		return strings.Repeat(" ", n) + s
	}
	return s
}

// Fit cuts or fills cleaned (or styled) text to exactly so many cells.
func Fit(s string, cells int) string {
	width := Width(s)
	if width > cells {
		s = Clip(s, cells)
		width = Width(s)
	}
	if width < cells {
		s += strings.Repeat(" ", cells-width)
	}
	return s
}

// Cut is what stands in the cells from left up to, not including, right. Of a wide character that is cut in two,
// nothing remains.
func Cut(s string, left, right int) string { return ansi.Cut(s, left, right) }

// Plain takes the styles away.
func Plain(s string) string { return ansi.Strip(s) }
