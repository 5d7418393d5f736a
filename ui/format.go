package ui

import (
	"strconv"
	"strings"
	"time"
)

// Widths in cells of what the format functions return at most.
const (
	durationWidth = 7 // "12.4 ms", "12m 04s"
	countWidth    = 5 // "4,096", "12.3k", "1.24M"
	rateWidth     = countWidth + len("/s")
	bytesWidth    = 7 // "20.4 kB"
)

// formatDuration writes d with three significant digits and its unit: "850 ns", "12.4 ms"; from a minute on "12m 04s".
// A negative duration, which only broken clocks make, counts as none.
func formatDuration(d time.Duration, g *Glyphs) string {
	switch {
	case d <= 0:
		return "0 ns"
	case d < time.Microsecond:
		return strconv.Itoa(int(d)) + " ns"
	case below(d, time.Millisecond, time.Microsecond):
		return threeDigits(d, time.Microsecond) + " " + g.Micro
	case below(d, time.Second, time.Millisecond):
		return threeDigits(d, time.Millisecond) + " ms"
	case below(d, time.Minute, time.Second):
		return threeDigits(d, time.Second) + " s"
	}
	return formatAge(d)
}

// below says whether d stays below limit when it is rounded to whole units.
func below(d, limit, unit time.Duration) bool { return d.Round(unit) < limit }

// threeDigits writes d in units with three significant digits.
func threeDigits(d, unit time.Duration) string {
	return significant(float64(d) / float64(unit))
}

// significant writes v, from 0 to below 1000, with three digits.
func significant(v float64) string {
	switch {
	case v < 9.995:
		return strconv.FormatFloat(v, 'f', 2, 64)
	case v < 99.95:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

// formatAge writes a span in two units, as people tell how long ago a thing was: "4s", "12m 04s", "3h 20m", "12d 05h".
func formatAge(d time.Duration) string {
	d = max(d, 0).Round(time.Second)
	switch {
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + "s"
	case d < time.Hour:
		return twoUnits(int(d/time.Minute), "m ", int(d%time.Minute/time.Second), "s")
	case d < 24*time.Hour:
		return twoUnits(int(d/time.Hour), "h ", int(d%time.Hour/time.Minute), "m")
	}
	hours := int(d / time.Hour)
	return twoUnits(hours/24, "d ", hours%24, "h")
}

func twoUnits(large int, largeUnit string, small int, smallUnit string) string {
	s := strconv.Itoa(large) + largeUnit
	if small < 10 {
		s += "0"
	}
	return s + strconv.Itoa(small) + smallUnit
}

// formatCount writes n in at most five cells: "4,096", "12.3k", "1.24M".
func formatCount(n uint64) string {
	if n < 10_000 {
		return formatGrouped(n)
	}
	return scaled(float64(n), 1000, "k", "M", "G", "T", "P", "E")
}

// countOf writes how many there are of what, which is given in the plural with an s: "1 call", "76 calls".
func countOf(n uint64, what string) string {
	return formatCount(n) + " " + plural(n, what)
}

// plural takes the s of what away when there is one of it.
func plural(n uint64, what string) string {
	if n == 1 {
		return strings.TrimSuffix(what, "s")
	}
	return what
}

// formatSigned is [formatGrouped] of a number that may be negative.
func formatSigned(n int64) string {
	if n < 0 {
		return "-" + formatGrouped(-uint64(n))
	}
	return formatGrouped(uint64(n))
}

// formatRate writes a number per second: "820k/s".
func formatRate(perSecond float64) string {
	return formatCount(uint64(max(perSecond, 0)+0.5)) + "/s"
}

// formatBytes writes a size in decimal units: "87 B", "20.4 kB".
func formatBytes(n uint64) string {
	if n < 1000 {
		return strconv.FormatUint(n, 10) + " B"
	}
	return scaled(float64(n), 1000, " kB", " MB", " GB", " TB", " PB", " EB")
}

// scaled divides v by step until it is below it, and adds the unit reached.
func scaled(v, step float64, units ...string) string {
	last := len(units) - 1
	for i, unit := range units {
		v /= step
		if v < step-0.5 || i == last {
			return significant(v) + unit
		}
	}
	return ""
}

// formatGrouped writes n in full with its digits in groups: "1,234,567".
func formatGrouped(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	if len(digits) <= 3 {
		return digits
	}
	var b strings.Builder
	head := len(digits) % 3
	b.WriteString(digits[:head])
	for i := head; i < len(digits); i += 3 {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(digits[i : i+3])
	}
	return b.String()
}

// formatClock writes the time of day in at most width cells: with fewer of them it has fewer digits, below 12 no hours but
// with 8 the hours instead of digits.
func formatClock(t time.Time, width int) string {
	layout := "15:04:05.000000"
	switch {
	case width < len("04:05"):
		return ""
	case width == len("15:04:05"):
		return t.Format("15:04:05")
	case width < len("15:04:05.000"):
		layout = layout[len("15:"):]
	}
	s := t.Format(layout)
	return strings.TrimSuffix(s[:min(width, len(s))], ".")
}
