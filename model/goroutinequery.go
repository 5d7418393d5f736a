package model

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"goapptrace/protocol"
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
	f := s.goroutineFilter(q.Filter)
	c.keys = make([]goroutineKey, 0, len(s.calls.stacks.byG))
	for _, st := range s.calls.stacks.byG {
		s.group(st) // which may be new
	}
	c.groups = s.groups.rows(&page)
	for _, st := range s.calls.stacks.byG {
		g := st.life.group
		row := &c.groups[g.id]
		if q.Growing && row.Growth == 0 || !f.passes(st) {
			continue
		}
		state := s.state(st)
		age, inCalls := st.life.spent(st, state, c.now)
		row.add(st, state, time.Duration(age), time.Duration(inCalls))
		c.keys = append(c.keys, goroutineKey{st, q.key(st, state, age, inCalls), st.g, uint32(g.id)})
		if state == GoroutineLive || state == GoroutineCut {
			page.Live++
		}
	}
	page.Goroutines = len(c.keys)
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
func (g *GoroutineGroup) add(st *stack, state GoroutineState, age, inCalls time.Duration) {
	g.Kept++
	switch state {
	case GoroutineLive, GoroutineCut:
		g.Live++
	case GoroutineEnded:
		g.Ended++
	default:
		g.Idle++
	}
	g.Calls = add(g.Calls, st.life.calls)
	g.Age = max(g.Age, age)
	g.InCalls = time.Duration(sum(int64(g.InCalls), int64(inCalls)))
	g.IdleFor = time.Duration(sum(int64(g.IdleFor), int64(age-inCalls)))
}

// key is what the goroutine is sorted by.
func (q *GoroutineQuery) key(st *stack, state GoroutineState, age, inCalls int64) float64 {
	switch q.Sort {
	case ByState:
		return -float64(state)
	case ByAge:
		return float64(age)
	case ByInCalls:
		return float64(inCalls)
	case ByIdle:
		return float64(age - inCalls)
	case ByCalls:
		return float64(st.life.calls)
	}
	return 0
}

// key is what the group is sorted by.
func (g *GoroutineGroup) key(by GoroutineSort) float64 {
	switch by {
	case ByState:
		const growing = 1 << 32 // more than there are goroutines
		return float64(g.Live + growing*min(g.Growth, 1))
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

// goroutineInfo is all that is known of a goroutine.
func (s *Session) goroutineInfo(st *stack, now int64) GoroutineInfo {
	g, state := s.group(st), s.state(st)
	info := GoroutineInfo{
		Told: g.told, State: state, Group: g.id, Depth: len(st.frames),
		Calls: st.life.calls, Errors: uint64(st.life.errors), Panics: uint64(st.life.panics),
	}
	info.ID = st.g
	if o := s.goroutines.byID[st.g]; o != nil {
		info.GoroutineRow = s.goroutines.row(st.g, o)
	}
	if info.Entry == "" {
		info.Entry = g.entry
	}
	info.FirstCall = s.clock.wall(st.life.first)
	fn := st.life.outer
	if n := len(st.frames); n > 0 {
		fn, info.Call = st.frames[n-1].fn, st.frames[n-1].seq
	}
	info.Func = s.calls.funcs.symbols[fn].name
	age, inCalls := st.life.spent(st, state, now)
	info.Age, info.InCalls = time.Duration(age), time.Duration(inCalls)
	return info
}

// GoroutineInfo is what is known of goroutine g, and its open calls, the outermost first; ok is false when it made none,
// or so long ago that it was forgotten.
func (s *Session) GoroutineInfo(g uint64, now time.Time) (info GoroutineInfo, open []CallRow, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.calls.stacks.get(g)
	if st == nil {
		return GoroutineInfo{}, nil, false
	}
	info = s.goroutineInfo(st, s.goroutineTime(now))
	open = make([]CallRow, len(st.frames))
	for i := range open {
		open[i] = s.openCall(st, i, now)
	}
	return info, open, true
}

// openCall is the row of an open call, which may be so old that the log has dropped it.
func (s *Session) openCall(st *stack, depth int, now time.Time) CallRow {
	f := &st.frames[depth]
	if _, _, ok := s.calls.log.at(f.seq); ok {
		return s.callRow(f.seq, now)
	}
	sym := &s.calls.funcs.symbols[f.fn]
	return CallRow{
		Seq: f.seq, Start: s.clock.wall(f.start), G: st.g, Depth: depth,
		Func: sym.id, Name: sym.name, File: sym.file, Line: sym.line,
		Duration: time.Duration(since(f.start, s.clock.at(now))),
	}
}

// goroutineFilter decides which goroutines a text lets through.
type goroutineFilter struct {
	text      string // in lower case
	s         *Session
	buf       []byte
	creators  map[uint64]bool // by site
	functions map[uint32]bool
}

func (s *Session) goroutineFilter(text string) *goroutineFilter {
	return &goroutineFilter{text: strings.ToLower(text), s: s, creators: map[uint64]bool{}, functions: map[uint32]bool{}}
}

func (f *goroutineFilter) passes(st *stack) bool {
	if f.text == "" || strings.Contains(st.life.group.lower, f.text) {
		return true
	}
	if n := len(st.frames); n > 0 && f.in(st.frames[n-1].fn) {
		return true
	}
	f.buf = strconv.AppendUint(append(f.buf[:0], 'g'), st.g, 10)
	if bytes.Contains(f.buf, []byte(f.text)) {
		return true
	}
	o := f.s.goroutines.byID[st.g]
	return o != nil && (f.created(o.site) || f.contains(f.s.goroutines.span(o)))
}

// in says whether the function's name contains the text.
func (f *goroutineFilter) in(fn uint32) bool {
	found, known := f.functions[fn]
	if !known {
		found = strings.Contains(f.s.calls.funcs.symbols[fn].lower, f.text)
		f.functions[fn] = found
	}
	return found
}

// created says whether the creator's name contains the text.
func (f *goroutineFilter) created(id uint64) bool {
	found, known := f.creators[id]
	if !known {
		if site := f.s.goroutines.sites[id]; site != nil {
			found = f.contains(site.creator)
		}
		f.creators[id] = found
	}
	return found
}

func (f *goroutineFilter) contains(t protocol.Text) bool {
	return t != "" && strings.Contains(strings.ToLower(string(t)), f.text)
}
