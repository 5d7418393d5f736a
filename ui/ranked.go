package ui

import "slices"

// ranked is the window of a pane on rows whose order changes all the time. The cursor stays on a row, wherever the
// order takes it; until it is moved it stays on the first place, whoever is there.
type ranked[R any] struct {
	// id tells rows apart.
	id func(R) uint64
	// fetch returns at most limit rows from a place in the order on, and how many rows there are in all.
	fetch func(offset, limit int) (rows []R, all int)

	height int
	rows   []R // on the screen
	offset int // place of the first of them
	all    int
	cursor uint64 // id of the chosen row
	held   bool   // the cursor was moved
	scroll int    // rows that the wheel turned since the last load
	loads  int
	busy   bool // a command loads rows, see [ranked.aside]
}

// load gets the rows anew.
func (l *ranked[R]) load() {
	l.loads++
	if l.fetch == nil || l.height <= 0 {
		l.rows, l.all = nil, 0
		return
	}
	if n := l.scroll; n != 0 {
		l.scroll = 0
		l.show(l.offset + n)
		l.choose(l.index())
		return
	}
	if !l.held {
		l.show(0)
		l.choose(0)
		return
	}
	l.show(l.offset)
	if !l.has(l.cursor) {
		l.find()
	}
}

// show takes the window to a place, or as far as there are rows.
func (l *ranked[R]) show(offset int) {
	l.offset = max(0, offset)
	l.rows, l.all = l.fetch(l.offset, l.height)
	if last := max(0, l.all-l.height); l.offset > last {
		l.offset = last
		l.rows, l.all = l.fetch(l.offset, l.height)
	}
}

// find takes the window to the chosen row, first looking nearby. A row that is gone leaves its place to another.
func (l *ranked[R]) find() {
	place := l.offset
	for _, reach := range []int{4 * l.height, l.all} {
		from := max(0, place-reach)
		rows, _ := l.fetch(from, 2*reach+l.height)
		if i := slices.IndexFunc(rows, func(row R) bool { return l.id(row) == l.cursor }); i >= 0 {
			l.show(from + i - l.height/2)
			return
		}
	}
	l.choose(0)
}

func (l *ranked[R]) has(id uint64) bool {
	return slices.ContainsFunc(l.rows, func(row R) bool { return l.id(row) == id })
}

// index is the index of the chosen row or, when it isn't on the screen, of the nearest one to where it was: an end.
func (l *ranked[R]) index() int {
	return max(0, slices.IndexFunc(l.rows, func(row R) bool { return l.id(row) == l.cursor }))
}

// choose puts the cursor on the row at index i, or on the nearest one.
func (l *ranked[R]) choose(i int) {
	if len(l.rows) > 0 {
		l.cursor = l.id(l.rows[min(max(i, 0), len(l.rows)-1)])
	}
}

// selected is the chosen row.
func (l *ranked[R]) selected() (row R, ok bool) {
	if !l.has(l.cursor) {
		return row, false
	}
	return l.rows[l.index()], true
}

// move takes the cursor n rows down, or up when n is negative, and the window along.
func (l *ranked[R]) move(n int) {
	if len(l.rows) == 0 || l.fetch == nil {
		return
	}
	l.held = true
	place := min(max(l.offset+l.index()+n, 0), l.all-1)
	if place < l.offset {
		l.show(place)
	} else if place >= l.offset+len(l.rows) {
		l.show(place - l.height + 1)
	}
	l.choose(place - l.offset)
}

// home chooses the first row, whichever it is from now on.
func (l *ranked[R]) home() {
	l.held, l.offset = false, 0
	l.load()
}

// click chooses the row on line y and says whether it was chosen before.
func (l *ranked[R]) click(y int) (again bool) {
	if y < 0 || y >= len(l.rows) {
		return false
	}
	before := l.cursor
	l.held = true
	l.choose(y)
	return l.cursor == before
}
