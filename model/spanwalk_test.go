package model

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// spanOf is a span in ns since the epoch.
func spanOf(from, to int64) Span {
	return Span{epoch.Add(time.Duration(from)), epoch.Add(time.Duration(to))}
}

// clipped is how much of a call lies in a span; ok is false when nothing does.
func clipped(c *CallRow, span Span) (d time.Duration, ok bool) {
	from, to := c.Start, c.Start.Add(c.Duration)
	if !from.Before(span.To) || !to.After(span.From) && from.Before(span.From) {
		return 0, false
	}
	if from.Before(span.From) {
		from = span.From
	}
	if to.After(span.To) {
		to = span.To
	}
	return to.Sub(from), true
}

// In a span a Flame has the calls that lie in it, and goroutines did what these did, if only in part.
func TestSpansEqualBruteForce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := open(t, Limits{}, 4)
		from := rapid.Int64Range(-10, 4000).Draw(rt, "from")
		span := spanOf(from, from+rapid.Int64Range(1, 2000).Draw(rt, "length"))
		f, w := NewFlame(s, 0, nil, 1<<12), NewGoroutineWalk(s, span)
		f.Within(span)
		for rest := program(rt); len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "batch")
			feed(s, rest[:n]...)
			rest = rest[n:]
			if s.calls.last > from { // nobody asks about what is still to come
				f.Advance(epoch, 0, enough)
				w.Advance(epoch, 0, enough)
			}
		}
		if s.calls.last <= from {
			return
		}
		var total time.Duration
		uses := map[uint64]goroutineUse{}
		calls := s.Calls(CallQuery{Before: 1000, Now: epoch}).Rows
		count := uint64(0)
		for i := range calls {
			c := &calls[i]
			in, ok := clipped(c, span)
			if !ok {
				continue
			}
			count++
			use := uses[c.G]
			use.calls++
			if c.Depth == 0 {
				total += in
				use.inCalls += int64(in)
			}
			uses[c.G] = use
		}
		tree := f.Tree(FlameTotal)
		if tree.Calls != count || tree.Nodes[0].Total != total {
			rt.Fatalf("%v: %d calls of %v, want %d of %v", span, tree.Calls, tree.Nodes[0].Total, count, total)
		}
		for i := range tree.Nodes {
			if n := &tree.Nodes[i]; n.Self < 0 || n.Total < 0 || i > 0 && n.Total > span.Length()*3 {
				rt.Fatalf("%v: %+v", span, n)
			}
		}
		page := s.Goroutines(GoroutineQuery{Within: w.Uses(), Limit: 10, Now: epoch})
		if page.Goroutines != len(uses) || len(page.Rows) != len(uses) {
			rt.Fatalf("%v: %d goroutines, want %d", span, page.Goroutines, len(uses))
		}
		for _, row := range page.Rows {
			g := row.Goroutine
			if use := uses[g.ID]; g.Calls != use.calls || int64(g.InCalls) != use.inCalls || g.Age > span.Length() || g.Age < g.InCalls {
				rt.Fatalf("%v: %+v, want %+v", span, g, use)
			}
		}
	})
}

// A span's figures don't depend on whether chunks are packed.
func TestFlameWithinManyChunks(t *testing.T) {
	s := open(t, Limits{}, 64)
	w := newWorkload(64, 16)
	fillTo(s, w, 5*chunkLen)
	var sum time.Duration
	const parts = 7
	for i := range int64(parts) {
		f := NewFlame(s, 0, nil, 1<<15)
		f.Within(spanOf(w.now*i/parts, w.now*(i+1)/parts))
		f.Advance(epoch, 0, enough)
		sum += f.Tree(FlameTotal).Nodes[0].Total
	}
	f := NewFlame(s, 0, nil, 1<<15)
	f.Advance(epoch, 0, enough)
	if all := f.Tree(FlameTotal).Nodes[0].Total; sum != all || sum == 0 {
		t.Errorf("the parts add up to %v of %v", sum, all)
	}
}
