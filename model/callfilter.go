package model

import (
	"math/bits"
	"time"

	"goapptrace/query"
)

// callFilter is a filter as a session's calls are asked about it. What depends on the function alone is worked out once
// per function, the rest in blocks of 64 calls, column by column.
type callFilter struct {
	filter  *query.Filter
	root    *condition // nil: everything passes
	sets    []*funcSet // of root
	uses    query.FieldSet
	bit     uint64 // in chunk.asked; 0 for a filter of which chunks remember nothing
	used    uint64 // when it was last asked for, see [callFilters]
	renamed uint64 // of the function table
	app     string
	now     int64 // tracee's time: up to when open calls have lasted
	span    timeSpan

	only uint8 // if not zero, a set of ends: the calls that ended otherwise are left out
	one  bool  // only calls of goroutine g
	g    uint64
	work int // values looked at in vain
}

// condition is a node of a filter.
type condition struct {
	op    query.Op
	parts []*condition
	node  *query.Node
	set   *funcSet // if the functions alone decide: those that pass
	ends  uint8    // of query.FieldEnd: those that pass
	// Of numbers: what passes, or with not what doesn't.
	lo, hi int64
	not    bool
}

// ofFunction are the fields that all calls of a function share.
var ofFunction = query.Set(query.FieldText, query.FieldFunc, query.FieldPackage, query.FieldFile, query.FieldSession, query.FieldSessionID)

// endWords are what the ends are called in filters.
var endWords = [...]string{EndOpen: "open", EndReturn: "return", EndPanic: "panic", EndUnknown: "lost", EndError: "error"}

// update makes f ready for a filter and a span.
func (f *callFilter) update(filter *query.Filter, span Span, s *Session, now time.Time) {
	t := &s.calls.funcs
	app, renamed := string(s.row.App), t.renamed
	if filter.Uses()&ofFunction == 0 {
		renamed = 0 // doesn't matter
	}
	in := s.timeSpan(span)
	if filter.String() != f.filter.String() || f.span != in || f.renamed != renamed || f.app != app {
		*f = callFilter{filter: filter, uses: filter.Uses(), bit: f.bit, used: f.used, span: in, renamed: renamed, app: app}
		s.calls.log.forget(f)
		f.root = f.condition(filter.Root())
	}
	f.only, f.one, f.work, f.now = 0, false, 0, s.clock.at(now)
	row := symbolRow{app: app, session: s.id}
	for _, set := range f.sets {
		set.update(t, &row)
	}
}

// condition makes a condition of a node.
func (f *callFilter) condition(n *query.Node) *condition {
	switch {
	case n == nil:
		return nil
	case ofFunction.Holds(n.Uses):
		c := &condition{set: &funcSet{node: n}}
		f.sets = append(f.sets, c.set)
		return c
	}
	c := &condition{op: n.Op, node: n, not: n.Not}
	for _, p := range n.Parts {
		c.parts = append(c.parts, f.condition(p))
	}
	switch {
	case n.Op != query.One:
	case n.Field == query.FieldEnd:
		for end, word := range endWords {
			if n.Text(word) {
				c.ends |= 1 << end
			}
		}
	case n.Numeric():
		c.lo, c.hi = n.Bounds()
	}
	return c
}

// passes says whether a chunk may hold calls that the filter lets through. A full chunk remembers when it holds none, until
// something becomes known of one of its calls.
func (f *callFilter) passes(c *chunk) bool {
	switch {
	case f.span.misses(c):
		return false
	case f.all():
		return true
	case f.knowsNone(c):
		// Calls that are open may come to pass just because time goes by.
		return c.open > 0 && f.uses&query.Set(query.FieldDuration) != 0
	}
	may := f.root == nil || f.root.mayPass(c)
	if !may && c.n == chunkLen {
		c.asked |= f.bit
	}
	return may
}

// knowsNone says that no finished call of the chunk passes, as was found out before.
func (f *callFilter) knowsNone(c *chunk) bool { return !f.all() && f.only == 0 && c.asked&f.bit != 0 }

// all says that everything passes.
func (f *callFilter) all() bool { return f.root == nil && f.span.all() }

// lets says whether call i of a chunk passes.
func (f *callFilter) lets(c *chunk, i int) bool {
	return f.all() || f.match(c, i/blockLen, 1<<(i%blockLen)) != 0
}

// mayPass says whether the functions and goroutines of a chunk let any of its calls pass.
func (c *condition) mayPass(of *chunk) bool {
	switch {
	case c.set != nil:
		return of.presence.meets(&c.set.sketch) && (of.sealed == nil || of.sealed.holds(c.set.has))
	case c.op == query.All:
		for _, p := range c.parts {
			if !p.mayPass(of) {
				return false
			}
		}
	case c.op == query.Any:
		for _, p := range c.parts {
			if p.mayPass(of) {
				return true
			}
		}
		return false
	case c.node.Field == query.FieldGoroutine && c.lo == c.hi && !c.not:
		return of.knows(uint64(c.lo))
	}
	return true
}

// match finds the calls that pass among those of the chunk's block k that the mask's bits stand for.
func (f *callFilter) match(c *chunk, k int, mask uint64) uint64 {
	if f.only != 0 {
		mask = f.ended(c, k, f.only, mask)
	}
	if f.one {
		mask = f.each(mask, func(i int) bool { return c.g(k*blockLen+i) == f.g })
	}
	if mask = f.within(c, k, mask); f.root == nil || mask == 0 {
		return mask
	}
	return f.eval(f.root, c, k, mask)
}

func (f *callFilter) eval(cond *condition, c *chunk, k int, mask uint64) uint64 {
	switch {
	case mask == 0:
		return 0
	case cond.set != nil:
		return f.each(mask, func(i int) bool { return cond.set.has(c.fn(k*blockLen + i)) })
	case cond.op == query.All:
		for _, p := range cond.parts {
			mask = f.eval(p, c, k, mask)
		}
		return mask
	case cond.op == query.Any:
		var all uint64
		for _, p := range cond.parts {
			all |= f.eval(p, c, k, mask&^all)
		}
		return all
	}
	switch cond.node.Field {
	case query.FieldEnd:
		return f.ended(c, k, cond.ends, mask)
	case query.FieldDuration:
		return f.lasting(cond, c, k, mask)
	case query.FieldGoroutine:
		return f.each(mask, func(i int) bool { return cond.has(int64(c.g(k*blockLen + i))) })
	case query.FieldDepth:
		return f.deep(cond, c, k, mask)
	}
	return f.telling(cond, c, k, mask)
}

// each keeps the bits for which ok holds.
func (f *callFilter) each(mask uint64, ok func(i int) bool) uint64 {
	f.work += bits.OnesCount64(mask)
	for rest := mask; rest != 0; rest &= rest - 1 {
		if i := bits.TrailingZeros64(rest); !ok(i) {
			mask &^= 1 << i
		}
	}
	return mask
}

// has says whether a number passes.
func (c *condition) has(v int64) bool { return (v >= c.lo && v <= c.hi) != c.not }

// symbolRow is a function's name as a filter sees it.
type symbolRow struct {
	*symbol
	app     string
	session uint64
}

// Text implements [query.Row].
func (r *symbolRow) Text(f query.Field) string {
	switch f {
	case query.FieldText:
		return r.lower
	case query.FieldFunc:
		return string(r.name)
	case query.FieldPackage:
		return query.Package(string(r.name))
	case query.FieldFile:
		return string(r.file)
	case query.FieldSession:
		return r.app
	}
	return ""
}

// Number implements [query.Row].
func (r *symbolRow) Number(query.Field) float64 { return float64(r.session) }

// funcSet is the functions that pass a part of a filter.
type funcSet struct {
	node   *query.Node
	bits   []uint64
	sketch funcSketch
	seen   int // functions looked at
}

// update looks at functions that are new.
func (s *funcSet) update(t *functionTable, row *symbolRow) {
	for ; s.seen < len(t.symbols); s.seen++ {
		if s.seen>>6 == len(s.bits) {
			s.bits = append(s.bits, 0)
		}
		if row.symbol = &t.symbols[s.seen]; s.node.Match(row) {
			s.bits[s.seen>>6] |= 1 << (s.seen & 63)
			s.sketch.add(uint32(s.seen))
		}
	}
}

func (s *funcSet) has(fn uint32) bool { return s.bits[fn>>6]&(1<<(fn&63)) != 0 }
