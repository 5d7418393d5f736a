package model

import (
	"math"

	"goapptrace/query"
)

// A call that hangs is never over. So conditions that nothing but a call's length makes true are asked of open calls, too, once
// a second.

// Bounds on that.
const (
	maxOpenAsked = 1 << 14 // calls at a time: the others are asked about the next time
	maxHanging   = 1 << 12 // open calls that a probe has told
	stacksAtOnce = 1 << 10 // before others have their turn at the session
	openAtOnce   = 1 << 8  // open calls of these
	openPatience = 8       // where nothing arrives, they are asked about when it has been quiet for so much longer, one of so many
)

// certain are the fields that are the same for an open call as they will be when it is over, or may grow.
var certain = ofFunction | query.Set(query.FieldDuration, query.FieldSelf, query.FieldGoroutine, query.FieldDepth, query.FieldCalls)

// leastOpen is the shortest duration of open calls that a probe cares for: math.MaxInt64 when it cares for none.
func (q *probe) leastOpen() int64 {
	if q.measure != nil || !certain.Holds(q.Filter.Uses()) || !q.root.grows() {
		return math.MaxInt64
	}
	if least := q.root.least(EndOpen); least > 0 {
		return least
	}
	return math.MaxInt64 // it asks for calls of any length
}

// grows says whether a condition that holds goes on to hold when a call lasts longer.
func (c *condition) grows() bool {
	if c == nil {
		return true
	}
	for _, p := range c.parts {
		if !p.grows() {
			return false
		}
	}
	return !c.ofLength() || !c.not && c.hi == math.MaxInt64
}

// askOpen asks the probes about open calls, as of a moment up to which all is known: a call whose end is late isn't one that hangs.
func (s *Session) askOpen(at int64) {
	p, order := &s.calls.probes, &s.calls.stacks.order
	least, asked, atOnce := p.worth[EndOpen], 0, 0
	p.hurried = false
	if !s.waitsForOpen() {
		return
	}
	if to := s.arrived(); p.askedTo != to {
		p.askedTo, p.decided = to, 0
	}
	for i := range order.n {
		if i%stacksAtOnce == stacksAtOnce-1 || asked-atOnce >= openAtOnce {
			atOnce = asked
			s.mu.giveWay()
		}
		if order.at(p.opened) == nil {
			p.opened = order.first()
		}
		if order.n == 0 { // by now
			return
		}
		st := *order.at(p.opened)
		for n := range st.frames {
			if since(st.frames[n].start, at) < least {
				break // those that it made are shorter
			}
			asked++
			s.judgeOpen(st, n, at)
		}
		p.opened++
		if p.decided++; at <= after(s.calls.last, p.longest) {
			p.decided = 0 // they may become long enough yet
		}
		if asked >= maxOpenAsked {
			p.hurried = true
			return
		}
	}
}

// waitsForOpen says whether probes may find an open call though nothing arrives: it may not have lasted long enough yet, or not have
// been asked about since.
func (s *Session) waitsForOpen() bool {
	c, p := &s.calls, &s.calls.probes
	if c.open == 0 || p.worth[EndOpen] == math.MaxInt64 || s.row.State.Ended() {
		return false
	}
	return p.decided < c.stacks.order.n || p.askedTo != s.arrived()
}

// longest is the longest duration that a condition asks for.
func (c *condition) longest() (lasted int64) {
	if c == nil {
		return 0
	}
	for _, p := range c.parts {
		lasted = max(lasted, p.longest())
	}
	if c.ofLength() {
		lasted = max(lasted, c.lo)
	}
	return lasted
}

func (c *condition) ofLength() bool {
	return c.node != nil && (c.node.Field == query.FieldDuration || c.node.Field == query.FieldSelf)
}

// judgeOpen asks the probes about an open call that they haven't told yet. What a goroutine was begun for may well go on for
// ever: it counts where a probe picks functions. An outermost call is taken for that when nobody has told what it was.
func (s *Session) judgeOpen(st *stack, n int, at int64) {
	c, f := &s.calls, &st.frames[n]
	o := over{
		seq: f.seq, g: st.g, fn: f.fn, depth: n, lasted: since(f.start, at), at: at, end: EndOpen,
		calls: c.funcs.stats[f.fn].begun(), touched: f.start <= c.lossy,
	}
	if o.self = o.lasted - f.child; n+1 < len(st.frames) {
		o.self -= since(st.frames[n+1].start, at)
	}
	o.self = max(o.self, 0)
	loop := n == 0 && (s.isLoop(&o) || s.goroutines.entry(st.g) == "")
	for _, q := range c.probes.list {
		switch _, told := q.hanging[f.seq]; {
		case told || o.lasted < q.worth[EndOpen] || len(q.hanging) == maxHanging:
		case !q.root.admits(&o) || loop && len(q.sets) == 0:
		default:
			q.hanging[f.seq] = struct{}{}
			f.hangs = true
			q.see(&o)
		}
	}
}

// told says whether a call that is over was told when it was open, and forgets that.
func (q *probe) told(seq uint64) bool {
	_, ok := q.hanging[seq]
	delete(q.hanging, seq)
	return ok
}
