package model

import (
	"math"
	"slices"
	"time"

	"goapptrace/query"
)

// Bounds on a [Flame]. Calls beyond them are added to a node for all others of their caller.
const (
	maxFlameDepth = 512
	manyPaths     = 1024           // goroutines before it is worth while to throw out those whose calls are over
	otherFuncs    = math.MaxUint32 // stands for the functions that have no node of their own
)

// Flame adds up a session's retained calls by their paths: the functions that were called, one by the other. It does
// that in slices and goes on where it was when calls have arrived, each call being added once. Nothing of it is kept
// up to date while nobody asks. One goroutine at a time may use it.
//
// What was added stays when the session forgets the call. When calls were forgotten before they were added, as they
// are while nobody looks, the picture begins anew with the oldest call retained.
type Flame struct {
	session *Session
	g       uint64 // only calls of this goroutine; 0 for all
	filter  *query.Filter
	most    int // nodes

	from, to int64 // only calls that meet this stretch of time, and of them what lies in it

	next  uint64 // number of the next call to add
	first uint64 // number of the first call that was retained at the beginning
	since int64  // when the first call that was added began
	begun bool   // there is one
	asOf  int64  // up to when open calls have lasted

	settled uint64 // state of the session when it was looked which of them had ended
	nodes   []flameNode
	index   map[flameKey]int32
	paths   map[uint64]*flamePath
	sweep   int        // paths at which those that are over are thrown out
	open    []openCall // calls that were not over when they were last looked at, in order

	slice  []call // of a chunk, copied under the session's lock
	passed []bool // which of them pass the filter
	asking callFilter
}

// flameNode is what the calls of one path add up to.
type flameNode struct {
	parent  int32
	last    int32 // the child that was added to last
	depth   int32
	fn      uint32
	open    int64 // calls that are not over
	starts  int64 // sum of their starts, counted from since
	total   int64 // ns of the calls that are over
	longest int64
	seq     uint64 // number of the longest call that is over
	calls   uint64
	errors  uint64
	panics  uint64
}

type flameKey struct {
	parent int32
	fn     uint32
}

// flamePath is what a goroutine was in when the last of its calls began.
type flamePath struct {
	nodes []int32
	end   int64 // when the outermost call ended, the last moment of all while it is open
	root  uint64
}

type openCall struct {
	seq, g uint64
	start  int64
	node   int32
	depth  uint16
	inner  bool // a call of a node that has no room for paths: its time is its caller's
	out    bool // it doesn't pass the filter; its node is that of the nearest one around it that does
}

// NewFlame begins to add up the calls of a session, or those of goroutine g if that isn't zero, on most nodes and one
// for all others below each. Only calls that pass the filter (of [query.Calls], nil for all) are added, each below the
// nearest one around it that passes.
func NewFlame(s *Session, g uint64, filter *query.Filter, most int) *Flame {
	f := &Flame{session: s, g: g, filter: filter, most: max(most, 2), from: math.MinInt64, to: math.MaxInt64}
	f.reset(1)
	return f
}

// Within narrows the picture to a stretch of time: to the calls that lie in it, if only in part, and to the time that they took
// of it. It is to be called first.
func (f *Flame) Within(span Span) {
	f.from, f.to = f.session.stretch(span)
}

// reset begins anew with the call numbered first.
func (f *Flame) reset(first uint64) {
	f.next, f.first, f.since, f.begun = first, first, 0, false
	f.nodes = append(f.nodes[:0], flameNode{parent: -1, last: -1, depth: -1})
	f.index, f.paths = map[flameKey]int32{}, map[uint64]*flamePath{}
	f.sweep, f.open = manyPaths, f.open[:0]
}

// Advance adds calls up to the one numbered until (0 for all there are), a chunk at a time, while more says so; it adds
// one chunk in any case. Then it looks which of the open calls have ended. It says whether calls are left to be added.
// The session is locked for a fraction of a millisecond at a time.
func (f *Flame) Advance(now time.Time, until uint64, more func() bool) (left bool) {
	for left = f.copy(until); left; left = f.copy(until) {
		for i := range f.slice {
			f.add(f.next, &f.slice[i], f.passed[i])
			f.next++
		}
		if !more() {
			break
		}
	}
	f.settle(now)
	return left
}

// copy takes the calls of the chunk of the next call out of the session. It says whether there are any.
func (f *Flame) copy(until uint64) bool {
	s := f.session
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.calls.log
	if f.next < l.first() {
		f.reset(l.first())
	}
	last := l.total
	if until != 0 {
		last = min(last, until)
	}
	f.slice = f.slice[:0]
	if f.next > last {
		return false
	}
	c, i, _ := l.at(f.next)
	n := int(min(uint64(c.n-i), last-f.next+1))
	if f.g != 0 && !c.knows(f.g) || (timeSpan{f.from, f.to}).misses(c) {
		f.next += uint64(n) - 1
		i, n = i+n-1, 1
	}
	f.pass(c, i, n)
	for ; n > 0; i, n = i+1, n-1 {
		f.slice = append(f.slice, c.call(i))
	}
	return true
}

// add adds a call.
func (f *Flame) add(seq uint64, c *call, passes bool) {
	if f.g != 0 && c.g != f.g || !(timeSpan{f.from, f.to}).holds(c) {
		return
	}
	if !f.begun {
		f.since, f.begun = c.start, true
	}
	p := f.path(c.g)
	parent, depth := int32(0), int(c.depth)
	if depth > 0 && depth <= len(p.nodes) {
		parent = p.nodes[depth-1]
	}
	node := parent
	if passes {
		node = f.node(parent, c.fn)
	}
	for len(p.nodes) < depth { // callers that aren't retained
		p.nodes = append(p.nodes, 0)
	}
	p.nodes = append(p.nodes[:depth], node)
	if depth == 0 {
		p.root, p.end = seq, math.MaxInt64
	}
	o := openCall{seq, c.g, c.start, node, c.depth, node == parent, !passes}
	if !passes {
		f.leaveOut(&o, c)
		return
	}
	n := &f.nodes[node]
	n.calls++
	if c.end != EndOpen {
		f.end(&o, c.lasted, c.end)
		return
	}
	f.open = append(f.open, o)
	if !o.inner {
		n.open++
		n.starts += max(c.start, f.from) - f.since
	}
}

// end adds what is known of a call that is over.
func (f *Flame) end(c *openCall, lasted int64, end CallEnd) {
	n := &f.nodes[c.node]
	switch end {
	case EndError:
		n.errors++
	case EndPanic:
		n.panics++
	}
	if !c.inner {
		n.total = sum(n.total, since(max(c.start, f.from), min(after(c.start, lasted), f.to)))
	}
	if lasted > n.longest || n.seq == 0 {
		n.longest, n.seq = lasted, c.seq
	}
	f.rest(c, lasted)
}

// rest notes when the outermost call of a goroutine ended.
func (f *Flame) rest(c *openCall, lasted int64) {
	if p := f.paths[c.g]; c.depth == 0 && p != nil && p.root == c.seq {
		p.end = after(c.start, lasted)
	}
}

// path is what goroutine g was in.
func (f *Flame) path(g uint64) *flamePath {
	p := f.paths[g]
	if p == nil {
		if len(f.paths) >= f.sweep {
			f.forget()
		}
		p = &flamePath{end: math.MaxInt64} // its outermost call may be one that isn't retained
		f.paths[g] = p
	}
	return p
}

// forget throws out the paths of goroutines whose calls are over, long since by the order of the log.
func (f *Flame) forget() {
	latest := int64(math.MinInt64)
	for i := range f.slice {
		latest = max(latest, f.slice[i].start)
	}
	const slack = int64(time.Millisecond) // starts are in order but for small displacements
	for g, p := range f.paths {
		if p.end < latest-slack {
			delete(f.paths, g)
		}
	}
	f.sweep = max(manyPaths, 2*len(f.paths))
}

// node is the node of a function called on a path. Where there is no room, it is that of all others, whose own calls
// are added there too.
func (f *Flame) node(parent int32, fn uint32) int32 {
	p := &f.nodes[parent]
	if p.fn == otherFuncs && parent != 0 {
		return parent
	}
	if p.last >= 0 && f.nodes[p.last].fn == fn {
		return p.last
	}
	n, ok := f.index[flameKey{parent, fn}]
	if !ok {
		if fn != otherFuncs && (len(f.nodes) >= f.most || p.depth >= maxFlameDepth) {
			return f.node(parent, otherFuncs)
		}
		n = int32(len(f.nodes))
		f.nodes = append(f.nodes, flameNode{parent: parent, last: -1, fn: fn, depth: p.depth + 1})
		f.index[flameKey{parent, fn}] = n
	}
	f.nodes[parent].last = n
	return n
}

// settle ends the open calls that have ended meanwhile, the newest first: a call ends before its caller, so that none
// has lasted longer than the one that made it.
func (f *Flame) settle(now time.Time) {
	changed := f.session.Changed()
	f.asOf = f.now(now)
	if changed == f.settled && f.filter.Uses()&atEnd == 0 {
		return
	}
	f.settled = changed
	f.settleOpen()
	f.open = slices.DeleteFunc(f.open, func(c openCall) bool { return c.seq == 0 })
}

// now is the tracee's time, at least that of the newest event.
func (f *Flame) now(now time.Time) int64 {
	s := f.session
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(s.clock.at(now), s.calls.last)
}

func (f *Flame) settleOpen() {
	s := f.session
	s.mu.Lock()
	defer s.mu.Unlock()
	f.ask()
	for i := len(f.open) - 1; i >= 0; i-- {
		if i%littleWork == 0 && s.mu.giveWay() {
			f.ask() // about what has come meanwhile, too
		}
		c := &f.open[i]
		lasted, end := s.endOf(c.seq, &call{start: c.start, g: c.g, depth: c.depth}, f.asOf)
		if end == EndOpen {
			continue
		}
		if !c.inner && !c.out {
			n := &f.nodes[c.node]
			n.open--
			n.starts -= max(c.start, f.from) - f.since
		}
		if f.sift(c); c.out {
			f.rest(c, lasted)
		} else {
			f.end(c, lasted, end)
		}
		c.seq = 0
	}
}
