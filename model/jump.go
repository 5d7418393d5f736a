package model

import (
	"sort"
	"time"
)

// EndQuery looks for the call that ended in one way and is nearest to the one numbered From, which isn't meant itself:
// a later one, or an earlier one if Back is set. Its function's name contains Filter (letter case ignored).
type EndQuery struct {
	End    CallEnd
	Filter string
	From   uint64 // 0 for the end of the log
	Back   bool
	Until  uint64 // ignore calls numbered above (a paused view); 0 for none
}

// FindEnd is the number of the retained call that q looks for.
func (s *Session) FindEnd(q EndQuery) (seq uint64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.filter.update(q.Filter, &s.calls.funcs)
	l := &s.calls.log
	last := l.total
	if q.Until != 0 {
		last = min(last, q.Until)
	}
	if q.From == 0 {
		q.From = last + 1
	}
	if q.Back {
		seq = l.endBefore(min(q.From, last+1), q.End, &s.filter)
	} else {
		seq = l.endAfter(min(max(q.From, l.first()-1), last), last, q.End, &s.filter)
	}
	return seq, seq != 0
}

// endBefore is the number of the newest call below from that ended so; 0 for none.
func (l *callLog) endBefore(from uint64, end CallEnd, f *nameFilter) uint64 {
	for seq := from - 1; seq >= l.first(); {
		c, i, _ := l.at(seq)
		switch {
		case !f.passes(c):
			seq -= uint64(i) + 1
		case c.returned(i) && end != EndReturn:
			seq -= uint64(i%blockLen) + 1
		case c.call(i).end == end && f.has(c.fn(i)):
			return seq
		default:
			seq--
		}
	}
	return 0
}

// endAfter is the number of the oldest call above from, up to last, that ended so; 0 for none.
func (l *callLog) endAfter(from, last uint64, end CallEnd, f *nameFilter) uint64 {
	for seq := from + 1; seq <= last; {
		c, i, _ := l.at(seq)
		switch {
		case !f.passes(c):
			seq += uint64(chunkLen - i)
		case c.returned(i) && end != EndReturn:
			seq += uint64(blockLen - i%blockLen)
		case c.call(i).end == end && f.has(c.fn(i)):
			return seq
		default:
			seq++
		}
	}
	return 0
}

// returned says that all calls of the packed block of call i have returned, so that nobody needs to look at them singly.
func (c *chunk) returned(i int) bool {
	s := c.sealed
	if c.raw != nil || s.blocks[i/blockLen].widths[colEnd] != 0 {
		return false
	}
	from := i &^ (blockLen - 1)
	k := sort.Search(len(s.late), func(k int) bool { return int(s.late[k].i) >= from })
	for ; k < len(s.late) && int(s.late[k].i) < from+blockLen; k++ {
		if s.late[k].end != EndReturn {
			return false
		}
	}
	return true
}

// CallAt is the number of the innermost call that goroutine g was in at a time. For a g of zero, which stands for an
// unknown goroutine, it is the newest call that had begun by then, of any.
func (s *Session) CallAt(g uint64, at time.Time) (seq uint64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := at.UnixNano() - s.clock.offset
	if seq = s.calls.log.begun(t); g != 0 {
		seq = s.calls.log.innermost(seq, g, t)
	}
	return seq, seq != 0
}

// innermost is the number of the last call of g, up to the one numbered from, that wasn't over at time t; 0 for none.
func (l *callLog) innermost(from, g uint64, t int64) uint64 {
	depth := maxDepth // of the calls looked for: those that are as deep as one that is over are over, too
	for seq := from; seq >= l.first() && depth > 0; {
		c, i, _ := l.at(seq)
		seq -= uint64(i) + 1
		if !c.knows(g) {
			continue
		}
		for ; i >= 0 && depth > 0; i-- {
			of := c.call(i)
			switch {
			case of.g != g || int(of.depth) >= depth:
			case of.end == EndOpen || of.start+of.lasted >= t:
				return seq + uint64(i) + 1
			default:
				depth = int(of.depth)
			}
		}
	}
	return 0
}

// begun is the number of the newest call that began at time t or before; 0 for none.
func (l *callLog) begun(t int64) uint64 {
	if l.total == 0 {
		return 0
	}
	n := sort.Search(len(l.chunks), func(i int) bool { return l.chunks[i].call(0).start > t })
	if n == 0 {
		return 0
	}
	c := l.chunks[n-1]
	i := sort.Search(c.n, func(i int) bool { return c.call(i).start > t })
	return (l.base+uint64(n-1))<<chunkBits + uint64(i)
}

// knows says whether the goroutine occurs in the chunk.
func (c *chunk) knows(g uint64) bool {
	if c.raw == nil {
		s := c.sealed
		for i := range uint64(s.gs.n) {
			if s.look(&s.gs, i) == g {
				return true
			}
		}
		return false
	}
	for _, id := range c.raw.gIDs {
		if id == g {
			return true
		}
	}
	return false
}
