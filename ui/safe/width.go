package safe

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Width is how many cells cleaned (or styled) text takes.
func Width(s string) int { return ansi.StringWidth(s) }

// Clip cuts cleaned (or styled) text to at most so many cells; text that was cut ends in an ellipsis.
func Clip(s string, cells int) string {
	if cells <= 0 {
		return ""
	}
	if len(s) <= cells {
		return s // no text is wider than it is long
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
func Fit(s string, cells int) string { return Pad(Clip(s, cells), cells) }

// Cut is what stands in the cells from left up to, not including, right. Of a wide character that is cut in two,
// nothing remains.
func Cut(s string, left, right int) string { return ansi.Cut(s, left, right) }

// Plain takes the styles away.
func Plain(s string) string { return ansi.Strip(s) }
