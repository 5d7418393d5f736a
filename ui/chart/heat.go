package chart

import "math"

// Scale is a logarithmic axis from From to To, in bins that are equally high on it.
type Scale struct {
	From, To float64
	Bins     int
}

// NewScale makes a scale that holds two positive numbers. Each bin's end is at least so many times its beginning: a scale
// of numbers that differ less is extended on both sides.
func NewScale(from, to float64, bins int, least float64) Scale {
	from, to = max(from, 1), max(to, 1)
	if to < from {
		from, to = to, from
	}
	bins = max(bins, 1)
	if short := math.Pow(least, float64(bins)) / (to / from); short > 1 {
		from, to = from/math.Sqrt(short), to*math.Sqrt(short)
	}
	if from < 1 {
		from, to = 1, to/from
	}
	return Scale{from, to, bins}
}

// Bin is the bin of a number, the nearest one when it is beyond the scale.
func (s Scale) Bin(v float64) int {
	part := math.Log(max(v, 1)/s.From) / math.Log(s.To/s.From)
	return min(max(int(part*float64(s.Bins)), 0), s.Bins-1)
}

// At is the number at which a bin begins.
func (s Scale) At(bin int) float64 {
	return s.From * math.Pow(s.To/s.From, float64(bin)/float64(s.Bins))
}

// Shades turns counts into shades from 0, for none, to most, for the largest: by their logarithms, since what is rare is
// often what matters. Anything above zero has a shade.
func Shades(counts [][]float64, most int) [][]int {
	largest := 0.0
	for _, row := range counts {
		for _, n := range row {
			largest = max(largest, n)
		}
	}
	shades := make([][]int, len(counts))
	for i, row := range counts {
		shades[i] = make([]int, len(row))
		for j, n := range row {
			if n > 0 {
				part := math.Log1p(n) / math.Log1p(largest)
				shades[i][j] = min(1+int(part*float64(most-1)+0.5), most)
			}
		}
	}
	return shades
}

var (
	shadeCells      = [...]string{" ", "░", "▒", "▓", "█"}
	asciiShadeCells = [...]string{" ", ".", ":", "*", "#"}
)

// MostShade is how many shades [Shade] can draw.
const MostShade = len(shadeCells) - 1

// Shade draws a cell of a shade, 0 to [MostShade], that needs no colours.
func Shade(shade int, ascii bool) string {
	if ascii {
		return asciiShadeCells[min(max(shade, 0), MostShade)]
	}
	return shadeCells[min(max(shade, 0), MostShade)]
}

// Halves draws a cell of which the upper and the lower half have shades of their own: in the foreground colour what is
// filled, above a lower half that is the background's where both are.
func Halves(upper, lower bool) string {
	switch {
	case upper:
		return "▀"
	case lower:
		return "▄"
	}
	return " "
}
