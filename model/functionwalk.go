package model

import "math"

// Functions that calls without a known caller have in the place of one.
const (
	noFunc   = math.MaxUint32     // none: a goroutine's first call
	lostFunc = math.MaxUint32 - 1 // not retained
)

// kin says what made a call.
type kin struct {
	seq   uint64 // number of the call, 0 when it isn't known, or how long it took isn't
	fn    uint32
	inner bool // the call's own function is among those around it
}

// familyWalk is a [spanWalk] that knows which call made which.
type familyWalk struct {
	spanWalk
	stacks  map[uint64]*lineage // by goroutine
	sweep   int                 // stacks at which those of goroutines that are at rest are thrown out
	newest  int64               // start of the latest call
	last    kin                 // of the call that was come to last
	lastSeq uint64              // 0 when it was open
	waiting map[uint64]kin      // of the calls that were open, by number

	met  func(*spanCall, kin) // gets each call as it is come to
	take func(*spanCall, kin) // gets each call once it is over
}

// lineage is what a goroutine was in when the last of its calls began.
type lineage struct {
	calls []relative
	root  uint64
	end   int64 // of the outermost call, the last moment of all while that is open
}

type relative struct {
	seq uint64
	fn  uint32
}

func newFamilyWalk(s *Session, span Span) familyWalk {
	w := familyWalk{stacks: map[uint64]*lineage{}, sweep: manyPaths, waiting: map[uint64]kin{}}
	w.spanWalk = spanWalk{session: s, next: 1}
	w.from, w.to = s.stretch(span)
	return w
}

// listen makes the walk tell of calls. The walk must stay where it is.
func (w *familyWalk) listen(met, take func(*spanCall, kin)) {
	w.met, w.take, w.seen, w.add = met, take, w.see, w.over
}

// see learns what made a call.
func (w *familyWalk) see(c *spanCall) {
	f := w.lineage(c.g)
	depth := int(c.depth)
	for len(f.calls) < depth { // callers that aren't retained
		f.calls = append(f.calls, relative{fn: lostFunc})
	}
	k := kin{fn: noFunc}
	if depth > 0 {
		caller := &f.calls[depth-1]
		k = kin{seq: caller.seq, fn: caller.fn, inner: holds(f.calls[:depth], c.fn)}
	}
	f.calls = append(f.calls[:depth], relative{c.seq, c.fn})
	if c.end == EndUnknown {
		f.calls[depth].seq = 0 // nothing is to be subtracted from a time that nobody knows
	}
	if depth == 0 {
		f.root, f.end = c.seq, math.MaxInt64
	}
	w.newest, w.lastSeq = max(w.newest, c.start), c.seq
	if c.end == EndOpen {
		w.waiting[c.seq], w.lastSeq = k, 0
	}
	w.last = k
	w.met(c, k)
}

// holds says whether a function is among those around a call; of deep ones, the next ones.
func holds(calls []relative, fn uint32) bool {
	for i := len(calls) - 1; i >= max(0, len(calls)-maxFlameDepth); i-- {
		if calls[i].fn == fn {
			return true
		}
	}
	return false
}

// over tells of a call that is over.
func (w *familyWalk) over(c *spanCall) {
	k := w.last
	if c.seq != w.lastSeq {
		k = w.waiting[c.seq]
		delete(w.waiting, c.seq)
	}
	if f := w.stacks[c.g]; c.depth == 0 && f != nil && f.root == c.seq {
		f.end = after(c.start, c.lasted)
	}
	w.take(c, k)
}

func (w *familyWalk) lineage(g uint64) *lineage {
	f := w.stacks[g]
	if f == nil {
		if len(w.stacks) >= w.sweep {
			w.forget()
		}
		f = &lineage{end: math.MaxInt64} // its outermost call may be one that isn't retained
		w.stacks[g] = f
	}
	return f
}

// forget throws out the goroutines that are at rest, long since by the order of the log.
func (w *familyWalk) forget() {
	const slack = int64(1e6) // starts are in order but for small displacements
	for g, f := range w.stacks {
		if f.end < w.newest-slack {
			delete(w.stacks, g)
		}
	}
	w.sweep = max(manyPaths, 2*len(w.stacks))
}

// runs says whether a call that was come to is still open.
func (w *familyWalk) runs(seq uint64) bool {
	_, open := w.waiting[seq]
	return open
}

// within is for how long a call that is over was in the stretch.
func (w *familyWalk) within(c *call) int64 {
	return since(max(c.start, w.from), min(after(c.start, c.lasted), w.to))
}

// progress is how much of the log has been gone through, 0 to 1, and whether calls in the stretch may have been forgotten.
func (w *spanWalk) progress() (share float64, older bool) {
	s := w.session
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.calls.log
	if l.total == 0 {
		return 1, false
	}
	first := l.first()
	older = first > 1 && l.chunks[0].call(0).start > w.from
	return float64(max(w.next, first)-first) / float64(l.total+1-first), older
}
