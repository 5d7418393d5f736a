// Package chart lays charts out on cells of a terminal. It knows neither colours nor what is charted: [Bar] draws a bar
// in eighths of a cell, [Icicle] says where the boxes of a tree lie, and [Edge] draws the cell in which a box ends.
package chart

import "strings"

var eighths = [...]string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

// Bar draws fraction, 0 to 1, of width cells in eighths of a cell, in ASCII in halves.
// Anything above zero is seen. The bar is not padded.
func Bar(fraction float64, width int, ascii bool) string {
	steps, full, part := 8, "█", eighths[:]
	if ascii {
		steps, full, part = 2, "#", []string{"", "-"}
	}
	if width <= 0 || !(fraction > 0) {
		return ""
	}
	n := max(1, int(min(fraction, 1)*float64(width*steps)+0.5))
	return strings.Repeat(full, n/steps) + part[n%steps]
}

// Edge is a cell of which so many eighths at the left are filled, empty for none. ASCII has nothing for it.
func Edge(filled int) string { return eighths[filled&7] }
