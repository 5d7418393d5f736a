package ui

import (
	"slices"
	"strings"

	"goapptrace/model"
)

// sparks are the heights of a sparkline's columns, from nothing on. None fills its cell, or those of rows below each other would
// run together.
var (
	sparks      = [...]string{"▁", "▂", "▃", "▄", "▅", "▆", "▇"}
	asciiSparks = [...]string{"_", ".", "-", "=", "*", "#"}
)

// formatSpark draws how a number changed, the latest at the right, in as many cells as there are numbers, but at most width.
// The least one in view is at the bottom and the largest at the top, but for changes by less than a quarter, which stay small.
func formatSpark(counts []uint32, width int, ascii bool) string {
	heights := sparks[:]
	if ascii {
		heights = asciiSparks[:]
	}
	counts = counts[max(0, len(counts)-max(width, 0)):]
	if len(counts) == 0 {
		return ""
	}
	least, most := slices.Min(counts), slices.Max(counts)
	scale := max(uint64(most-least), uint64(most)/4, 1)
	var line strings.Builder
	for _, n := range counts {
		line.WriteString(heights[(uint64(n-least)*uint64(len(heights)-1)+scale/2)/scale])
	}
	return line.String()
}

// formatTrend draws the latest of a function's calls by second in width cells, from none at the bottom to the most at the top.
// Anything above zero is seen.
func formatTrend(t model.Trend, width int, ascii bool) string {
	heights := sparks[:]
	if ascii {
		heights = asciiSparks[:]
	}
	most := uint64(max(slices.Max(t[:]), 1))
	var line strings.Builder
	for _, n := range t[max(0, len(t)-max(width, 0)):] {
		height := (uint64(n)*uint64(len(heights)-1) + most - 1) / most
		line.WriteString(heights[height])
	}
	return line.String()
}
