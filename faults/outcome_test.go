//go:build linux

package faults

import (
	"regexp"
	"strings"
	"testing"
)

// outcome is what others see of a program.
type outcome struct{ status, stdout, stderr string }

// unstable is what differs from run to run in the runtime's reports, and what stays of it. Arguments and offsets
// depend on what the compiler inlined.
var unstable = []struct {
	pattern *regexp.Regexp
	stays   string
}{
	{regexp.MustCompile(`(?m)^(\S+)\([^()]*\)$`), "$1"}, // a frame
	{regexp.MustCompile(`(?m) \+0x[0-9a-f]+$`), ""},
	{regexp.MustCompile(`0x[0-9a-f]+`), "ADDR"},
	{regexp.MustCompile(`goroutine \d+`), "goroutine N"},
}

// normalReport is a program's standard error without what differs from run to run. When a thousand goroutines fail at
// once, chance decides how many of them get to say so before the program ends: every line counts once.
func normalReport(text string) string {
	for _, u := range unstable {
		text = u.pattern.ReplaceAllString(text, u.stays)
	}
	var once []string
	known := map[string]bool{}
	for line := range strings.Lines(text) {
		if !known[line] {
			once = append(once, line)
		}
		known[line] = true
	}
	return strings.Join(once, "")
}

func (o outcome) mustEqual(t *testing.T, plain outcome) {
	t.Helper()
	if o != plain {
		t.Errorf("with hooks:\n%q\nwithout:\n%q", o, plain)
	}
}
