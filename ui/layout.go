package ui

import "slices"

// slot is a place on the screen that a pane can take.
type slot int

// The slots in the order in which tab goes through them. The tab slot holds one of several panes.
const (
	slotSessions slot = iota
	slotHandshake
	slotTab
	slotPackets
	slotCount

	slotWelcome slot = -1 // the whole body while there is no session
	slotOpened  slot = -2 // the whole body while something is opened, such as a packet
)

// Below this the screen asks to be enlarged.
const minWidth, minHeight = 40, 10

// rect is a rectangle in cells.
type rect struct{ x, y, width, height int }

func (r rect) contains(x, y int) bool {
	return x >= r.x && x < r.x+r.width && y >= r.y && y < r.y+r.height
}

// grown is the rectangle with more cells on all sides.
func (r rect) grown(x, y int) rect { return rect{r.x - x, r.y - y, r.width + 2*x, r.height + 2*y} }

// section is a slot within a column: its title's line, and below it what the pane fills.
type section struct {
	slot  slot
	title rect // the border line that holds the title
	inner rect
}

// column is a box of one or more sections, with a dividing line between any two.
type column struct {
	rect
	sections []section
}

// layout says where everything is. Its rectangles fill the screen and don't overlap.
type layout struct {
	width, height  int
	tooSmall       bool
	header, footer rect
	columns        []column
}

// arrangement is what a layout depends on.
type arrangement struct {
	width, height int
	focus         slot
	zoomed        bool // the focused slot takes the whole body
	opened        bool // something takes the place of all panes
	empty         bool // no session yet
	sessions      int  // in the list
	wire          bool // the tab shows the packets: the log below it would say the same
	dragged       dividers
}

func (a arrangement) layout() layout {
	l := layout{width: a.width, height: a.height}
	if a.width < minWidth || a.height < minHeight {
		l.tooSmall = true
		return l
	}
	l.header = rect{0, 0, a.width, 1}
	l.footer = rect{0, a.height - 1, a.width, 1}
	body := rect{0, 1, a.width, a.height - 2}
	switch {
	case a.opened:
		l.columns = []column{stack(body, share{slot: slotOpened})}
	case a.empty:
		l.columns = []column{stack(body, share{slot: slotWelcome})}
	case a.zoomed:
		l.columns = []column{stack(body, share{slot: a.focus})}
	case a.width >= 72:
		l.columns = a.landscape(body)
	default:
		l.columns = []column{a.stack(body, portrait[:])}
	}
	return l
}

// share is a section's part of its column: a weight for the lines beyond the least, up to the most (0: no limit).
type share struct {
	slot               slot
	least, most, parts int
}

var (
	leftColumn  = [...]share{{slotSessions, 2, 0, 11}, {slotHandshake, 4, 0, 9}}
	rightColumn = [...]share{{slotTab, 4, 0, 15}, {slotPackets, 3, 16, 4}}
	portrait    = [...]share{{slotSessions, 2, 8, 3}, {slotHandshake, 2, 14, 3}, {slotTab, 4, 0, 8}, {slotPackets, 2, 10, 3}}
)

// fewestSessions is for how many sessions there is always room, so that the first ones move nothing.
const fewestSessions = 4

// landscape puts the sessions at the left of what they do.
func (a arrangement) landscape(body rect) []column {
	left, right := body, body
	left.width = a.dragged.leftWidth(a.width)
	right.x, right.width = left.width, body.width-left.width
	return []column{a.stack(left, leftColumn[:]), a.stack(right, rightColumn[:])}
}

// leftWidth is what a screen can spare for the left column: no more than it needs at 80 cells, where names of functions
// need all the others; then one cell of four, and beyond 120 one of eight.
func leftWidth(screen int) int {
	const least, most = 22, 56
	if screen < 120 {
		return max(least, least+(screen-84)/4)
	}
	return min(31+(screen-120)/8, most)
}

// roomFor gives the sessions no more lines than they fill, and drops the slots that a low screen has no lines for,
// never the focused one.
func (a arrangement) roomFor(shares []share) []share {
	kept := slices.Clone(shares)
	if a.wire && a.focus != slotPackets {
		kept = slices.DeleteFunc(kept, func(s share) bool { return s.slot == slotPackets })
	}
	lines, needed := a.height-2-1-len(kept), 0
	for _, s := range kept {
		needed += s.least
	}
	if most := max(a.sessions, fewestSessions) + 1; kept[0].slot == slotSessions && (kept[0].most == 0 || kept[0].most > most) {
		kept[0].most = most
	}
	for needed > lines && len(kept) > 1 {
		last := len(kept) - 1
		if kept[last].slot == a.focus {
			last--
		}
		lines, needed = lines+1, needed-kept[last].least
		kept = slices.Delete(kept, last, last+1)
	}
	return kept
}

// stack divides a box among those sections that it has room for, as the user has dragged the lines between them.
func (a arrangement) stack(box rect, shares []share) column {
	kept := a.roomFor(shares)
	lines := divide(box.height-1-len(kept), kept)
	a.dragged.divide(lines, kept)
	return pile(box, kept, lines)
}

// stack divides a box among its sections.
func stack(box rect, shares ...share) column {
	return pile(box, shares, divide(box.height-1-len(shares), shares))
}

// pile lays sections of so many lines on top of each other.
func pile(box rect, shares []share, lines []int) column {
	c := column{rect: box}
	y := box.y
	for i, s := range shares {
		c.sections = append(c.sections, section{
			slot:  s.slot,
			title: rect{box.x, y, box.width, 1},
			inner: rect{box.x + 1, y + 1, box.width - 2, lines[i]},
		})
		y += 1 + lines[i]
	}
	return c
}

// divide gives each share its least number of lines and the rest by weight; what goes beyond a share's most, or is left
// by rounding, goes to the share without limit.
func divide(lines int, shares []share) []int {
	given := make([]int, len(shares))
	parts, rest, open := 0, lines, 0
	for i, s := range shares {
		parts += s.parts
		rest -= s.least
		if s.most == 0 {
			open = i
		}
	}
	left := lines
	for i, s := range shares {
		given[i] = s.least
		if parts > 0 && rest > 0 {
			given[i] += rest * s.parts / parts
		}
		if s.most > 0 {
			given[i] = min(given[i], s.most)
		}
		left -= given[i]
	}
	given[open] += left
	return given
}

// at is the section under a point, if any; a section's title line belongs to it.
func (l layout) at(x, y int) (section, bool) {
	for _, c := range l.columns {
		for _, s := range c.sections {
			if s.inner.contains(x, y) || s.title.contains(x, y) {
				return s, true
			}
		}
	}
	return section{}, false
}

// find is the section of a slot, if it is on the screen.
func (l layout) find(want slot) (section, bool) {
	for _, c := range l.columns {
		for _, s := range c.sections {
			if s.slot == want {
				return s, true
			}
		}
	}
	return section{}, false
}
