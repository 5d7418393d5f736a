package model

import (
	"cmp"
	"slices"
	"time"
)

// census is the goroutines that a query is about.
type census struct {
	now    int64 // tracee's time
	keys   []goroutineKey
	groups []GoroutineGroup // by ID
}

// goroutineKey is what a goroutine is sorted by.
type goroutineKey struct {
	st    *stack
	key   float64 // larger goes first
	g     uint64
	group uint32
}

// Goroutines is a window of the list of goroutines.
func (s *Session) Goroutines(q GoroutineQuery) GoroutinePage {
	c, page := s.census(&q)
	var lines []listed
	if q.Grouped {
		lines = c.grouped(&q, &page)
	} else {
		lines = c.flat(&q, &page)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	page.Rows = make([]GoroutineLine, len(lines))
	for i, line := range lines {
		if line.st == nil {
			group := c.groups[line.group]
			group.History = s.groups.all[line.group].looks.history()
			page.Rows[i].Group = &group
			continue
		}
		page.Rows[i].Goroutine = s.goroutineInfo(line.st, c.now)
		q.Within.narrow(&page.Rows[i].Goroutine)
	}
	return page
}

// listed is a line: a goroutine, or without one a group.
type listed struct {
	st    *stack
	group uint32
}

// census counts the goroutines that pass the filter. They are sorted without the lock, so that the tracee's packets
// need not wait for it.
func (s *Session) census(q *GoroutineQuery) (c census, page GoroutinePage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.now = s.goroutineTime(q.Now)
	f := s.goroutineFilter(q.Filter, c.now)
	c.keys = make([]goroutineKey, 0, len(s.calls.stacks.byG))
	for _, st := range s.calls.stacks.byG {
		s.group(st) // which may be new
	}
	c.groups = s.groups.rows(&page)
	if q.Filter == nil && q.Within == nil {
		for i, g := range s.groups.all {
			c.groups[i].Ended = int(g.forgotten)
		}
	}
	for _, st := range s.calls.stacks.byG {
		g := st.life.group
		row := &c.groups[g.id]
		if !f.passes(st) {
			continue
		}
		state := s.state(st)
		age, inCalls := st.life.spent(st, state, c.now)
		use, ok := q.Within.of(st, age, inCalls)
		if !ok {
			continue
		}
		page.Goroutines++
		if state == GoroutineLive || state == GoroutineCut {
			page.Live++
		}
		if q.Growing && row.Growth == 0 {
			continue
		}
		row.add(state, &use)
		c.keys = append(c.keys, goroutineKey{st, q.key(state, &use), st.g, uint32(g.id)})
	}
	for i := range c.groups {
		if c.groups[i].Kept > 0 {
			page.Groups++
			page.Growing += min(c.groups[i].Growth, 1)
		}
	}
	return c, page
}

// goroutineTime is the tracee's time now, that of its last event when it is no longer connected.
func (s *Session) goroutineTime(now time.Time) int64 {
	if s.row.State.Ended() {
		return s.calls.last
	}
	return s.clock.at(now)
}

// rows are the groups as far as they are known without looking at their goroutines.
func (t *groupTable) rows(page *GoroutinePage) []GoroutineGroup {
	rows := make([]GoroutineGroup, len(t.all))
	longest := 0
	for i, g := range t.all {
		by, over := g.looks.growth()
		rows[i] = GoroutineGroup{
			ID: g.id, Entry: g.entry, Told: g.told, Total: g.total,
			Growth: int(by), Over: time.Duration(over) * lookInterval,
		}
		page.Forgotten += g.forgotten
		longest = max(longest, g.looks.kept())
	}
	page.Watched = time.Duration(longest) * lookInterval
	return rows
}

// add counts a goroutine in.
func (g *GoroutineGroup) add(state GoroutineState, use *goroutineUse) {
	g.Kept++
	switch state {
	case GoroutineLive, GoroutineCut:
		g.Live++
	case GoroutineEnded:
		g.Ended++
	default:
		g.Idle++
	}
	g.Calls = add(g.Calls, use.calls)
	g.Age = max(g.Age, time.Duration(use.age()))
	g.InCalls = time.Duration(sum(int64(g.InCalls), use.inCalls))
	g.IdleFor = time.Duration(sum(int64(g.IdleFor), use.age()-use.inCalls))
}

// key is what the goroutine is sorted by.
func (q *GoroutineQuery) key(state GoroutineState, use *goroutineUse) float64 {
	switch q.Sort {
	case ByState:
		return -float64(state)
	case ByAge:
		return float64(use.age())
	case ByInCalls:
		return float64(use.inCalls)
	case ByIdle:
		return float64(use.age() - use.inCalls)
	case ByCalls:
		return float64(use.calls)
	}
	return 0
}

// key is what the group is sorted by.
func (g *GoroutineGroup) key(by GoroutineSort) float64 {
	switch by {
	case ByState:
		const growing = 1 << 32 // more than there are goroutines
		return float64(g.Live) + growing*float64(min(g.Growth, 1))
	case ByAge:
		return float64(g.Age)
	case ByInCalls:
		return float64(g.InCalls)
	case ByIdle:
		return float64(g.IdleFor)
	case ByCalls:
		return float64(g.Calls)
	}
	return 0
}

// order compares keys. No two are equal, so that goroutines keep their places.
func (q *GoroutineQuery) order() func(a, b goroutineKey) int {
	sign := q.sign()
	return func(a, b goroutineKey) int {
		if c := cmp.Compare(b.key, a.key); c != 0 {
			return sign * c
		}
		if q.Sort == ByID {
			return sign * cmp.Compare(a.g, b.g)
		}
		return cmp.Compare(a.g, b.g)
	}
}

func (q *GoroutineQuery) sign() int {
	if q.Reverse {
		return -1
	}
	return 1
}

// window is the part of n lines that is asked for.
func (q *GoroutineQuery) window(n int) (from, to int) {
	from = min(max(q.Offset, 0), n)
	return from, min(from+max(q.Limit, 0), n)
}

// flat lists goroutines.
func (c *census) flat(q *GoroutineQuery, page *GoroutinePage) []listed {
	page.Lines = len(c.keys)
	from, to := q.window(page.Lines)
	sortWindow(c.keys, from, to, q.order())
	lines := make([]listed, 0, to-from)
	for _, k := range c.keys[from:to] {
		lines = append(lines, listed{st: k.st})
	}
	return lines
}

// grouped lists groups, and below each that is open its goroutines.
func (c *census) grouped(q *GoroutineQuery, page *GoroutinePage) (lines []listed) {
	order := c.order(q)
	for _, g := range order {
		page.Lines++
		if q.Open[g.ID] {
			page.Lines += g.Kept
		}
	}
	from, to := q.window(page.Lines)
	at := 0
	for _, g := range order {
		if at >= from && at < to {
			lines = append(lines, listed{group: uint32(g.ID)})
		}
		at++
		if !q.Open[g.ID] {
			continue
		}
		if first, last := max(from-at, 0), min(to-at, g.Kept); first < last {
			lines = append(lines, c.members(q, uint32(g.ID), first, last)...)
		}
		at += g.Kept
	}
	return lines
}

// order is the groups that have goroutines, in order.
func (c *census) order(q *GoroutineQuery) []*GoroutineGroup {
	order := make([]*GoroutineGroup, 0, len(c.groups))
	for i := range c.groups {
		if c.groups[i].Kept > 0 {
			order = append(order, &c.groups[i])
		}
	}
	slices.SortFunc(order, func(a, b *GoroutineGroup) int {
		if d := cmp.Compare(b.key(q.Sort), a.key(q.Sort)); d != 0 {
			return q.sign() * d
		}
		sign := 1
		if q.Sort == ByID {
			sign = q.sign()
		}
		return sign * cmp.Or(cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.ID, b.ID))
	})
	return order
}

// members are goroutines of a group, from one place in their order to another.
func (c *census) members(q *GoroutineQuery, group uint32, from, to int) []listed {
	var keys []goroutineKey
	for _, k := range c.keys {
		if k.group == group {
			keys = append(keys, k)
		}
	}
	sortWindow(keys, from, to, q.order())
	lines := make([]listed, 0, to-from)
	for _, k := range keys[from:to] {
		lines = append(lines, listed{k.st, group})
	}
	return lines
}
