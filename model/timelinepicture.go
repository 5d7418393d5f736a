package model

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sort"
	"time"

	"goapptrace/protocol"
)

// Picture is what has been laid out so far, open calls up to now.
func (t *Timeline) Picture() *TimelinePicture {
	p := &TimelinePicture{Window: t.window}
	rows := t.present()
	asOf := t.asOf()
	names := namer{index: map[uint32]uint32{}}
	p.Rows = make([]TimelineRow, 0, len(rows))
	for _, r := range rows {
		row := TimelineRow{G: r.g, Depth: r.lineCount(t.walk.from)}
		if r.loaded {
			row.Lines = make([][]TimelineCell, row.Depth)
			for depth := range row.Lines {
				row.Lines[depth] = make([]TimelineCell, t.window.Columns)
				if depth < len(r.lines) {
					copy(row.Lines[depth], r.lines[depth])
				}
			}
		}
		p.Rows = append(p.Rows, row)
	}
	runtime.Gosched() // here as below: frames that wait for a processor come first
	t.layOpen(p, rows, asOf)
	runtime.Gosched()
	for i := range p.Rows {
		names.name(p.Rows[i].Lines)
	}
	t.label(p, rows, &names)
	p.order()
	runtime.Gosched()
	t.annotate(p)
	p.Now = time.Unix(0, asOf+t.offset)
	return p
}

// asOf is up to when open calls are drawn.
func (t *Timeline) asOf() int64 {
	if t.limit.IsZero() {
		return t.walk.asOf
	}
	return min(t.walk.asOf, t.limit.UnixNano()-t.offset)
}

// present are the goroutines with calls in the window.
func (t *Timeline) present() []*timelineRow {
	asOf := t.asOf()
	open := map[*timelineRow]bool{}
	for c := range t.walk.shown {
		if t.shows(c, asOf) {
			r := t.row(c.g)
			r.see(c)
			open[r] = true
		}
	}
	rows := make([]*timelineRow, 0, len(t.rows))
	for _, r := range t.rows {
		if open[r] || r.during(t.walk.from) {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b *timelineRow) int { return cmp.Compare(a.g, b.g) })
	return rows
}

// shows says whether an open call is in the window by now.
func (t *Timeline) shows(c *spanCall, asOf int64) bool {
	return c.start < t.walk.to && max(asOf, after(c.start, 1)) > t.walk.from
}

// lineCount is how many lines the calls that are over take, those that ended before a time left out.
func (r *timelineRow) lineCount(from int64) int {
	n := len(r.ends)
	for n > 0 && r.ends[n-1] <= from {
		n--
	}
	return n
}

// layOpen enters the calls that are not over. The rows are those of the picture, by goroutine.
func (t *Timeline) layOpen(p *TimelinePicture, rows []*timelineRow, asOf int64) {
	index := make(map[uint64]int, len(rows))
	for i, r := range rows {
		index[r.g] = i
	}
	for open := range t.walk.shown {
		c := *open
		depth := int(c.depth)
		if !t.shows(&c, asOf) || depth >= maxTimelineDepth {
			continue
		}
		row := &p.Rows[index[c.g]]
		row.Depth = max(row.Depth, depth+1)
		if !rows[index[c.g]].loaded {
			continue
		}
		for len(row.Lines) < row.Depth {
			row.Lines = append(row.Lines, make([]TimelineCell, t.window.Columns))
		}
		c.lasted = since(c.start, asOf)
		t.mark(row.Lines[depth], &c)
	}
}

// namer numbers the functions that occur in a picture.
type namer struct {
	index map[uint32]uint32
	funcs []uint32
}

func (n *namer) of(fn uint32) uint32 {
	i, ok := n.index[fn]
	if !ok {
		i = uint32(len(n.funcs))
		n.index[fn] = i
		n.funcs = append(n.funcs, fn)
	}
	return i
}

// name replaces the table's indexes by the picture's.
func (n *namer) name(lines [][]TimelineCell) {
	var was, is uint32 = math.MaxUint32, 0
	of := func(fn uint32) uint32 {
		if fn != was {
			was, is = fn, n.of(fn)
		}
		return is
	}
	for _, line := range lines {
		for i := range line {
			if c := &line[i]; c.Calls > 0 {
				c.Longest.Func, c.Last.Func = of(c.Longest.Func), of(c.Last.Func)
			}
		}
	}
}

// label gives rows and functions their names.
func (t *Timeline) label(p *TimelinePicture, rows []*timelineRow, names *namer) {
	s := t.walk.session
	s.mu.Lock()
	defer s.mu.Unlock()
	p.Funcs = make([]protocol.Text, len(names.funcs))
	for i, fn := range names.funcs {
		if i%littleWork == littleWork-1 {
			s.mu.giveWay()
		}
		p.Funcs[i] = s.calls.funcs.symbols[fn].name
	}
	for i, r := range rows {
		if i%littleWork == littleWork-1 {
			s.mu.giveWay()
		}
		row := &p.Rows[i]
		if st := s.calls.stacks.get(r.g); st != nil {
			g := s.group(st)
			row.Entry, row.Told = g.entry, g.told
		} else if entry := s.goroutines.entry(r.g); entry != "" && !runners[entry] {
			row.Entry, row.Told = entry, true
		} else {
			row.Entry = s.calls.funcs.symbols[r.outer].name
		}
	}
	l := &s.calls.log
	p.Older = l.first() - 1
	p.Left = l.total + 1 - min(max(t.walk.next, l.first()), l.total+1)
	p.Calls = l.total - p.Older - p.Left
}

// order puts goroutines side by side that began with the same function, and the first goroutine's on top.
func (p *TimelinePicture) order() {
	first := protocol.Text("")
	if len(p.Rows) > 0 && p.Rows[0].G == 1 {
		first = p.Rows[0].Entry
	}
	slices.SortStableFunc(p.Rows, func(a, b TimelineRow) int {
		switch {
		case a.Entry == b.Entry:
			return cmp.Compare(a.G, b.G)
		case first != "" && a.Entry == first:
			return -1
		case first != "" && b.Entry == first:
			return 1
		}
		return cmp.Compare(a.Entry, b.Entry)
	})
}

// annotate marks losses, and what was printed and logged.
func (t *Timeline) annotate(p *TimelinePicture) {
	p.Marks = make([]TimelineMark, t.window.Columns)
	loaded := map[uint64]*TimelineRow{}
	for i := range p.Rows {
		if p.Rows[i].Lines != nil {
			loaded[p.Rows[i].G] = &p.Rows[i]
		}
	}
	s := t.walk.session
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.gaps.list {
		g := &s.gaps.list[i]
		first, last, ok := t.columns(g.from, g.to)
		for ; ok && first <= last; first++ {
			m := &p.Marks[first]
			m.Lost, m.Batches = add(m.Lost, g.lost), add(m.Batches, g.batches)
		}
	}
	t.annotateLogs(p, &s.output.ring, loaded)
}

// columns are those of the window that lie between two times, both included.
func (t *Timeline) columns(from, to int64) (first, last int64, ok bool) {
	from, to = max(from, t.walk.from), min(to, t.walk.to-1)
	return (from - t.walk.from) / t.window.Width, (to - t.walk.from) / t.window.Width, from <= to
}

// annotateLogs marks the lines of output, which are about in order.
func (t *Timeline) annotateLogs(p *TimelinePicture, lines *ring[line], loaded map[uint64]*TimelineRow) {
	span := t.window.Span()
	first := lines.first()
	from := sort.Search(lines.n, func(i int) bool { return !lines.at(first + uint64(i)).at.Before(span.From) })
	for seq := first + uint64(max(from-lately, 0)); seq <= lines.last; seq++ {
		ln := lines.at(seq)
		if !ln.at.Before(span.To) && seq > first+uint64(from)+lately {
			break
		}
		if !span.Holds(ln.at) {
			continue
		}
		i := t.window.Column(ln.at) - t.window.First
		p.Marks[i].Logs++
		if row := loaded[ln.g]; row != nil && ln.g != 0 {
			if row.Logs == nil {
				row.Logs = make([]uint32, t.window.Columns)
			}
			row.Logs[i]++
		}
	}
}

// Extent is when the oldest retained call began and up to when the session's time has come; ok is false when no call is
// retained.
func (s *Session) Extent(now time.Time) (first, last time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.calls.log
	if l.total == 0 {
		return time.Time{}, time.Time{}, false
	}
	first = s.clock.wall(l.start(l.first()))
	return first, s.clock.wall(max(s.goroutineTime(now), s.calls.last)), true
}
