package model

import "goapptrace/query"

// over is a call that is over, as probes are asked about it.
type over struct {
	seq     uint64
	g       uint64
	fn      uint32
	depth   int
	lasted  int64
	self    int64 // of that, without the calls that it made
	at      int64 // when it ended
	end     CallEnd
	calls   uint64 // of its function so far
	origin  bool   // the last call that it made didn't end in the same way
	touched bool   // events were lost while it was open, perhaps
}

// judge asks the probes about the top call of a stack, which is over.
func (c *calls) judge(s *stack, lasted, t int64, end CallEnd) {
	n := len(s.frames) - 1
	f := &s.frames[n]
	o := over{
		seq: f.seq, g: s.g, fn: f.fn, depth: n, lasted: lasted, self: max(lasted-f.child, 0), at: t, end: end,
		calls: c.funcs.stats[f.fn].begun(), origin: f.last != end, touched: f.start <= c.lossy,
	}
	for _, q := range c.probes.list {
		if f.hangs && q.told(f.seq) {
			continue
		}
		if lasted >= q.worth[end&(numEnds-1)] && q.root.admits(&o) {
			q.see(&o)
		}
	}
}

// admits says whether a call may pass. What is told of it later is taken to make it pass.
func (c *condition) admits(o *over) bool {
	switch {
	case c == nil:
		return true
	case c.set != nil:
		return int(o.fn) >= c.set.seen || c.set.has(o.fn)
	case c.op == query.All:
		for _, p := range c.parts {
			if !p.admits(o) {
				return false
			}
		}
		return true
	case c.op == query.Any:
		for _, p := range c.parts {
			if p.admits(o) {
				return true
			}
		}
		return false
	}
	switch c.node.Field {
	case query.FieldEnd:
		return c.ends>>o.end&1 != 0
	case query.FieldDuration:
		return c.has(o.lasted)
	case query.FieldSelf:
		return c.has(o.self)
	case query.FieldGoroutine:
		return c.has(int64(o.g))
	case query.FieldDepth:
		return c.has(int64(o.depth))
	case query.FieldCalls:
		return c.has(int64(o.calls))
	case query.FieldOrigin:
		return c.node.Text(yesOrNo(o.origin))
	}
	return true
}

func yesOrNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
