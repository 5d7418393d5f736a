package ui

// sparks are the heights of a sparkline's columns, from nothing on.
var (
	sparks      = [...]string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}
	asciiSparks = [...]string{"_", ".", "-", "=", "*", "#"}
)

// formatSpark draws how a number changed, the latest at the right, in as many cells as there are numbers, but at most width.
// The whole height is the largest number in view; anything above zero is higher than nothing.
func formatSpark(counts []uint32, width int, ascii bool) string {
	heights := sparks[:]
	if ascii {
		heights = asciiSparks[:]
	}
	counts = counts[max(0, len(counts)-max(width, 0)):]
	most := uint32(1)
	for _, n := range counts {
		most = max(most, n)
	}
	var line []byte
	for _, n := range counts {
		line = append(line, heights[height(n, most, len(heights))]...)
	}
	return string(line)
}

// height is the step, from 0 to below steps, that stands for n of most.
func height(n, most uint32, steps int) int {
	if n == 0 {
		return 0
	}
	return max(1, int(uint64(n)*uint64(steps-1)/uint64(most)))
}
