package config

import (
	"fmt"
	"strings"
)

// nearest suggests the name that was meant, perhaps; empty when none is near.
func (c *Config) nearest(name string, names []string) string {
	best, least := "", 0
	for _, known := range names {
		d := distance(name, known)
		if table(known) != table(name) {
			d++ // so that of equally near ones that of the same table is taken
			if last(known) == last(name) {
				d = 2 // the right name in the wrong place
			}
		}
		if best == "" || d < least {
			best, least = known, d
		}
	}
	if best == "" || least > max(2, len(last(name))/2) {
		return ` ("goapptrace config" prints all that there are)`
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// table is the name of the table that a setting is in, and last its name there.
func table(name string) string { return name[:max(0, strings.LastIndexByte(name, '.'))] }
func last(name string) string  { return name[strings.LastIndexByte(name, '.')+1:] }

// distance is how many letters have to be added, left out or changed to make one name of the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
