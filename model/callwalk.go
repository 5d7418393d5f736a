package model

// A goroutine's calls stand in the log in the order in which they began: those that a call made follow it and are deeper,
// up to the next one that isn't. So to go from call to call it takes the next or the previous one that is no deeper than so
// much. Chunks without any are passed over by what they know of their goroutines, which costs less than a µs each.

// visit shows f the calls of goroutine g after the one numbered seq that are no deeper than depth, in order, until f has
// seen enough.
func (l *callLog) visit(g, seq uint64, depth int, f func(seq uint64, c *chunk, i int) (more bool)) {
	for seq = max(seq+1, l.first()); seq <= l.total; {
		c, i, _ := l.at(seq)
		if c.reaches(g, depth) {
			for k := i; k < c.n; k++ {
				if c.g(k) == g && c.depth(k) <= depth && !f(seq+uint64(k-i), c, k) {
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
		if c.reaches(g, depth) {
			for k := i; k >= 0; k-- {
				if c.g(k) == g && c.depth(k) <= depth && !f(seq-uint64(i-k), c, k) {
					return
				}
			}
		}
		seq -= uint64(i) + 1
	}
}

// reaches says whether goroutine g may have a call in the chunk that is no deeper than so much.
func (c *chunk) reaches(g uint64, depth int) bool {
	s := c.sealed
	if s == nil {
		return c.knows(g)
	}
	for i := range uint64(s.gs.n) {
		if s.look(&s.gs, i) == g && int(s.look(&s.least, i)) <= depth {
			return true
		}
	}
	return false
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

// caller is the number of the call that made the retained one numbered seq, 0 when there is none, or when it is no
// longer retained.
func (l *callLog) caller(seq uint64) uint64 {
	c, i, _ := l.at(seq)
	depth := c.depth(i)
	if depth == 0 {
		return 0
	}
	return l.previous(c.g(i), seq, depth-1)
}
