package model

import (
	"sync"
	"time"
)

// FuncRange adds up by function the retained calls that were running in a stretch of time. [FuncRange.Advance] does that
// in slices, and goes on where it was; [FuncRange.Functions] asks, at any time. Durations, such as percentiles, are of
// whole calls; what functions took in all is what they took within the stretch.
type FuncRange struct {
	session *Session
	span    Span

	mu       sync.Mutex // taken before the session's
	walk     familyWalk
	stats    []function
	trends   []Trend
	children map[uint64]int64 // ns in the stretch of what open calls have called, by number
}

// NewFuncRange begins to add up.
func NewFuncRange(s *Session, span Span) *FuncRange {
	r := &FuncRange{session: s, span: span, walk: newFamilyWalk(s, span), children: map[uint64]int64{}}
	r.walk.listen(r.met, r.take)
	return r
}

// Advance adds calls up to the one numbered until (0 for all there are) while more says so, some in any case, and looks
// which open ones have ended. It says whether calls are left. The session is locked for a fraction of a millisecond at a time.
func (r *FuncRange) Advance(now time.Time, until uint64, more func() bool) (left bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.walk.advance(now, until, func() bool {
		r.mu.Unlock() // others may ask meanwhile
		defer r.mu.Lock()
		return more()
	})
}

// Progress is how much of the log has been gone through, 0 to 1, and whether there may have been calls in the stretch that
// are no longer retained.
func (r *FuncRange) Progress() (share float64, older bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.walk.progress()
}

// of is the sums of a function.
func (r *FuncRange) of(fn uint32) *function {
	if n := int(fn) + 1 - len(r.stats); n > 0 {
		r.stats = append(r.stats, make([]function, n)...)
		r.trends = append(r.trends, make([]Trend, n)...)
	}
	return &r.stats[fn]
}

// met counts a call that was running in the stretch.
func (r *FuncRange) met(c *spanCall, _ kin) {
	f := r.of(c.fn)
	f.calls++
	if c.end == EndOpen {
		f.open++
	}
	if c.start < r.walk.from {
		f.rate.seen++ // it has no part in the rate of calls
		return
	}
	from, to := float64(r.walk.from), float64(r.walk.to) // which may be all of time
	part := (float64(c.start) - from) / (to - from)
	r.trends[c.fn][min(max(int(part*TrendLen), 0), TrendLen-1)]++
}

// take adds up a call that is over.
func (r *FuncRange) take(c *spanCall, k kin) {
	f, within, children := r.of(c.fn), r.walk.within(&c.call), int64(0)
	if c.seq != r.walk.lastSeq {
		f.open--
		children = r.children[c.seq]
		delete(r.children, c.seq)
	}
	switch {
	case k.seq == 0:
	case r.walk.runs(k.seq):
		r.children[k.seq] += within
	default:
		r.stats[k.fn].self -= within
	}
	switch c.end {
	case EndUnknown:
		f.unknown++
		return
	case EndPanic:
		f.panics++
	case EndError:
		f.errors++
	}
	if !k.inner {
		f.total = sum(f.total, within)
		f.nested = sum(f.nested, c.lasted-within)
	} else {
		f.nested = sum(f.nested, c.lasted)
	}
	f.self += within - children
	if f.took.Add(c.lasted); c.lasted > f.max || f.maxCall == 0 {
		f.max, f.maxCall = c.lasted, c.seq
	}
}

// Functions is a window of the functions that were called in the stretch.
func (r *FuncRange) Functions(q FuncQuery) FuncPage {
	r.mu.Lock()
	defer r.mu.Unlock()
	page := r.session.functions(q, r.share(q.Now))
	r.session.mu.Lock()
	defer r.session.mu.Unlock()
	t := &r.session.calls.funcs
	for i := range page.Rows {
		page.Rows[i].Unseen = t.stats[t.known(page.Rows[i].ID)].counted.calls
	}
	return page
}

// share makes the figures of the stretch, with what only the table of all calls knows.
func (r *FuncRange) share(now time.Time) func() figures {
	s := r.session
	s.mu.Lock()
	defer s.mu.Unlock()
	lossy := s.gaps.touch(r.walk.from, r.walk.to)
	for fn := range r.stats {
		f, all := &r.stats[fn], &s.calls.funcs.stats[fn]
		if f.mode = all.mode; lossy {
			f.lost, f.touched = all.lost, all.touched
		}
	}
	length := min(max(s.goroutineTime(now), s.calls.last), r.walk.to) - r.walk.from
	w := weights{gathered: float64(time.Second) / float64(max(length, 1))}
	return func() figures {
		return figures{stats: r.stats, w: w, trend: func(fn uint32) Trend { return r.trends[fn] }, called: true}
	}
}
