package model

import (
	"slices"
	"sort"
	"time"

	"goapptrace/query"
)

// EndQuery looks for the call that ended in one way and is nearest to the one numbered From, which isn't meant itself:
// a later one, or an earlier one if Back is set. It passes Filter (of [query.Calls], nil for all) and lies in Span.
type EndQuery struct {
	End    CallEnd
	Filter *query.Filter
	Span   Span
	From   uint64 // 0 for the end of the log
	Back   bool
	Until  uint64 // ignore calls numbered above (a paused view); 0 for none
}

// FindEnd is the number of the retained call that q looks for.
func (s *Session) FindEnd(q EndQuery) (seq uint64, ok bool) {
	for {
		seq, next := s.SeekEnd(q)
		if seq != 0 || next == 0 {
			return seq, seq != 0
		}
		q.From = next
	}
}

// SeekEnd is FindEnd for a slice of some ms: 0 when it has found none so far. Then next is the From to go on with, 0 at the end.
func (s *Session) SeekEnd(q EndQuery) (seq, next uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, l := s.ask(q.Filter, q.Span, time.Time{}), &s.calls.log
	f.only = 1 << q.End
	last := l.total
	if q.Until != 0 {
		last = min(last, q.Until)
	}
	if q.From == 0 {
		q.From = last + 1
	}
	var found []uint64
	var unseen uint64
	if q.Back {
		found, unseen = l.before(max(min(q.From, last+1), l.first()), 1, f)
		next = l.first() + unseen
	} else {
		found, unseen = l.from(max(min(q.From, last)+1, l.first()), last, 1, f)
		next = last - unseen
	}
	switch {
	case len(found) > 0:
		return found[0], 0
	case unseen == 0:
		return 0, 0
	}
	return 0, next
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
	for seq := l.previous(g, from+1, depth); seq != 0; seq = l.previous(g, seq, depth-1) {
		c, i, _ := l.at(seq)
		of := c.call(i)
		if of.end == EndOpen || of.start+of.lasted >= t {
			return seq
		}
		if depth = int(of.depth); depth == 0 {
			break
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
	if c.raw != nil {
		return slices.Contains(c.raw.gIDs, g)
	}
	_, ok := c.sealed.goroutine(g)
	return ok
}
