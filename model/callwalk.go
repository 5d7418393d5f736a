package model

import "sort"

// A goroutine's calls stand in the log in the order in which they began: those that a call made follow it and are deeper,
// up to the next one that isn't. So to go from call to call it takes the next or the previous one that is no deeper than so
// much. Chunks without any are passed over by what they know of their goroutines, which costs less than a µs each.

// visit shows f the calls of goroutine g after the one numbered seq that are no deeper than depth, in order, until f has
// seen enough.
func (l *callLog) visit(g, seq uint64, depth int, f func(seq uint64, c *chunk, i int) (more bool)) {
	for seq = max(seq+1, l.first()); seq <= l.total; {
		c, i, _ := l.at(seq)
		if is, ok := c.calls(g, depth); ok {
			for k := i; k < c.n; k++ {
				if is.at(k) && !f(seq+uint64(k-i), c, k) {
					return
				}
			}
		}
		seq += uint64(c.n - i)
	}
}

// visitBack is visit before the call numbered seq, the newest first.
func (l *callLog) visitBack(g, seq uint64, depth int, f func(seq uint64, c *chunk, i int) (more bool)) {
	for seq = min(seq, l.total+1) - 1; seq >= l.first() && seq > 0; {
		c, i, _ := l.at(seq)
		if is, ok := c.calls(g, depth); ok {
			for k := i; k >= 0; k-- {
				if is.at(k) && !f(seq-uint64(i-k), c, k) {
					return
				}
			}
		}
		seq -= uint64(i) + 1
	}
}

// chunkCalls are the calls of a goroutine in a chunk that are no deeper than so much.
type chunkCalls struct {
	c     *chunk
	g     uint64 // its index, or the goroutine itself while the chunk isn't sealed
	depth int
}

// calls are those of goroutine g that are no deeper than depth; ok is false when there surely are none.
func (c *chunk) calls(g uint64, depth int) (is chunkCalls, ok bool) {
	s := c.sealed
	if s == nil {
		return chunkCalls{c, g, depth}, c.knows(g)
	}
	at, ok := s.goroutine(g)
	return chunkCalls{c, at, depth}, ok && int(s.look(&s.least, at)) <= depth
}

// at says whether call i is one of them.
func (is *chunkCalls) at(i int) bool {
	if r := is.c.raw; r != nil {
		return r.gIDs[r.gs[i]] == is.g && int(r.depths[i]) <= is.depth
	}
	return is.c.gIndex(i) == is.g && is.c.depth(i) <= is.depth
}

// goroutine is the index of goroutine g.
func (s *sealed) goroutine(g uint64) (at uint64, ok bool) {
	i := sort.Search(int(s.gs.n), func(i int) bool { return s.look(&s.gs, uint64(i)) >= g })
	return uint64(i), i < int(s.gs.n) && s.look(&s.gs, uint64(i)) == g
}

// depth is how deep call i is.
func (c *chunk) depth(i int) int {
	if c.raw != nil {
		return int(c.raw.depths[i])
	}
	k := i / blockLen
	return int(unpack(c.sealed.column(k, colDepth), i%blockLen, c.sealed.blocks[k].widths[colDepth]))
}

// next is the number of the first call of g after the one numbered seq that is no deeper than depth, 0 for none.
func (l *callLog) next(g, seq uint64, depth int) (found uint64) {
	l.visit(g, seq, depth, func(at uint64, _ *chunk, _ int) bool {
		found = at
		return false
	})
	return found
}

// previous is the number of the last call of g before the one numbered seq that is no deeper than depth, 0 for none.
func (l *callLog) previous(g, seq uint64, depth int) (found uint64) {
	l.visitBack(g, seq, depth, func(at uint64, _ *chunk, _ int) bool {
		found = at
		return false
	})
	return found
}

// displaced is by how many calls a start may stand behind others that are later.
const displaced = 1 << 10

// behind is the number of the first call of its goroutine behind the retained one numbered seq that isn't below it, 0 for none.
func (l *callLog) behind(seq uint64) uint64 {
	c, i, _ := l.at(seq)
	from := l.over(seq)
	if from == 0 {
		return 0
	}
	return l.next(c.g(i), from, c.depth(i))
}

// over is the number of a call, seq or a later one, from which on the first that isn't below the one numbered seq is to be looked
// for: what began before that was over is below it. 0 if it isn't over.
func (l *callLog) over(seq uint64) uint64 {
	c, i, _ := l.at(seq)
	of := c.call(i)
	if of.end == EndOpen {
		return 0
	}
	if next := l.begun(after(of.start, of.lasted)); next > seq+displaced {
		return next - displaced
	}
	return seq
}

// caller is the number of the call that made the retained one numbered seq, 0 when there is none, or when it is no
// longer retained.
func (c *calls) caller(seq uint64) uint64 {
	l := &c.log
	chunk, i, _ := l.at(seq)
	g, depth := chunk.g(i), chunk.depth(i)
	if depth == 0 {
		return 0
	}
	if st := c.stacks.get(g); st != nil && depth <= len(st.frames) {
		if open := st.frames[depth-1].seq; open < seq { // all that its goroutine has begun since is below it
			return upFrom(open, l.first())
		}
	}
	return l.previous(g, seq, depth-1)
}

// upFrom is a number that isn't below another, else 0.
func upFrom(seq, first uint64) uint64 {
	if seq < first {
		return 0
	}
	return seq
}
