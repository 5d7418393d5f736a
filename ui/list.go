package ui

import "sort"

// list is the window of a pane on a log that grows at its end: which rows are on the screen, and which of them is
// chosen. It knows rows by their numbers, which grow and never change, and not by their places, which do whenever
// rows come, go or stop passing the filter.
type list[R any] struct {
	// number is the number of a row.
	number func(R) uint64
	// fetch returns rows around the one numbered anchor, the oldest first: the before newest ones that come before it,
	// and the after oldest ones from it on. An anchor of zero stands for the end.
	fetch func(anchor uint64, before, after int) []R

	height    int
	rows      []R    // on the screen
	cursor    uint64 // number of the chosen row, 0 when there is none
	top       uint64 // number of the first row, unless following
	following bool
	scroll    int    // rows that the wheel turned since the last load
	goal      uint64 // number of the row to go to as soon as there is room
}

func newList[R any](number func(R) uint64) list[R] {
	return list[R]{number: number, following: true}
}

// load gets the rows anew.
func (l *list[R]) load() {
	if n := l.scroll; n != 0 {
		l.scroll = 0
		l.scrollBy(n)
	}
	if l.fetch == nil || l.height <= 0 {
		l.rows = nil
		return
	}
	if n := l.goal; n != 0 {
		l.goal = 0
		l.goTo(n)
		return
	}
	if l.following {
		l.show(l.fetch(0, l.height, 0))
		l.choose(len(l.rows) - 1)
		return
	}
	rows := l.window(l.top)
	if n := len(rows); n > 0 && l.number(rows[n-1]) < l.cursor { // with less room than before, the cursor must not fall off
		rows = l.fetch(l.cursor+1, l.height, 0)
	}
	l.show(rows)
	l.choose(l.nearest(l.cursor))
}

// window returns a screenful that begins with the row numbered top, or as late as the log allows.
func (l *list[R]) window(top uint64) []R {
	rows := l.fetch(top, 0, l.height)
	if missing := l.height - len(rows); missing > 0 {
		rows = append(l.fetch(top, missing, 0), rows...)
	}
	return rows
}

func (l *list[R]) show(rows []R) {
	l.rows = rows
	if len(rows) > 0 {
		l.top = l.number(rows[0])
	}
}

// choose puts the cursor on the row at index i, or on the nearest one.
func (l *list[R]) choose(i int) {
	if len(l.rows) > 0 {
		l.cursor = l.number(l.rows[min(max(i, 0), len(l.rows)-1)])
	}
}

// nearest is the index of the row numbered n or, when it isn't on the screen, of the one that follows it.
func (l *list[R]) nearest(n uint64) int {
	return sort.Search(len(l.rows), func(i int) bool { return l.number(l.rows[i]) >= n })
}

// index is the index of the chosen row, -1 when it isn't on the screen.
func (l *list[R]) index() int {
	if i := l.nearest(l.cursor); i < len(l.rows) && l.number(l.rows[i]) == l.cursor {
		return i
	}
	return -1
}

// selected is the chosen row.
func (l *list[R]) selected() (row R, ok bool) {
	if i := l.index(); i >= 0 {
		return l.rows[i], true
	}
	return row, false
}

// move takes the cursor n rows down, or up when n is negative, and the window along. Going down past the newest row
// follows it from then on.
func (l *list[R]) move(n int) {
	if len(l.rows) == 0 || n == 0 {
		return
	}
	if n < 0 {
		l.following = false
	}
	switch i := l.nearest(l.cursor) + n; {
	case i < 0:
		l.rows = l.join(l.fetch(l.top, -i, 0), l.rows)
		l.choose(0)
	case i >= len(l.rows):
		l.moveBelow(i - len(l.rows) + 1)
	default:
		l.choose(i)
	}
}

func (l *list[R]) moveBelow(n int) {
	last := l.number(l.rows[len(l.rows)-1])
	newer := l.fetch(last+1, 0, n)
	if len(newer) < n {
		l.follow()
		return
	}
	rows := append(l.rows, newer...)
	l.show(rows[max(0, len(rows)-l.height):])
	l.choose(len(l.rows) - 1)
}

// join returns a screenful of a and b that begins as early as it can.
func (l *list[R]) join(a, b []R) []R {
	rows := append(a, b...)
	rows = rows[:min(len(rows), l.height)]
	l.show(rows)
	return rows
}

// scrollBy takes the window n rows down, or up when n is negative, and the cursor only as far as it must.
func (l *list[R]) scrollBy(n int) {
	if len(l.rows) == 0 {
		return
	}
	cursor := l.cursor
	if n < 0 {
		l.following = false
		l.join(l.fetch(l.top, -n, 0), l.rows)
	} else {
		last := l.number(l.rows[len(l.rows)-1])
		newer := l.fetch(last+1, 0, n)
		if len(newer) < n {
			l.follow()
			return
		}
		l.show(append(l.rows, newer...)[len(newer):])
	}
	l.choose(l.nearest(cursor))
}

// home chooses the oldest row.
func (l *list[R]) home() {
	l.following = false
	l.top = 1
	l.cursor = 1
	l.load()
}

// follow chooses the newest row, and each newer one when it comes.
func (l *list[R]) follow() {
	l.following = true
	l.load()
}

// goTo chooses the row numbered n, in the middle of the screen when it wasn't on it.
func (l *list[R]) goTo(n uint64) {
	l.following = false
	l.cursor = n
	if l.height <= 0 {
		l.goal = n
	}
	if l.index() >= 0 || l.fetch == nil || l.height <= 0 {
		return
	}
	rows := l.fetch(n, l.height/2, l.height)
	l.show(rows)
	l.load()
}

// refilter keeps the place in the log when other rows than before pass the filter.
func (l *list[R]) refilter() {
	if l.following {
		l.load()
		return
	}
	l.rows = nil
	l.goTo(l.cursor)
}

// click chooses the row on line y and says whether it was chosen before.
func (l *list[R]) click(y int) (again bool) {
	if y < 0 || y >= len(l.rows) {
		return false
	}
	before := l.cursor
	l.choose(y)
	l.following = l.following && y == len(l.rows)-1
	return l.cursor == before
}
