package agent

import (
	"cmp"
	"slices"

	"goapptrace/tracee/hook"
)

// filter keeps calls out of the stream that are nested too deeply, or shorter than is of interest, and adds them up instead. It decides about
// calls as a whole. A call that is long enough has only such calls around it.
//
// A call whose length isn't known yet is held back, and so are the events that follow it, until it has ended or lasted long
// enough: what comes out is in the order of times. What is held back are the calls that are open, and the ends of long
// ones, but never the short ones; so it takes little memory, however long the shortest is that is of interest.
//
// The depth of a call is the number of calls around it that record events.
type filter struct {
	depth int   // of the calls that are streamed; 0 for any
	min   int64 // ns that they last at least

	stacks map[uint64]*openCalls // by goroutine; without empty ones
	spare  []*openCalls
	young  []*openCalls // that may have calls of which nobody knows whether they last long enough

	open  int          // calls whose Enter is neither kept nor dropped
	kept  []hook.Event // to be streamed, as they were found
	swept int64        // the cut up to which it has been found out which open calls last long enough

	notes   heldNotes
	dropped []hook.Tally // by function ID - 1
	fresh   map[uint32]bool
}

// openCalls are the open calls of a goroutine, outermost first. The first ones are kept.
type openCalls struct {
	g     uint64
	calls []openCall
	kept  int
	young bool // is among filter.young
}

type openCall struct {
	fn    uint32
	start int64
}

// newFilter returns nil if nothing is to be kept out.
func newFilter(depth int, shortest int64) *filter {
	if depth <= 0 && shortest <= 0 {
		return nil
	}
	return &filter{depth: depth, min: shortest, stacks: make(map[uint64]*openCalls), fresh: make(map[uint32]bool)}
}

// add takes the next event. Events come as [hook.Consumer.Drain] has them, after the notes of the calls that they end.
func (f *filter) add(e hook.Event) {
	s := f.stacks[e.G]
	if e.Kind == hook.KindEnter {
		f.enter(s, e)
		return
	}
	at := s.find(e.Func)
	if at < 0 { // it began before anybody listened
		f.kept = append(f.kept, e)
		return
	}
	if at+1 < len(s.calls) { // others have lost their ends
		f.keep(s, len(s.calls))
		s.calls = s.calls[:at+1]
		s.kept = at + 1
	}
	f.leave(s, at, e)
}

func (f *filter) enter(s *openCalls, e hook.Event) {
	if s == nil {
		s = f.newStack(e.G)
	}
	s.calls = append(s.calls, openCall{e.Func, e.Time})
	f.open++
	switch {
	case f.deep(len(s.calls) - 1):
	case f.min == 0:
		f.keep(s, len(s.calls))
	case !s.young:
		s.young = true
		f.young = append(f.young, s)
	}
}

// leave ends the last call of s.
func (f *filter) leave(s *openCalls, last int, e hook.Event) {
	call := s.calls[last]
	if took := e.Time - call.start; last >= s.kept && (f.deep(last) || took < f.min) {
		f.open--
		f.drop(call.fn, took)
		f.notes.drop(callOf(s.g, call))
	} else {
		f.keep(s, last+1)
		f.kept = append(f.kept, e)
	}
	s.calls = s.calls[:last]
	s.kept = min(s.kept, last)
	if last == 0 {
		delete(f.stacks, s.g)
		f.spare = append(f.spare, s)
	}
}

func (f *filter) newStack(g uint64) *openCalls {
	s := &openCalls{}
	if last := len(f.spare) - 1; last >= 0 {
		s, f.spare = f.spare[last], f.spare[:last]
	}
	s.g = g
	f.stacks[g] = s
	return s
}

// find is the index of the innermost open call of the function, or -1.
func (s *openCalls) find(fn uint32) int {
	if s == nil {
		return -1
	}
	at := len(s.calls) - 1
	for at >= 0 && s.calls[at].fn != fn {
		at--
	}
	return at
}

// deep says whether a call with so many around it is too deep.
func (f *filter) deep(around int) bool { return f.depth > 0 && around >= f.depth }

// keep has the first n calls of s streamed.
func (f *filter) keep(s *openCalls, n int) {
	for ; s.kept < n; s.kept++ {
		call := s.calls[s.kept]
		f.open--
		f.kept = append(f.kept, hook.Event{Time: call.start, G: s.g, Func: call.fn, Kind: hook.KindEnter})
		f.notes.keep(callOf(s.g, call))
	}
}

func (f *filter) drop(fn uint32, took int64) {
	if missing := int(fn) - len(f.dropped); missing > 0 {
		f.dropped = append(f.dropped, make([]hook.Tally, missing)...)
	}
	t, ns := &f.dropped[fn-1], uint64(max(took, 0))
	t.Calls++
	t.TotalNS += ns
	t.MaxNS = max(t.MaxNS, ns)
	f.fresh[fn] = true
}

// settle is called when every event from before the cut has been added. It yields those to be streamed now, in the order
// of their times, and returns the time up to which there will be no more. With the cut [hook.Everything], nothing stays open:
// calls without an end are streamed, however deep they are.
func (f *filter) settle(cut int64, yield func(hook.Event) error) (end int64, err error) {
	if last := cut == hook.Everything; last || cut-f.swept >= f.min/sweeps {
		f.swept = cut
		f.sweep(last)
		err = f.release(cut-f.min, yield)
	}
	return f.swept - f.min, err
}

// release yields the kept events from before end.
func (f *filter) release(end int64, yield func(hook.Event) error) (err error) {
	if f.min > 0 {
		slices.SortStableFunc(f.kept, func(a, b hook.Event) int { return cmp.Compare(a.Time, b.Time) })
	}
	n := 0
	for n < len(f.kept) && f.kept[n].Time < end && err == nil {
		err = yield(f.kept[n])
		n++
	}
	f.kept = append(f.kept[:0], f.kept[n:]...)
	return err
}

// sweeps is how many times it is looked at open calls while the shortest of interest lasts.
const sweeps = 8

// sweep keeps the open calls that have lasted long enough, or, at last, all.
func (f *filter) sweep(last bool) {
	if last {
		for _, s := range f.stacks {
			f.keep(s, len(s.calls))
		}
	}
	f.young = slices.DeleteFunc(f.young, func(s *openCalls) bool {
		for s.kept < len(s.calls) && !f.deep(s.kept) && s.calls[s.kept].start <= f.swept-f.min {
			f.keep(s, s.kept+1)
		}
		s.young = s.kept < len(s.calls) && !f.deep(s.kept)
		return !s.young
	})
}

// held is how many events are neither streamed nor added up so far.
func (f *filter) held() uint64 { return uint64(f.open + len(f.kept)) }

// tallies calls yield for every function of which calls have been dropped since the last call, with what all of them add up to.
func (f *filter) tallies(yield func(fn uint32, t hook.Tally)) {
	for fn := range f.fresh {
		yield(fn, f.dropped[fn-1])
	}
	clear(f.fresh)
}
