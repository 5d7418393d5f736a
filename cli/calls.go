package cli

import (
	"fmt"
	"math"

	"goapptrace/protocol"
)

// Bounds on what a peer can make us remember. Calls beyond them count as unkept.
const (
	maxDepth = 1 << 16 // calls inside each other, of one goroutine
	maxOpen  = 1 << 20 // calls of one session that have not returned
	maxFuncs = 1 << 20
)

// ending is how a call ended.
type ending uint8

const (
	returned  ending = iota
	panicked         // by a panic or runtime.Goexit
	failed           // returned an error
	unknown          // the event was lost
	stillOpen        // it had not returned when the session ended
)

// endings are how the kinds of events say that a call ended.
var endings = [4]ending{protocol.Leave: returned, protocol.LeavePanic: panicked, protocol.LeaveError: failed}

// known says whether the time of the end is.
func (e ending) known() bool { return e != unknown && e != stillOpen }

// call is a call that was entered and has not been left.
type call struct {
	fn     *function
	start  int64  // ns, by the tracee's clock
	inner  uint64 // ns spent in the traced calls that it made
	outer  int    // index of the nearest call around it that isn't hidden, -1 for none
	level  int    // number of those
	texts  *callTexts
	lossy  bool // events were lost while it was open: calls that it made may be missing
	hidden bool // the filter leaves it out, at least until its end is known

	announced bool // the plain log has its opening line
	tick      uint // of the plain log, when it began
}

// told is what the tracee has said about the call.
func (c *call) told() callTexts {
	if c.texts == nil {
		return callTexts{}
	}
	return *c.texts
}

// goroutine is a goroutine with calls that have not returned, the outermost first.
type goroutine struct {
	id     uint64
	stack  []call
	unkept int // calls above the stack, whose leaves are to come
}

// callSink hears of calls in the order of the stream.
type callSink interface {
	// enter tells that the top of g's stack has begun.
	enter(g *goroutine)
	// leave tells that c, which was the top of g's stack, ended at end.
	leave(g *goroutine, c *call, end int64, how ending)
}

// pairing makes calls out of a session's events. The zero value needs funcs, lines, gs, sink and sieve.
type pairing struct {
	sink  callSink
	sieve *sieve
	funcs map[uint64]*function
	lines map[uint64]place // by FuncStatus.ID
	gs    map[uint64]*goroutine

	recent *goroutine   // that of the event before, nil when it has ended
	free   []*goroutine // ended, to be used again
	popped call         // the latest that was taken off

	notes notes
	lossy int64 // events were lost up to this time, or none at all

	last     int64 // time of the latest event
	open     int
	events   uint64
	ended    uint64 // calls that ended, or whose end is unknown
	unpaired uint64 // leaves without an enter
	unkept   uint64 // calls over a bound
	beyond   uint64 // of these, calls on goroutines without a stack, whose leaves are to come
}

type place struct{ fn, line uint64 }

func newPairing(sink callSink, filter *sieve) *pairing {
	return &pairing{
		sink: sink, sieve: filter, lossy: math.MinInt64,
		funcs: map[uint64]*function{}, lines: map[uint64]place{}, gs: map[uint64]*goroutine{},
	}
}

// symbols takes in names. A function keeps the name that it got first.
func (p *pairing) symbols(s *protocol.Symbols) {
	if s == nil {
		return
	}
	for _, sym := range s.Funcs {
		f := p.function(sym.ID)
		if f == nil || f.head != nil {
			continue
		}
		f.name, f.file = sym.Name, sym.File
		f.hidden = p.sieve.hidesAll(f)
	}
	for _, st := range s.FuncStatus {
		if len(p.lines) >= maxFuncs {
			return
		}
		p.lines[st.ID] = place{st.Func, st.Line}
		if f := p.funcs[st.Func]; f != nil && (f.line == 0 || st.ID == st.Func) {
			f.line = st.Line
		}
	}
}

// function is the one numbered id, nil when there are too many.
func (p *pairing) function(id uint64) *function {
	f := p.funcs[id]
	if f == nil && len(p.funcs) < maxFuncs {
		name := protocol.Text(fmt.Sprintf("function %d", id))
		f = &function{name: name}
		f.hidden = p.sieve.hidesAll(f)
		p.funcs[id] = f
	}
	return f
}

// raw takes in an event of version 1.0, whose first frame is a place in the function.
func (p *pairing) raw(log *protocol.RawFuncLog) {
	if log == nil || len(log.Frames) == 0 {
		return
	}
	ev := protocol.Event{Time: log.Timestamp, Func: log.Frames[0], G: uint64(log.GID)}
	if at, ok := p.lines[log.Frames[0]]; ok {
		ev.Func = at.fn
	}
	if log.Tag == protocol.TagFuncEnd {
		ev.Kind = protocol.Leave
	}
	p.event(ev)
}

func (p *pairing) event(ev protocol.Event) {
	p.events++
	p.last = max(p.last, ev.Time)
	g := p.recent
	if g == nil || g.id != ev.G {
		g = p.gs[ev.G]
		p.recent = g
	}
	if ev.Kind == protocol.Enter {
		p.enter(g, ev)
		return
	}
	p.leave(g, ev)
}

func (p *pairing) enter(g *goroutine, ev protocol.Event) {
	fn := p.function(ev.Func)
	if fn == nil || p.open >= maxOpen || (g != nil && len(g.stack) >= maxDepth) {
		p.skip(g)
		return
	}
	if g == nil {
		g = p.begin(ev.G)
	}
	c := call{fn: fn, start: ev.Time, outer: -1, hidden: p.sieve.hides(fn, ev.G, len(g.stack))}
	if p.notes.waiting() > 0 {
		c.texts = p.notes.take(callKey{ev.G, ev.Time})
	}
	if n := len(g.stack); n > 0 {
		if above := &g.stack[n-1]; above.hidden {
			c.outer, c.level = above.outer, above.level
		} else {
			c.outer, c.level = n-1, above.level+1
		}
	}
	g.stack = append(g.stack, c)
	p.open++
	fn.open++
	fn.calls++
	p.sink.enter(g)
}

// skip counts a call that isn't kept.
func (p *pairing) skip(g *goroutine) {
	p.unkept++
	if g == nil {
		p.beyond++
		return
	}
	g.unkept++
}

// unpair takes in a leave of no call that is kept.
func (p *pairing) unpair(g *goroutine) {
	if g == nil && p.beyond > 0 {
		p.beyond--
		return
	}
	p.unpaired++
}

// leave ends the innermost open call of the event's function. Calls inside it have lost their leave.
func (p *pairing) leave(g *goroutine, ev protocol.Event) {
	if g != nil && g.unkept > 0 {
		g.unkept--
		return
	}
	fn := p.funcs[ev.Func]
	if g == nil || fn == nil || fn.open == 0 {
		p.unpair(g)
		return
	}
	i := len(g.stack) - 1
	for i >= 0 && g.stack[i].fn != fn {
		i--
	}
	if i < 0 {
		p.unpaired++
		return
	}
	for len(g.stack) > i+1 {
		p.pop(g, ev.Time, unknown)
	}
	p.pop(g, ev.Time, endings[ev.Kind&3])
	if len(g.stack) == 0 {
		p.finish(g)
	}
}

// begin makes place for a goroutine.
func (p *pairing) begin(id uint64) *goroutine {
	var g *goroutine
	if n := len(p.free) - 1; n >= 0 {
		g, p.free = p.free[n], p.free[:n]
	} else {
		g = new(goroutine)
	}
	g.id, g.unkept = id, 0
	p.gs[id] = g
	p.recent = g
	return g
}

// finish forgets a goroutine without open calls.
func (p *pairing) finish(g *goroutine) {
	const mostFree, mostCalls = 1 << 10, 1 << 8
	delete(p.gs, g.id)
	p.recent = nil
	if len(p.free) < mostFree && cap(g.stack) <= mostCalls {
		p.free = append(p.free, g)
	}
}

// pop takes the innermost call off and adds it up.
func (p *pairing) pop(g *goroutine, end int64, how ending) {
	n := len(g.stack) - 1
	p.popped = g.stack[n]
	c := &p.popped
	g.stack = g.stack[:n]
	p.open--
	c.fn.open--
	if how != stillOpen {
		p.ended++
	}
	if how.known() {
		p.addUp(g, c, uint64(max(0, end-c.start)))
	}
	switch how {
	case panicked:
		c.fn.panics++
	case failed:
		c.fn.errors++
	}
	if c.lossy = c.start <= p.lossy; c.lossy {
		c.fn.touched++
	}
	p.sink.leave(g, c, end, how)
}

func (p *pairing) addUp(g *goroutine, c *call, took uint64) {
	c.fn.timed++
	c.fn.self += took - min(c.inner, took)
	c.fn.max, c.fn.longest = max(c.fn.max, took), max(c.fn.longest, took)
	c.fn.took.Add(int64(took))
	if !calling(g.stack, c.fn) {
		c.fn.total += took
	}
	if n := len(g.stack); n > 0 {
		g.stack[n-1].inner += took
	}
}

// calling says whether a call of fn is on the stack.
func calling(stack []call, fn *function) bool {
	if fn.open == 0 {
		return false
	}
	for i := len(stack) - 1; i >= 0; i-- {
		if stack[i].fn == fn {
			return true
		}
	}
	return false
}

// end closes what is open when the session is over.
func (p *pairing) end() {
	for _, g := range sortedGoroutines(p.gs) {
		for len(g.stack) > 0 {
			p.pop(g, p.last, stillOpen)
		}
	}
	clear(p.gs)
}
