package ui

import (
	"maps"
	"strings"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/ui/safe"
)

// dividers are the lines between panes that the user has dragged, for as long as the program runs, and the one that is
// being dragged.
type dividers struct {
	left  int          // width of the left column, 0 for our own
	lines map[slot]int // of slots below a divider; our own where there are none

	held    bool
	column  bool // it is the one between the columns
	section slot // otherwise the one above this
	bottom  int  // where the section ends
}

const leastColumn = 16

// leftWidth is the width of the left column on a screen.
func (d *dividers) leftWidth(screen int) int {
	if d.left == 0 {
		return leftWidth(screen)
	}
	return max(leastColumn, min(d.left, screen-2*leastColumn))
}

// divide gives sections the lines that they were dragged to, and those above them the rest, as far as each has its least.
func (d *dividers) divide(lines []int, shares []share) {
	for i := len(shares) - 1; i > 0; i-- {
		want, ok := d.lines[shares[i].slot]
		if !ok {
			continue
		}
		more := max(shares[i].least, want) - lines[i]
		more = min(more, lines[i-1]-shares[i-1].least)
		lines[i] += more
		lines[i-1] -= more
	}
}

// drag takes part in what the mouse does when it has hold of a divider, or takes hold of one.
func (r *root) drag(msg tea.MouseMsg) bool {
	d, at := &r.dragged, msg.Mouse()
	switch msg.(type) {
	case tea.MouseClickMsg:
		return at.Button == tea.MouseLeft && r.grasp(at.X, at.Y)
	case tea.MouseReleaseMsg:
		held := d.held
		d.held = false
		return held
	case tea.MouseMotionMsg:
		switch {
		case !d.held:
			return false
		case d.column:
			d.left = max(leastColumn, at.X+1)
		default:
			d.lines = maps.Clone(d.lines) // layouts have the old one
			if d.lines == nil {
				d.lines = map[slot]int{}
			}
			d.lines[d.section] = max(0, d.bottom-at.Y-1)
		}
		return true
	}
	return false
}

// grasp takes hold of the divider at a point: of the sides where two columns meet, or of the line above a section that isn't the
// first, apart from its title.
func (r *root) grasp(x, y int) bool {
	d := &r.dragged
	for i, c := range r.layout.columns {
		if i > 0 && (x == c.x || x == c.x-1) && c.contains(c.x, y) {
			d.held, d.column = true, true
			return true
		}
		for k, s := range c.sections {
			if k > 0 && s.title.contains(x, y) {
				d.held, d.column, d.section, d.bottom = true, false, s.slot, s.inner.y+s.inner.height
				r.focus = s.slot
				return true
			}
		}
	}
	return false
}

// clickHeader goes to what tells more of the part of the header at x.
func (r *root) clickHeader(x int) {
	const gap = 2
	left := 1
	for _, it := range r.fittingItems() {
		width := safe.Width(it.text)
		if x >= left && x < left+width {
			r.tellMore(safe.Plain(it.text))
			return
		}
		left += width + gap
	}
}

// tellMore goes to the pane that a text of the header is about.
func (r *root) tellMore(text string) {
	has := func(word string) bool { return strings.Contains(text, word) }
	switch {
	case has("goapptrace") && (r.isPaused() || has("live")):
		r.togglePause()
	case has("range "):
		r.span = model.Span{}
	case has("watch"):
		r.openTab("Watch")
	case has("lost"), has("losing"), has("ledger"):
		r.focus = slotHandshake // it tells the causes, and what to do
	case has("session"):
		r.focus = slotSessions
	case has("/s"):
		r.openTab("Packets")
	}
}

// openTab opens the tab of that name.
func (r *root) openTab(title string) {
	for i, tab := range r.tabs {
		if tab.title() == title {
			r.opened = nil
			r.showTab(i)
		}
	}
}
