package model

import (
	"math"

	"goapptrace/protocol"
)

// calls turns enters and leaves into calls and adds them up. Times are ns of the tracee's clock.
type calls struct {
	log     callLog
	stacks  stackTable
	funcs   functionTable
	last    int64 // time of the newest event
	events  uint64
	orphans uint64 // leaves without an enter
	unkept  uint64 // calls beyond the bounds on depth and goroutines
	beyond  uint64 // of these, calls on goroutines without a stack, whose leaves are to come
	open    int
	lossy   int64 // events were lost up to this time, or none at all
	probes  probeSet
	tails   []*Tail
}

// newCalls keeps up to most calls; 0 for any number.
func newCalls(most int) calls {
	c := calls{stacks: newStackTable(), funcs: newFunctionTable(), lossy: math.MinInt64}
	c.probes.set(nil)
	if most > 0 {
		c.log.keep = (most+chunkLen-1)/chunkLen + 1
	}
	return c
}

// event takes in an event of 1.1.
func (c *calls) event(e *protocol.Event) {
	c.see(e.Time)
	fn := c.funcs.index(e.Func)
	if e.Kind == protocol.Enter {
		c.enter(e.G, fn, e.Time, 0)
		return
	}
	c.leave(e.G, fn, e.Time, ends[e.Kind&3])
}

// ends are what the kinds of events say of how a call ended.
var ends = [4]CallEnd{protocol.Leave: EndReturn, protocol.LeavePanic: EndPanic, protocol.LeaveError: EndError}

// see counts an event. Time only ever goes forward.
func (c *calls) see(t int64) {
	if c.last = max(c.last, t); c.events == 0 {
		c.last = t
	}
	c.events++
}

func (c *calls) enter(g uint64, fn uint32, t int64, tx uint64) {
	s := c.stacks.make(g)
	if s == nil {
		c.unkept++
		c.beyond++
		return
	}
	depth := len(s.frames)
	if depth >= maxDepth || c.open >= maxOpen {
		c.unkept++
		if depth == 0 {
			c.beyond++
		} else {
			s.unkept++
		}
		return
	}
	if depth == 0 {
		c.stacks.live++
		if s.life.calls == 0 {
			s.life.first = t
		}
	}
	s.life.calls++
	c.open++
	stat := &c.funcs.stats[fn]
	inner := stat.open > 0 && s.holds(fn)
	stat.calls++
	stat.open++

	chunk, serial := c.log.tail()
	if s.chunk != serial {
		s.chunk, s.gIndex = serial, chunk.raw.addG(g)
	}
	chunk.add(fn, s.gIndex, uint16(depth), t)
	c.log.total++
	s.life.number(c.log.total)
	c.stacks.push(s, frame{seq: c.log.total, start: t, tx: tx, fn: fn, inner: inner})
}

// busy says whether goroutine g has open calls.
func (c *calls) busy(g uint64) bool {
	s := c.stacks.get(g)
	return s != nil && len(s.frames) > 0
}

// leave ends the innermost open call of fn. Calls above it have lost their ends.
func (c *calls) leave(g uint64, fn uint32, t int64, end CallEnd) {
	s := c.stacks.get(g)
	switch {
	case s == nil || len(s.frames) == 0:
		c.orphan()
	case s.unkept > 0:
		s.unkept--
	case s.frames[len(s.frames)-1].fn == fn:
		c.pop(s, t, end)
	case c.funcs.stats[fn].open == 0 || !s.holds(fn):
		c.orphans++
	default:
		for s.frames[len(s.frames)-1].fn != fn {
			c.pop(s, t, EndUnknown)
		}
		c.pop(s, t, end)
	}
}

// orphan takes in a leave on a goroutine that has no open calls.
func (c *calls) orphan() {
	if c.beyond > 0 {
		c.beyond--
		return
	}
	c.orphans++
}

// leaveTx ends the call that began with tx. Calls above it have lost their ends.
func (c *calls) leaveTx(g uint64, tx uint64, t int64) {
	s := c.stacks.get(g)
	if s == nil || len(s.frames) == 0 {
		c.orphan()
		return
	}
	if s.unkept > 0 {
		s.unkept--
		return
	}
	i := s.findTx(tx)
	if i < 0 {
		c.orphans++
		return
	}
	for len(s.frames) > i+1 {
		c.pop(s, t, EndUnknown)
	}
	c.pop(s, t, EndReturn)
}

// pop ends the top call of s.
func (c *calls) pop(s *stack, t int64, end CallEnd) {
	n := len(s.frames) - 1
	f := &s.frames[n]
	lasted := since(f.start, t)
	stat := &c.funcs.stats[f.fn]
	if stat.end(f, lasted, end) {
		c.funcs.took += pageSize
	}
	if f.start <= c.lossy {
		stat.touched++
	}
	if lasted >= c.probes.worth[end&(numEnds-1)] || f.hangs {
		c.judge(s, lasted, t, end)
	}
	if f.child >= c.probes.within {
		c.suspect(s, lasted, t, end)
	}
	if chunk, i, ok := c.log.at(f.seq); ok {
		chunk.end(i, lasted, end)
	}
	for _, t := range c.tails {
		t.end(f.seq)
	}
	if n > 0 {
		caller := &s.frames[n-1]
		caller.child = sum(caller.child, lasted)
		caller.last = end
	} else {
		s.unkept = 0
		c.stacks.live--
		s.life.rest(f.fn, lasted, t)
	}
	s.life.end(end)
	c.open--
	c.stacks.pop(s)
}

// end adds up a call that is over. It says whether the function takes another page of memory for it.
func (f *function) end(call *frame, lasted int64, end CallEnd) (grown bool) {
	f.open--
	switch end {
	case EndUnknown:
		f.unknown++
		return false
	case EndPanic:
		f.panics++
	case EndError:
		f.errors++
	}
	if call.inner {
		f.nested = sum(f.nested, lasted)
	} else {
		f.total = sum(f.total, lasted)
	}
	f.self = sum(f.self, max(lasted-call.child, 0))
	if lasted > f.max || f.maxCall == 0 {
		f.max, f.maxCall = lasted, call.seq
	}
	return f.took.Add(lasted)
}

// abandon ends all open calls as of the newest event: no more will come.
func (c *calls) abandon() {
	for _, s := range c.stacks.byG {
		s.life.cut = s.life.cut || len(s.frames) > 0
		for len(s.frames) > 0 {
			c.pop(s, c.last, EndUnknown)
		}
		c.stacks.giveBack(s)
	}
	c.log.seal()
}

// since is end minus start in ns, 0 when the clock went backwards or the numbers are nonsense.
func since(start, end int64) int64 {
	if end < start {
		return 0
	}
	if d := end - start; d >= 0 {
		return d
	}
	return 0
}

// after is the time that lies so many ns after start.
func after(start, lasted int64) int64 {
	if t := start + lasted; t >= start {
		return t
	}
	return math.MaxInt64
}

// sum adds durations and stops at the largest.
func sum(a, b int64) int64 {
	if c := a + b; c >= 0 {
		return c
	}
	return math.MaxInt64
}
