package instrument

import (
	"slices"
	"testing"
)

// What a pattern doesn't match is known of a plan that is made, and of one that is recalled.
func TestUnmatched(t *testing.T) {
	m := planOften(t)
	recalled := m.plan(t)
	m.opts.anew = true
	for name, plan := range map[string]*Plan{"recalled": recalled, "made": m.plan(t)} {
		patterns := []string{
			"main.main", "main", "*", "ex.com/m/sub/p.F", "p.*", "sub/p.F", "main.mai", "p.H", "net/http.*", "main.main.func7", "main.init.0", "other.F",
		}
		want := []string{"sub/p.F", "main.mai", "p.H", "net/http.*", "other.F"}
		if got := plan.Unmatched(patterns); plan.recalled != (name == "recalled") || !slices.Equal(got, want) {
			t.Errorf("%s: %q match nothing, want %q", name, got, want)
		}
	}
}
