package model

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"goapptrace/protocol"
)

// enough never stops a Flame.
func enough() bool { return true }

// flameOf is the picture of all calls of a session.
func flameOf(s *Session, by FlameWeight) *FlameTree {
	f := NewFlame(s, 0, nil, 1<<12)
	f.Advance(time.Time{}, 0, enough)
	return f.Tree(by)
}

// outline writes a tree, one path a line, with the figures of each.
func outline(t *FlameTree) string {
	var b strings.Builder
	var walk func(node int32, path string)
	walk = func(node int32, path string) {
		n := &t.Nodes[node]
		fmt.Fprintf(&b, "%s weight=%d total=%d self=%d calls=%d open=%d errors=%d panics=%d\n",
			path, n.Weight, n.Total, n.Self, n.Calls, n.Open, n.Errors, n.Panics)
		for _, c := range t.Children(node) {
			walk(c, path+"/"+strings.TrimPrefix(string(t.Nodes[c].Name), "main."))
		}
	}
	walk(0, "")
	return b.String()
}

func sameOutline(t *testing.T, got *FlameTree, want ...string) {
	t.Helper()
	if diff := cmp.Diff(strings.Join(want, "\n")+"\n", outline(got)); diff != "" {
		t.Error(diff)
	}
}

// story is two paths of f2, with an error, a panic and an open call.
var story = []string{"+1", "+2", "+3", "-3", "~2", "+2", "!2", "-1", "2:+2", "2:-2", "+1"}

func TestFlameTotal(t *testing.T) {
	s := open(t, Limits{}, 3)
	feed(s, script(story...)...)
	sameOutline(t, flameOf(s, FlameTotal),
		" weight=80 total=80 self=0 calls=0 open=0 errors=0 panics=0",
		"/f1 weight=70 total=70 self=30 calls=2 open=1 errors=0 panics=0",
		"/f1/f2 weight=40 total=40 self=30 calls=2 open=0 errors=1 panics=1",
		"/f1/f2/f3 weight=10 total=10 self=10 calls=1 open=0 errors=0 panics=0",
		"/f2 weight=10 total=10 self=10 calls=1 open=0 errors=0 panics=0",
	)
}

func TestFlameWeights(t *testing.T) {
	s := open(t, Limits{}, 3)
	feed(s, script(story...)...)
	weights := func(by FlameWeight) string {
		tree, out := flameOf(s, by), ""
		for i := range tree.Nodes {
			out += fmt.Sprint(tree.Nodes[i].Name, "=", tree.Nodes[i].Weight, " ")
		}
		return out
	}
	for by, want := range map[FlameWeight]string{
		FlameCalls:  "=6 main.f1=5 main.f2=3 main.f3=1 main.f2=1 ",
		FlameErrors: "=2 main.f1=2 main.f2=2 main.f3=0 main.f2=0 ",
	} {
		if got := weights(by); got != want {
			t.Errorf("weight %d: %s, want %s", by, got, want)
		}
	}
}

func TestFlameSelf(t *testing.T) {
	s := open(t, Limits{}, 3)
	feed(s, script(story...)...)
	sameOutline(t, flameOf(s, FlameSelf),
		" weight=80 total=80 self=80 calls=6 open=1 errors=1 panics=1",
		"/f2 weight=40 total=40 self=40 calls=3 open=0 errors=1 panics=1",
		"/f2/f1 weight=30 total=30 self=30 calls=2 open=0 errors=1 panics=1",
		"/f1 weight=30 total=30 self=30 calls=2 open=1 errors=0 panics=0",
		"/f3 weight=10 total=10 self=10 calls=1 open=0 errors=0 panics=0",
		"/f3/f2 weight=10 total=10 self=10 calls=1 open=0 errors=0 panics=0",
		"/f3/f2/f1 weight=10 total=10 self=10 calls=1 open=0 errors=0 panics=0",
	)
}

func TestFlameOfGoroutine(t *testing.T) {
	s := open(t, Limits{}, 3)
	feed(s, script(story...)...)
	f := NewFlame(s, 2, nil, 100)
	f.Advance(time.Time{}, 0, enough)
	sameOutline(t, f.Tree(FlameTotal),
		" weight=10 total=10 self=0 calls=0 open=0 errors=0 panics=0",
		"/f2 weight=10 total=10 self=10 calls=1 open=0 errors=0 panics=0",
	)
}

// A Flame goes on where it was, and learns how the calls ended that were open.
func TestFlameGoesOn(t *testing.T) {
	s := open(t, Limits{}, 3)
	events := script(story...)
	f := NewFlame(s, 0, nil, 100)
	for _, e := range events {
		feed(s, e)
		f.Advance(time.Time{}, 0, enough)
	}
	if diff := cmp.Diff(outline(flameOf(s, FlameTotal)), outline(f.Tree(FlameTotal))); diff != "" {
		t.Error(diff)
	}
}

func TestFlameCountsOpenCallsUpToNow(t *testing.T) {
	s := open(t, Limits{}, 2)
	feed(s, script("+1", "+2")...)
	f := NewFlame(s, 0, nil, 100)
	f.Advance(epoch.Add(time.Second), 0, enough)
	sameOutline(t, f.Tree(FlameTotal),
		" weight=1000000010 total=1000000010 self=0 calls=0 open=0 errors=0 panics=0",
		"/f1 weight=1000000010 total=1000000010 self=10 calls=1 open=1 errors=0 panics=0",
		"/f1/f2 weight=1000000000 total=1000000000 self=1000000000 calls=1 open=1 errors=0 panics=0",
	)
}

func TestFlameUntil(t *testing.T) {
	s := open(t, Limits{}, 2)
	feed(s, script("+1", "-1", "+2", "-2")...)
	f := NewFlame(s, 0, nil, 100)
	if f.Advance(time.Time{}, 1, enough) {
		t.Error("a call is left to be added")
	}
	if tree := f.Tree(FlameTotal); tree.Calls != 1 || tree.Left != 1 {
		t.Errorf("%d calls added, %d left", tree.Calls, tree.Left)
	}
}

// With calls retained no more, the picture says from when on it is, and those whose callers are gone begin a root.
func TestFlameOfDroppedCalls(t *testing.T) {
	const calls = 3 * chunkLen
	s := open(t, Limits{Calls: chunkLen}, 2)
	feed(s, protocol.Event{Time: 1, Func: 1, G: 1})
	f := NewFlame(s, 0, nil, 100)
	f.Advance(time.Time{}, 0, enough)
	for i := range int64(calls) {
		feed(s, protocol.Event{Time: 10 * i, Func: 2, G: 1}, protocol.Event{Time: 10*i + 5, Func: 2, G: 1, Kind: protocol.Leave})
	}
	f.Advance(time.Time{}, 0, enough)
	tree := f.Tree(FlameCalls)
	if tree.Older == 0 || tree.Calls+tree.Older != calls+1 {
		t.Errorf("%d calls, and %d older ones of %d", tree.Calls, tree.Older, calls+1)
	}
	if top := tree.Children(0); len(top) != 1 || tree.Nodes[top[0]].Name != "main.f2" {
		t.Errorf("the tree is\n%s", outline(tree))
	}
	if row, _ := s.Call(tree.Older+1, time.Time{}); !row.Start.Equal(tree.Since) {
		t.Errorf("the picture is since %v, and its first call began at %v", tree.Since, row.Start)
	}
}

// What was added stays, also when the log forgets it, as long as somebody looks.
func TestFlameKeepsWhatItAdded(t *testing.T) {
	const calls = 4 * chunkLen
	s := open(t, Limits{Calls: chunkLen}, 2)
	feed(s, protocol.Event{Time: 1, Func: 1, G: 1})
	f := NewFlame(s, 0, nil, 100)
	for i := range int64(calls) {
		feed(s, protocol.Event{Time: 10 * i, Func: 2, G: 1}, protocol.Event{Time: 10*i + 5, Func: 2, G: 1, Kind: protocol.Leave})
		if i%1000 == 0 {
			f.Advance(time.Time{}, 0, enough)
		}
	}
	f.Advance(time.Time{}, 0, enough)
	feed(s, protocol.Event{Time: 10 * calls, Func: 1, G: 1, Kind: protocol.Leave})
	f.Advance(time.Time{}, 0, enough)
	tree := f.Tree(FlameTotal)
	top := tree.Nodes[1]
	if tree.Calls != calls+1 || top.Name != "main.f1" || top.Open != 0 || top.Total != 10*calls-1 {
		t.Errorf("%d calls, the first path is %+v", tree.Calls, top)
	}
}

// Paths beyond the bound are added up together, and no time counts twice.
func TestFlameBounds(t *testing.T) {
	s := open(t, Limits{}, 9)
	feed(s, script("+1", "+2", "+3", "+4", "-4", "-3", "-2", "+5", "+6", "-6", "-5", "-1")...)
	f := NewFlame(s, 0, nil, 3)
	f.Advance(time.Time{}, 0, enough)
	tree := f.Tree(FlameTotal)
	sameOutline(t, tree,
		" weight=110 total=110 self=0 calls=0 open=0 errors=0 panics=0",
		"/f1 weight=110 total=110 self=30 calls=1 open=0 errors=0 panics=0",
		"/f1/f2 weight=50 total=50 self=20 calls=1 open=0 errors=0 panics=0",
		"/f1/f2/(other paths) weight=30 total=30 self=30 calls=2 open=0 errors=0 panics=0",
		"/f1/(other paths) weight=30 total=30 self=30 calls=2 open=0 errors=0 panics=0",
	)
	if !tree.Other {
		t.Error("the tree doesn't say that paths are missing")
	}
}

func TestFlameOfManyGoroutines(t *testing.T) {
	s := open(t, Limits{}, 2)
	f := NewFlame(s, 0, nil, 100)
	for g := range uint64(20 * manyPaths) {
		at := int64(g) * int64(time.Millisecond)
		feed(s, protocol.Event{Time: at, Func: 1, G: g}, protocol.Event{Time: at + 5, Func: 1, G: g, Kind: protocol.Leave})
	}
	f.Advance(time.Time{}, 0, enough)
	if n := len(f.paths); n > 6*manyPaths {
		t.Errorf("%d goroutines are remembered", n)
	}
}

func TestFlameCompare(t *testing.T) {
	before, after := open(t, Limits{}, 3), open(t, Limits{}, 3)
	feed(before, script("+1", "+2", "-2", "-1")...)
	feed(after, script("+1", "+3", "-3", "+2", "-2", "-1")...)
	base := NewFlameBase(flameOf(before, FlameTotal))
	tree := flameOf(after, FlameTotal)
	tree.Compare(base)
	got := map[protocol.Text]protocol.Text{}
	for _, n := range tree.Nodes[1:] {
		if got[n.Name] = "new"; n.Base >= 0 {
			got[n.Name] = base.Tree.Nodes[n.Base].Name
		}
	}
	want := map[protocol.Text]protocol.Text{"main.f1": "main.f1", "main.f2": "main.f2", "main.f3": "new"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestJoinFlames(t *testing.T) {
	a, b := open(t, Limits{}, 2), open(t, Limits{}, 2)
	feed(a, script("+1", "-1")...)
	feed(b, script("+1", "+2", "-2", "-1")...)
	sameOutline(t, JoinFlames(FlameTotal, []*FlameTree{flameOf(a, FlameTotal), flameOf(b, FlameTotal)}, []protocol.Text{"a", "b"}),
		" weight=40 total=40 self=0 calls=0 open=0 errors=0 panics=0",
		"/b weight=30 total=30 self=0 calls=0 open=0 errors=0 panics=0",
		"/b/f1 weight=30 total=30 self=20 calls=1 open=0 errors=0 panics=0",
		"/b/f1/f2 weight=10 total=10 self=10 calls=1 open=0 errors=0 panics=0",
		"/a weight=10 total=10 self=0 calls=0 open=0 errors=0 panics=0",
		"/a/f1 weight=10 total=10 self=10 calls=1 open=0 errors=0 panics=0",
	)
}

// Whatever the program did and however it is added up: children together are never heavier than their parent, the whole
// is the sum of the outermost calls, and each function's own time is what the oracle found.
func TestFlameAddsUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		events := program(rt)
		if len(events) == 0 {
			return
		}
		s := open(t, Limits{}, 4)
		f := NewFlame(s, 0, nil, rapid.IntRange(2, 30).Draw(rt, "nodes"))
		for rest := events; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "part")
			feed(s, rest[:n]...)
			f.Advance(time.Time{}, 0, enough)
			rest = rest[n:]
		}
		var outermost time.Duration
		for _, c := range oracle(events) {
			if c.depth == 0 {
				outermost += time.Duration(c.lasted)
			}
		}
		for by := FlameTotal; by <= FlameErrors; by++ {
			checkFlame(rt, f.Tree(by))
		}
		tree := f.Tree(FlameTotal)
		if got := tree.Nodes[0].Total; got != outermost || tree.Nodes[0].Weight != uint64(got) {
			rt.Fatalf("all is %d (weight %d), the outermost calls are %d", got, tree.Nodes[0].Weight, outermost)
		}
	})
}

func checkFlame(t *rapid.T, tree *FlameTree) {
	for i := range tree.Nodes {
		var all uint64
		for _, c := range tree.Children(int32(i)) {
			all += tree.Nodes[c].Weight
		}
		if n := tree.Nodes[i]; all > n.Weight || n.Self < 0 {
			t.Fatalf("by %d: the children of %d weigh %d in\n%s", tree.By, i, all, outline(tree))
		}
	}
}

// BenchmarkFlame adds up calls as a busy program makes them.
func BenchmarkFlame(b *testing.B) {
	const functions, goroutines, calls = 500, 64, 1 << 20
	s := open(b, Limits{}, functions)
	busy(s, functions, goroutines, calls)
	b.ResetTimer()
	for b.Loop() {
		f := NewFlame(s, 0, nil, 1<<15)
		f.Advance(time.Time{}, 0, enough)
	}
	b.ReportMetric(float64(b.N)*calls/b.Elapsed().Seconds(), "calls/s")
}

// BenchmarkFlameTree makes the picture of as many paths as there may be.
func BenchmarkFlameTree(b *testing.B) {
	const functions, goroutines, calls = 3000, 64, 1 << 19
	s := open(b, Limits{}, functions)
	busy(s, functions, goroutines, calls)
	f := NewFlame(s, 0, nil, 1<<15)
	f.Advance(time.Time{}, 0, enough)
	for by, name := range []string{"total", "self"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f.Tree(FlameWeight(by))
			}
			b.ReportMetric(float64(len(f.nodes)), "nodes")
		})
	}
}

// busy makes calls eight deep.
func busy(s *Session, functions, goroutines uint64, calls int) {
	const depth = 8
	var builder protocol.BatchBuilder
	at, seed := int64(0), uint64(1)
	for i := 0; i < calls; {
		builder.Reset()
		for range 200 {
			g := seed % goroutines
			var path [depth]uint64
			for d := range path {
				seed = seed*6364136223846793005 + 1442695040888963407
				path[d] = 1 + (seed>>33)%(functions/depth)*depth + uint64(d)
				path[d] = min(path[d], functions)
				if d < 3 {
					path[d] = uint64(d + 1)
				}
				at += 100
				builder.Add(protocol.Event{Time: at, Func: path[d], G: g})
			}
			for d := depth - 1; d >= 0; d-- {
				at += 100
				builder.Add(protocol.Event{Time: at, Func: path[d], G: g, Kind: protocol.Leave})
			}
			i += depth
		}
		p := *builder.Packet(1, at)
		s.Packet(record(&p))
	}
}
