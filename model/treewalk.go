package model

import (
	"slices"
	"time"
)

// treeWalk goes from row to row of a tree of calls. It knows no more of the tree than the row that it is at.
type treeWalk struct {
	*TreeQuery
	s    *Session
	l    *callLog
	f    *callFilter
	last uint64 // number of the last call that there is

	found []int
}

// settle is the row that a place stands for.
func (w *treeWalk) settle(p TreePlace) TreePlace {
	line, ok := w.Spawn.Place(p.G)
	if !ok {
		return TreePlace{G: w.Spawn.Lines[0].G}
	}
	if head := w.head(line); head != line || p.Seq == 0 || !w.Folds.Shown.Has(p.G) {
		return TreePlace{G: w.Spawn.Lines[head].G}
	}
	if c, i, ok := w.l.at(p.Seq); ok && p.Seq <= w.last && c.g(i) == p.G {
		at, lets := p.Seq, w.f.lets(c, i)
		for ; !lets && at != 0; at = w.s.calls.caller(at) { // else the innermost caller that is there
			c, i, _ := w.l.at(at)
			if lets = w.f.lets(c, i); lets {
				break
			}
		}
		if lets {
			return TreePlace{p.G, w.folder(at, 0)}
		}
	}
	seq := w.after(p.G, min(p.Seq, w.last))
	if seq == 0 {
		seq = w.before(p.G, p.Seq)
	}
	if seq == 0 {
		return TreePlace{G: p.G}
	}
	return TreePlace{p.G, w.folder(seq, 0)}
}

// head is the line that a goroutine's line is folded into, or the line itself.
func (w *treeWalk) head(line int) int {
	head := line
	for at := w.Spawn.Lines[line].Parent; at >= 0; at = w.Spawn.Lines[at].Parent {
		if w.Folds.Goroutines.Has(w.Spawn.Lines[at].G) {
			head = at
		}
	}
	return head
}

// folder is the call that a call is folded into, or the call itself. Callers less deep than so much are known not to be folded.
func (w *treeWalk) folder(seq uint64, depth int) uint64 {
	if !w.Folds.Calls.any() {
		return seq
	}
	folder := seq
	c, i, _ := w.l.at(seq)
	for at := seq; c.depth(i) > depth; {
		if at = w.s.calls.caller(at); at == 0 {
			break
		}
		if c, i, _ = w.l.at(at); w.Folds.Calls.Has(at) && w.f.lets(c, i) {
			folder = at
		}
	}
	return folder
}

// next is the row after p.
func (w *treeWalk) next(p TreePlace) (TreePlace, bool) {
	seq := uint64(0)
	switch {
	case p.Seq != 0:
		seq = w.nextCall(p)
	case w.Folds.Shown.Has(p.G):
		seq = w.after(p.G, 0)
	}
	if seq != 0 {
		return TreePlace{p.G, seq}, true
	}
	line, _ := w.Spawn.Place(p.G)
	if line++; w.Folds.Goroutines.Has(p.G) {
		line = w.Spawn.Lines[line-1].End
	}
	if line == len(w.Spawn.Lines) {
		return TreePlace{}, false
	}
	return TreePlace{G: w.Spawn.Lines[line].G}, true
}

// nextCall is the row of the goroutine's calls after p, 0 for none.
func (w *treeWalk) nextCall(p TreePlace) uint64 {
	if !w.Folds.Calls.Has(p.Seq) {
		return w.after(p.G, p.Seq)
	}
	if behind := w.l.behind(p.Seq); behind != 0 {
		return w.after(p.G, behind-1)
	}
	return 0
}

// previous is the row ahead of p.
func (w *treeWalk) previous(p TreePlace) (TreePlace, bool) {
	g := p.G
	at := p.Seq
	if at == 0 {
		line, _ := w.Spawn.Place(p.G)
		if line == 0 {
			return TreePlace{}, false
		}
		g = w.Spawn.Lines[w.head(line-1)].G
		if !w.Folds.Shown.Has(g) {
			return TreePlace{G: g}, true
		}
		at = w.last + 1
	}
	seq := w.before(g, at)
	if seq == 0 {
		return TreePlace{G: g}, true
	}
	depth := 0
	if p.Seq != 0 {
		depth = w.shared(p.Seq, seq)
	}
	return TreePlace{g, w.folder(seq, depth)}, true
}

// shared is how many callers a call has in common with an earlier one of its goroutine, or less when they aren't retained.
func (w *treeWalk) shared(seq, earlier uint64) int {
	for seq > earlier {
		if seq = w.s.calls.caller(seq); seq == 0 {
			return 0
		}
	}
	c, i, _ := w.l.at(seq)
	return c.depth(i) + 1
}

// reach is the numbers of the first and last call that goroutine g may have in the log.
func (w *treeWalk) reach(g uint64) (first, last uint64) {
	st := w.s.calls.stacks.get(g)
	if st == nil {
		return 1, 0
	}
	return max(st.life.firstCall, w.l.first()), min(st.life.lastCall, w.last)
}

// after is the number of the first call of g behind the one numbered seq that passes, 0 for none.
func (w *treeWalk) after(g, seq uint64) uint64 {
	first, last := w.reach(g)
	seq = max(seq+1, first)
	switch {
	case seq > last:
		return 0
	case w.f.all():
		return upTo(w.l.next(g, seq-1, maxDepth), last)
	case w.Sift.listed():
		for _, at := range w.Sift.from(g, seq) {
			if c, i, ok := w.l.at(at); ok && at <= last && w.f.lets(c, i) {
				return at
			}
		}
		return 0
	}
	w.f.one, w.f.g = true, g
	defer func() { w.f.one = false }()
	for seq <= last {
		c, i, _ := w.l.at(seq)
		to := int(min(uint64(c.n), uint64(i)+last-seq+1))
		if c.knows(g) && w.f.passes(c) {
			if w.found = w.f.up(c, i, to, 1, w.found[:0]); len(w.found) > 0 {
				return seq + uint64(w.found[0]-i)
			}
		}
		seq += uint64(to - i)
	}
	return 0
}

// upTo is a number that isn't above another, else 0.
func upTo(seq, last uint64) uint64 {
	if seq > last {
		return 0
	}
	return seq
}

// before is the number of the last call of g ahead of the one numbered seq that passes, 0 for none.
func (w *treeWalk) before(g, seq uint64) uint64 {
	first, last := w.reach(g)
	if seq = min(seq-1, last); seq < first || last < first {
		return 0
	}
	switch {
	case w.f.all():
		return w.l.previous(g, seq+1, maxDepth)
	case w.Sift.listed():
		for _, at := range slices.Backward(w.Sift.upTo(g, seq)) {
			if c, i, ok := w.l.at(at); ok && w.f.lets(c, i) {
				return at
			}
		}
		return 0
	}
	w.f.one, w.f.g = true, g
	defer func() { w.f.one = false }()
	for seq >= first && seq > 0 {
		c, i, _ := w.l.at(seq)
		if c.knows(g) && w.f.passes(c) {
			if w.found = w.f.down(c, i, 1, w.found[:0]); len(w.found) > 0 {
				return seq - uint64(i-w.found[0])
			}
		}
		seq -= uint64(i) + 1
	}
	return 0
}

// row tells of what is at p.
func (w *treeWalk) row(p TreePlace) TreeRow {
	line, _ := w.Spawn.Place(p.G)
	row := TreeRow{TreePlace: p, Level: w.Spawn.Lines[line].Level}
	if p.Seq == 0 {
		row.Goroutine = w.s.knownOf(p.G, w.Now)
		calls := w.after(p.G, 0) != 0
		row.Open = calls && w.Folds.Shown.Has(p.G)
		row.Folded = calls && !row.Open || w.Spawn.Lines[line].End > line+1 && w.Folds.Goroutines.Has(p.G)
		return row
	}
	row.Call = w.s.callRow(p.Seq, w.Now)
	if w.parent(p, row.Call.Depth) {
		row.Folded = w.Folds.Calls.Has(p.Seq)
		row.Open = !row.Folded
	}
	return row
}

// parent says whether there are calls below one.
func (w *treeWalk) parent(p TreePlace, depth int) bool {
	below := w.after(p.G, p.Seq)
	if below == 0 {
		return false
	}
	if c, i, _ := w.l.at(below); c.depth(i) <= depth {
		return false
	}
	behind := w.l.behind(p.Seq)
	return behind == 0 || below < behind
}

// knownOf is what is known of goroutine g, which may have made no calls.
func (s *Session) knownOf(g uint64, now time.Time) GoroutineInfo {
	if st := s.calls.stacks.get(g); st != nil {
		return s.goroutineInfo(st, s.goroutineTime(now))
	}
	info := GoroutineInfo{State: GoroutineQuiet}
	info.ID = g
	if o := s.goroutines.known.get(g); o != nil {
		info.GoroutineRow, info.Told = s.goroutines.row(g, o), true
	}
	return info
}
