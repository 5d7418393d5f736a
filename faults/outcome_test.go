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

// Of many that end the program by log.Fatal no more get to say so than without hooks, where it is one, or a few by chance.
func TestFatalPrintsNoMore(t *testing.T) {
	skipShort(t)
	last := func(program string, env ...string) int {
		v, _ := end(t, program, "fatal", env...)
		return strings.Count(v.stderr.String(), "fatal on purpose")
	}
	most := func(lines func() int) (most int) {
		for range times(5, 50) {
			most = max(most, lines())
		}
		return most
	}
	plain := most(func() int { return last(plainVictim) })
	for _, kind := range []string{"watch", "says nothing"} {
		url := viewers[kind](t)
		traced := most(func() int { return last(tracedVictim, "GOAPPTRACE_SERVER="+url) })
		t.Logf("viewer: %s, at most %d lines with hooks, %d without", kind, traced, plain)
		if traced > 20+2*plain {
			t.Errorf("viewer: %s, %d lines, without hooks %d", kind, traced, plain)
		}
	}
}
