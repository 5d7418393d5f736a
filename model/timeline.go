package model

import (
	"math"
	"time"

	"goapptrace/query"
)

// maxTimelineDepth is how many lines a goroutine may take. Deeper calls are left out.
const maxTimelineDepth = 64

// Timeline lays the retained calls that meet a [TimelineWindow] out in cells by goroutine, depth and column. It does that
// in slices and goes on where it was when calls have arrived; with [Timeline.Follow] the window moves along with the
// newest. Nothing of it is kept up to date while nobody asks. One goroutine at a time may use it.
//
// It finds out about all goroutines that had calls in the window, and keeps the cells of some: of those in view.
type Timeline struct {
	walk    spanWalk
	window  TimelineWindow
	offset  int64           // of the tracee's clock, when the window was translated to it
	view    map[uint64]bool // whose cells are kept; nil for the first ones that are seen
	most    int             // goroutines whose cells are kept
	loaded  int             // of the rows, those with cells
	rows    map[uint64]*timelineRow
	lately  [256]*timelineRow // by the low bits of g
	limit   time.Time         // what comes later isn't shown, nor how open calls go on; zero for none
	started bool              // something was looked at
}

// timelineRow is what is known of a goroutine in the window.
type timelineRow struct {
	g      uint64
	ends   []int64 // by depth: when the last call that is over ended, or just after its start if it took no time
	outer  uint32  // function of the outermost call that was seen
	depth  uint16  // of that call
	loaded bool
	lines  [][]TimelineCell // by depth, as far as there were calls; functions by their index in the table
}

// NewTimeline begins to lay out the calls of a session. Of the goroutines in view, most at most, it keeps the cells; of
// the first ones that it sees if view is nil.
func NewTimeline(s *Session, w TimelineWindow, view []uint64, most int) *Timeline {
	t := &Timeline{window: w.sane(), most: most, rows: map[uint64]*timelineRow{}}
	if view != nil {
		t.view = make(map[uint64]bool, len(view))
		for _, g := range view {
			t.view[g] = true
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t.offset = s.clock.offset
	t.walk = spanWalk{session: s, next: 1, add: t.add}
	t.walk.from, t.walk.to = t.bounds()
	return t
}

// bounds are the window in the tracee's time, empty for clocks that make no sense.
func (t *Timeline) bounds() (from, to int64) {
	from = t.window.First*t.window.Width - t.offset
	return from, max(from, from+int64(t.window.Columns)*t.window.Width)
}

// Window is the time that is laid out.
func (t *Timeline) Window() TimelineWindow { return t.window }

// Only leaves out calls that don't pass a filter (of [query.Calls], nil for none). It is to be called first.
func (t *Timeline) Only(filter *query.Filter) { t.walk.filter = filter }

// Limit has calls that are open at a moment last no longer: for a view that is paused.
func (t *Timeline) Limit(at time.Time) { t.limit = at }

// Advance looks at calls up to the one numbered until (0 for all there are), a chunk at a time, while more says so; at one
// chunk in any case. It says whether calls are left. The session is locked for a fraction of a millisecond at a time.
func (t *Timeline) Advance(now time.Time, until uint64, more func() bool) (left bool) {
	t.started = true
	return t.walk.advance(now, until, more)
}

// Follow moves the window on by whole columns, if that can be done without looking at all calls anew: as long as what
// has been looked at ended within the window.
func (t *Timeline) Follow(first int64) bool {
	by := first - t.window.First
	if by < 0 || t.started && t.walk.asOf >= t.walk.to {
		return false
	}
	t.window.First = first
	t.window = t.window.sane()
	t.walk.from, t.walk.to = t.bounds()
	for g, row := range t.rows {
		if !row.during(t.walk.from) {
			t.drop(g, row)
			continue
		}
		for _, line := range row.lines {
			shift(line, by)
		}
	}
	return true
}

// shift moves cells to the left.
func shift(cells []TimelineCell, by int64) {
	n := copy(cells, cells[min(by, int64(len(cells))):])
	clear(cells[n:])
}

// during says whether a call that is over ended after a time.
func (r *timelineRow) during(from int64) bool {
	for _, end := range r.ends {
		if end > from {
			return true
		}
	}
	return false
}

func (t *Timeline) drop(g uint64, row *timelineRow) {
	delete(t.rows, g)
	t.lately[g&255] = nil
	if row.loaded {
		t.loaded--
	}
}

// row is that of goroutine g, made when there is none.
func (t *Timeline) row(g uint64) *timelineRow {
	if r := t.lately[g&255]; r != nil && r.g == g {
		return r
	}
	r := t.rows[g]
	if r == nil {
		r = &timelineRow{g: g, depth: math.MaxUint16}
		if r.loaded = t.loaded < t.most && (t.view == nil || t.view[g]); r.loaded {
			t.loaded++
		}
		t.rows[g] = r
	}
	t.lately[g&255] = r
	return r
}

// add takes in a call that is over.
func (t *Timeline) add(c *spanCall) {
	r := t.row(c.g)
	r.see(c)
	depth := int(c.depth)
	if depth >= maxTimelineDepth {
		return
	}
	for len(r.ends) <= depth {
		r.ends = append(r.ends, math.MinInt64)
	}
	r.ends[depth] = max(r.ends[depth], after(c.start, c.lasted), after(c.start, 1))
	if r.loaded {
		r.lines = lineUp(r.lines, depth, t.window.Columns)
		t.mark(r.lines[depth], c)
	}
}

// see remembers the outermost call.
func (r *timelineRow) see(c *spanCall) {
	if c.depth < r.depth {
		r.depth, r.outer = c.depth, c.fn
	}
}

// lineUp makes sure that there is a line for calls so deep.
func lineUp(lines [][]TimelineCell, depth, columns int) [][]TimelineCell {
	for len(lines) <= depth {
		lines = append(lines, nil)
	}
	if lines[depth] == nil {
		lines[depth] = make([]TimelineCell, columns)
	}
	return lines
}

// mark enters a call into the cells that it touches.
func (t *Timeline) mark(line []TimelineCell, c *spanCall) {
	end := after(c.start, c.lasted)
	from, to := max(c.start, t.walk.from), min(end, t.walk.to)
	if from >= t.walk.to || to < from {
		return
	}
	width := t.window.Width
	first := (from - t.walk.from) / width
	last := (max(to-1, from) - t.walk.from) / width
	is := TimelineCall{c.seq, c.fn, time.Duration(c.lasted)}
	for i := first; i <= last; i++ {
		left := t.walk.from + i*width
		line[i].enter(is, max(min(to, left+width)-max(from, left), 0), c.end == EndOpen)
	}
	cell := &line[last]
	switch {
	case end > t.walk.to:
		return // ends elsewhere
	case c.end == EndError:
		cell.Errors++
	case c.end == EndPanic:
		cell.Panics++
	}
	if first == last && c.start >= t.walk.from && c.end != EndOpen {
		cell.Within++
	}
}

// enter counts a call in that was there for so long.
func (cell *TimelineCell) enter(c TimelineCall, busy int64, open bool) {
	cell.Calls++
	cell.Busy += time.Duration(busy)
	cell.Open = cell.Open || open
	if c.Lasted > cell.Longest.Lasted || cell.Longest.Seq == 0 {
		cell.Longest = c
	}
	if c.Seq > cell.Last.Seq {
		cell.Last = c
	}
}
