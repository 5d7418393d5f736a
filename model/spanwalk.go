package model

import (
	"slices"
	"time"

	"goapptrace/query"
)

// spanWalk goes once through the retained calls that meet a stretch of the tracee's time, a chunk at a time, and goes on
// where it was when calls have arrived. Chunks whose calls all lie elsewhere cost nothing.
type spanWalk struct {
	session  *Session
	from, to int64 // from on, without to
	next     uint64
	asOf     int64         // up to when open calls have lasted
	settled  uint64        // state of the session when it was looked which of them had ended
	open     []spanCall    // calls that began before to and were not over when they were last looked at
	picked   []spanCall    // of a chunk, copied under the session's lock
	filter   *query.Filter // of [query.Calls]: other calls are left out; nil for none
	asking   callFilter
	seen     func(*spanCall) // gets each call as it is come to, in order, whether it is over or not; may be nil
	add      func(*spanCall) // takes in a call that is over and meets the stretch; each once
}

// spanCall is a call and its number. One that is out doesn't pass the filter as of now.
type spanCall struct {
	seq uint64
	call
	out bool
}

// meets says whether a call lies in the stretch, if only in part.
func (w *spanWalk) meets(c *call) bool { return timeSpan{w.from, w.to}.holds(c) }

// stretch is a span in the tracee's time.
func (s *Session) stretch(span Span) (from, to int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := s.timeSpan(span)
	return in.from, in.to
}

// advance takes in calls up to the one numbered until (0 for all there are) while more says so, one chunk in any case. Then
// it looks which of the open calls have ended. It says whether calls are left. The session is locked for a fraction of a
// millisecond at a time.
func (w *spanWalk) advance(now time.Time, until uint64, more func() bool) (left bool) {
	for left = w.pick(now, until); left; left = w.pick(now, until) {
		for i := range w.picked {
			c := &w.picked[i]
			if w.seen != nil && c.start < w.to {
				w.seen(c)
			}
			if c.end == EndOpen {
				w.open = append(w.open, *c)
			} else {
				w.add(c)
			}
		}
		if !more() {
			break
		}
	}
	w.settle(now)
	return left
}

// pickAtOnce is how many chunks are passed over before others have their turn.
const pickAtOnce = 1 << 8

// pick copies the calls of the next chunk that may meet the stretch, if it comes to one soon. It says whether there was one, or may be.
func (w *spanWalk) pick(now time.Time, until uint64) bool {
	s := w.session
	s.mu.Lock()
	defer s.mu.Unlock()
	w.ask(now)
	w.picked = w.picked[:0]
	l := &s.calls.log
	if first := l.first(); w.next < first {
		w.recall(first)
		w.next = first
	}
	last := l.total
	if until != 0 {
		last = min(last, until)
	}
	for passed := 0; w.next <= last; passed++ {
		if passed == pickAtOnce {
			return true
		}
		c, i, _ := l.at(w.next)
		n := int(min(uint64(c.n-i), last-w.next+1))
		if (timeSpan{w.from, w.to}).misses(c) || !w.mayPass(c) {
			w.next += uint64(n)
			continue
		}
		w.pickFrom(c, i, i+n)
		w.next += uint64(n)
		return true
	}
	return len(w.picked) > 0
}

// pickFrom copies the calls of a chunk from index i on, below to.
func (w *spanWalk) pickFrom(c *chunk, i, to int) {
	first := w.next - uint64(i) // of the chunk
	one := func(i int) {
		if of := c.call(i); w.meets(&of) {
			w.choose(c, i, spanCall{seq: first + uint64(i), call: of})
		}
	}
	for i < to {
		k := i / blockLen
		end := min(to, (k+1)*blockLen)
		switch s := c.sealed; {
		case s == nil || s.blocks[k].base < w.to && s.blocks[k].latest() >= w.from:
			for mask := w.worth(c, k); i < end; i++ {
				if mask>>(i%blockLen)&1 != 0 {
					one(i)
				}
			}
		case s.blocks[k].base < w.to:
			for _, l := range s.lateIn(k) {
				if int(l.i) >= i && int(l.i) < end {
					one(int(l.i))
				}
			}
		}
		i = end
	}
}

// latest is a time that none of the block's calls goes on after, those apart that are late.
func (b *block) latest() int64 {
	start := after(b.base, int64(uint64(1)<<min(b.widths[colStart], 62)))
	return after(start, int64(uint64(1)<<min(b.widths[colLasted], 62)))
}

// recall takes in the open calls that began so long ago that they are no longer retained: those numbered from the next
// one on, below first.
func (w *spanWalk) recall(first uint64) {
	if w.filter != nil {
		return // which can't be asked about them
	}
	for _, st := range w.session.calls.stacks.byG {
		for depth, f := range st.frames {
			if f.seq >= w.next && f.seq < first && f.start < w.to {
				w.picked = append(w.picked, spanCall{seq: f.seq, call: call{start: f.start, g: st.g, fn: f.fn, depth: uint16(depth)}})
			}
		}
	}
}

// settle takes in the open calls that have ended meanwhile, the newest first: a call ends before its caller.
func (w *spanWalk) settle(now time.Time) {
	changed := w.session.Changed()
	w.asOf = w.session.newest(now)
	if changed == w.settled && w.filter.Uses()&atEnd == 0 {
		return
	}
	w.settled = changed
	w.ends(now)
	for i := len(w.open) - 1; i >= 0; i-- {
		if c := &w.open[i]; c.end != EndOpen && !c.out && w.meets(&c.call) {
			w.add(c)
		}
	}
	w.open = slices.DeleteFunc(w.open, func(c spanCall) bool { return c.end != EndOpen })
}

// ends looks up how calls have ended that were open.
func (w *spanWalk) ends(now time.Time) {
	s := w.session
	s.mu.Lock()
	defer s.mu.Unlock()
	w.ask(now)
	for i := range w.open {
		if i%littleWork == littleWork-1 && s.mu.giveWay() {
			w.ask(now) // about what has come meanwhile, too
		}
		c := &w.open[i]
		c.lasted, c.end = s.endOf(c.seq, &c.call, w.asOf)
		w.sift(c)
	}
}

// newest is the tracee's time, at least that of its newest event, and no more than that once it is no longer connected.
func (s *Session) newest(now time.Time) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(s.goroutineTime(now), s.calls.last)
}

// endOf says how a call ended that was open. Of one that is no longer retained nobody knows when.
func (s *Session) endOf(seq uint64, was *call, now int64) (lasted int64, end CallEnd) {
	if chunk, i, ok := s.calls.log.at(seq); ok {
		of := chunk.call(i)
		return of.lasted, of.end
	}
	st := s.calls.stacks.get(was.g)
	if st != nil && int(was.depth) < len(st.frames) && st.frames[was.depth].seq == seq {
		return 0, EndOpen
	}
	return since(was.start, now), EndUnknown
}
