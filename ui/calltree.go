package ui

import (
	"strconv"
	"strings"
	"time"

	"goapptrace/model"
)

// margin is the depth that the tree of calls begins with at the left: that of the shallowest call in view, so that a log
// of deep calls doesn't stand behind a wide empty column. It is slow to grow, so that the tree stays calm in a log that
// goes on.
type margin struct {
	depth  int
	needed time.Time // when a call of that depth was last in view, zero when none has been
}

// marginPatience is how long all calls in view must have been deeper before the margin grows.
const marginPatience = 3 * time.Second

// see adapts the margin to the rows in view. A log that someone moves through is lively: there the margin only shrinks.
// One that has ended is not, and needs no patience.
func (m *margin) see(rows []model.CallRow, now time.Time, lively, ended bool) {
	if len(rows) == 0 {
		return
	}
	shallowest := rows[0].Depth
	for _, row := range rows {
		shallowest = min(shallowest, row.Depth)
	}
	grows := m.needed.IsZero() || !lively && (ended || now.Sub(m.needed) >= marginPatience)
	if shallowest <= m.depth || grows {
		m.depth, m.needed = shallowest, now
	}
}

// indent draws a depth in a column of width cells, of which the name needs most. From a level on a number takes over.
func (e *env) indent(depth, margin, width int) string {
	const (
		forName = 20
		roomy   = 36
	)
	step := 1
	if width >= roomy {
		step = 2
	}
	most := min(max((width-forName)/step, 3), 24)
	if levels := depth - margin; levels <= most {
		return strings.Repeat(" ", step*max(0, levels))
	}
	return e.fit(e.glyphs.Deep+strconv.Itoa(depth)+" ", max(step*most, 4), true)
}
