package model

import "time"

// FuncCallQuery asks for one of the retained calls of a function that were running in Span: the newest that took about
// Near, else the one that comes nearest to that; or, if Failed is set, the newest that returned an error or panicked.
type FuncCallQuery struct {
	Function uint64
	Near     time.Duration
	Failed   bool
	Span     Span
	Until    uint64 // ignore calls numbered above (a paused view); 0 for none
}

// FuncCall is the call that q asks for. It looks through the whole log if it must, which may take a tenth of a second; the
// session is locked for some hundredths of that at a time.
func (s *Session) FuncCall(q FuncCallQuery) (call CallRow, ok bool) {
	f := s.newCallSearch(q)
	for f.slice() {
	}
	if f.best == 0 {
		return CallRow{}, false
	}
	return s.Call(f.best, time.Time{})
}

// callSearch goes from the newest call to the oldest.
type callSearch struct {
	FuncCallQuery
	session    *Session
	walk       spanWalk // says what meets the span
	fn         uint32
	sketch     funcSketch
	next, best uint64
	off        int64 // by how much best isn't what is asked for
}

func (s *Session) newCallSearch(q FuncCallQuery) *callSearch {
	f := &callSearch{FuncCallQuery: q, session: s, walk: newFamilyWalk(s, q.Span).spanWalk}
	s.mu.Lock()
	defer s.mu.Unlock()
	f.fn = s.calls.funcs.known(q.Function)
	f.sketch.add(f.fn)
	if f.next = s.calls.log.total; q.Until != 0 {
		f.next = min(f.next, q.Until)
	}
	return f
}

// slice looks through some chunks, and says whether to go on.
func (f *callSearch) slice() (more bool) {
	const chunks = 32
	f.session.mu.Lock()
	defer f.session.mu.Unlock()
	l := &f.session.calls.log
	for range chunks {
		c, i, ok := l.at(f.next)
		if !ok {
			return false
		}
		if c.may(f.fn, &f.sketch) && !(timeSpan{f.walk.from, f.walk.to}).misses(c) && f.chunk(c, i) {
			return false
		}
		f.next -= uint64(i) + 1
	}
	return true
}

// may says whether the chunk may hold a call of a function; sketch is of that.
func (c *chunk) may(fn uint32, sketch *funcSketch) bool {
	return c.presence.meets(sketch) && (c.sealed == nil || c.sealed.holds(func(of uint32) bool { return of == fn }))
}

// chunk looks through the calls of a chunk, from index i down, and says whether it has found what is as good as any.
func (f *callSearch) chunk(c *chunk, i int) (done bool) {
	for k := i; k >= 0; k-- {
		if c.fn(k) != f.fn {
			continue
		}
		of := c.call(k)
		if of.end == EndOpen || of.end == EndUnknown || !f.walk.meets(&of) {
			continue
		}
		seq := f.next - uint64(i-k)
		if f.Failed {
			if of.end == EndError || of.end == EndPanic {
				f.best = seq
				return true
			}
			continue
		}
		off := max(of.lasted-int64(f.Near), int64(f.Near)-of.lasted)
		if f.best == 0 || off < f.off {
			f.best, f.off = seq, off
		}
		if off <= int64(f.Near)/(2*steps) { // the figure isn't known better
			return true
		}
	}
	return false
}
