package model

import (
	"slices"
	"testing"
	"time"
)

// Calls that don't pass are left out: those that they made hang below the nearest one around them that passes.
func TestFlameOfFilter(t *testing.T) {
	for filter, want := range map[string][]string{
		"func ~ f2|f3": {
			" weight=50 total=50 self=0 calls=0 open=0 errors=0 panics=0",
			"/f2 weight=50 total=50 self=40 calls=3 open=0 errors=1 panics=1",
			"/f2/f3 weight=10 total=10 self=10 calls=1 open=0 errors=0 panics=0",
		},
		"err or panic": {
			" weight=40 total=40 self=0 calls=0 open=0 errors=0 panics=0",
			"/f2 weight=40 total=40 self=40 calls=2 open=0 errors=1 panics=1",
		},
		"func ~ nothing": {" weight=0 total=0 self=0 calls=0 open=0 errors=0 panics=0"},
	} {
		s := open(t, Limits{}, 3)
		feed(s, script(story...)...)
		f := NewFlame(s, 0, callsLike(filter), 100)
		f.Advance(time.Time{}, 0, enough)
		t.Run(filter, func(t *testing.T) { sameOutline(t, f.Tree(FlameTotal), want...) })
	}
}

// How a call ends makes it pass, or not any more. The picture comes to the same, whenever it was looked at.
func TestFlameOfFilterGoesOn(t *testing.T) {
	for _, filter := range []string{"err", "not err", "open", "not open", "dur > 15ns", "dur < 15ns", "func = main.f1", "err or depth = 0"} {
		late, early := open(t, Limits{}, 3), open(t, Limits{}, 3)
		f := NewFlame(early, 0, callsLike(filter), 100)
		for _, e := range script(story...) {
			feed(early, e)
			feed(late, e)
			f.Advance(time.Time{}, 0, enough)
		}
		g := NewFlame(late, 0, callsLike(filter), 100)
		g.Advance(time.Time{}, 0, enough)
		counts := func(f *Flame) (counts []uint64) {
			byName := map[string]uint64{}
			for _, n := range f.Tree(FlameTotal).Nodes {
				byName[string(n.Name)] += n.Calls + 1000*n.Errors + 1_000_000*n.Open
			}
			for _, name := range []string{"", "main.f1", "main.f2", "main.f3"} {
				counts = append(counts, byName[name])
			}
			return counts
		}
		if got, want := counts(f), counts(g); !slices.Equal(got, want) {
			t.Errorf("%s: call by call %v, at once %v", filter, got, want)
		}
	}
}
