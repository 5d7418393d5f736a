package query

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// numeric says whether the values are only numbers.
func (s sort) numeric() bool {
	return s == durations || s == counts || s == sizes || s == goroutines || s == measures
}

// unit is what a number may end with.
type unit struct {
	name   string
	factor float64
}

// Longer units come before their ends.
var (
	thousands = []unit{{"k", 1e3}, {"M", 1e6}, {"G", 1e9}}
	byteUnits = []unit{
		{"KiB", 1 << 10},
		{"MiB", 1 << 20},
		{"GiB", 1 << 30},
		{"kB", 1e3},
		{"MB", 1e6},
		{"GB", 1e9},
		{"K", 1 << 10},
		{"k", 1 << 10},
		{"M", 1 << 20},
		{"G", 1 << 30},
		{"B", 1},
	}
)

// parse reads a value; message says what one looks like when this isn't one.
func (f *field) parse(text string) (v float64, message string) {
	switch f.sort {
	case durations:
		d, err := time.ParseDuration(text)
		if err != nil {
			return 0, f.name + " is a time with a unit, such as 10ms, 1.5s or 200us"
		}
		return float64(d), ""
	case goroutines:
		v, message = number(strings.TrimPrefix(text, "g"), nil)
	case sizes:
		v, message = number(text, byteUnits)
	case levels:
		if v = Level(text); math.IsNaN(v) {
			message = "level is " + alternatives(f.values) + ", or with a distance, such as warn+2"
		}
		return v, message
	default:
		v, message = number(text, thousands)
	}
	if message != "" {
		message = f.name + " is " + message
	}
	return v, message
}

// number reads a number with one of the units or none.
func number(text string, units []unit) (v float64, message string) {
	factor, digits := 1.0, text
	for _, u := range units {
		if before, ok := strings.CutSuffix(text, u.name); ok {
			factor, digits = u.factor, before
			break
		}
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || strings.ContainsAny(digits, "xXpP_") {
		if len(units) == 0 {
			return 0, "a number"
		}
		return 0, "a number, such as 17 or 1.5" + units[0].name
	}
	return v * factor, ""
}

// contains is the condition that needle occurs, letter case ignored.
func contains(needle string) func(string) bool {
	lower := strings.ToLower(needle)
	for i := range len(lower) {
		if lower[i] >= utf8.RuneSelf {
			return func(s string) bool { return strings.Contains(strings.ToLower(s), lower) }
		}
	}
	return func(s string) bool { return occurs(s, lower) }
}

// occurs says whether an ASCII text in lower case occurs in s, letter case ignored. It doesn't allocate.
func occurs(s, lower string) bool {
	if lower == "" {
		return true
	}
	for i := 0; i+len(lower) <= len(s); i++ {
		if lowerASCII(s[i]) == lower[0] && equalLower(s[i:i+len(lower)], lower) {
			return true
		}
	}
	return false
}

func equalLower(s, lower string) bool {
	for i := range len(lower) {
		if lowerASCII(s[i]) != lower[i] {
			return false
		}
	}
	return true
}

func lowerASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
