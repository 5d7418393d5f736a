package model

import (
	"math"
	"time"
)

// GoroutineWalk finds out what goroutines did in a stretch of time, by the retained calls that lie in it, if only in part.
// It does that in slices and goes on where it was when calls have arrived. One goroutine at a time may use it.
type GoroutineWalk struct {
	walk spanWalk
	uses map[uint64]goroutineUse
}

// goroutineUse is what a goroutine did. Of calls it counts the time within the stretch.
type goroutineUse struct {
	calls, errors, panics uint64
	inCalls               int64 // of the outermost ones
	first, last           int64 // from the first one's start to the last one's end
}

// GoroutineUses is what a [GoroutineWalk] has found so far. It doesn't change any more.
type GoroutineUses struct{ byG map[uint64]goroutineUse }

// NewGoroutineWalk begins to look at the calls of a session in a span.
func NewGoroutineWalk(s *Session, span Span) *GoroutineWalk {
	w := &GoroutineWalk{uses: map[uint64]goroutineUse{}}
	w.walk = spanWalk{session: s, next: 1, add: func(c *spanCall) { w.enter(w.uses, c) }}
	w.walk.from, w.walk.to = s.stretch(span)
	return w
}

// Advance looks at calls up to the one numbered until (0 for all there are), a chunk at a time, while more says so; at one
// chunk in any case. It says whether calls are left. The session is locked for a fraction of a millisecond at a time.
func (w *GoroutineWalk) Advance(now time.Time, until uint64, more func() bool) (left bool) {
	return w.walk.advance(now, until, more)
}

// enter counts a call in.
func (w *GoroutineWalk) enter(uses map[uint64]goroutineUse, c *spanCall) {
	from, to := max(c.start, w.walk.from), min(after(c.start, c.lasted), w.walk.to)
	use, ok := uses[c.g]
	if !ok {
		use.first, use.last = math.MaxInt64, math.MinInt64
	}
	use.calls++
	use.first, use.last = min(use.first, from), max(use.last, to)
	switch c.end {
	case EndError:
		use.errors++
	case EndPanic:
		use.panics++
	}
	if c.depth == 0 {
		use.inCalls = sum(use.inCalls, since(from, to))
	}
	uses[c.g] = use
}

// Uses is what has been found so far, open calls up to now.
func (w *GoroutineWalk) Uses() *GoroutineUses {
	uses := make(map[uint64]goroutineUse, len(w.uses))
	for g, use := range w.uses {
		uses[g] = use
	}
	for i := range w.walk.open {
		c := w.walk.open[i]
		if c.lasted = since(c.start, w.walk.asOf); max(w.walk.asOf, c.start) >= w.walk.from {
			w.enter(uses, &c)
		}
	}
	return &GoroutineUses{uses}
}

// of is what a goroutine did; ok is false when it was in no call. Nil stands for all time.
func (u *GoroutineUses) of(st *stack, age, inCalls int64) (use goroutineUse, ok bool) {
	if u == nil {
		return goroutineUse{
			calls: st.life.calls, errors: uint64(st.life.errors), panics: uint64(st.life.panics), inCalls: inCalls, last: age,
		}, true
	}
	use, ok = u.byG[st.g]
	return use, ok
}

// age is from the first call's start to the last one's end.
func (u *goroutineUse) age() int64 { return since(u.first, u.last) }

// narrow makes the figures of a goroutine those of the uses.
func (u *GoroutineUses) narrow(info *GoroutineInfo) {
	if u == nil {
		return
	}
	use := u.byG[info.ID]
	info.Calls, info.Errors, info.Panics = use.calls, use.errors, use.panics
	info.Age, info.InCalls = time.Duration(use.age()), time.Duration(use.inCalls)
}

// Progress is how much of the log has been looked at, from 0 to 1, and whether calls in the stretch may have been forgotten.
func (w *GoroutineWalk) Progress() (share float64, older bool) { return w.walk.progress() }
