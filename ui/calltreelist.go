package ui

import (
	"math"
	"slices"

	"goapptrace/model"
)

// treeList is the window of the tree of calls on its rows, of which it knows no more than those on the screen.
type treeList struct {
	// fetch returns the before rows ahead of a place, and after rows from it on. A place that is folded away stands for
	// what it is folded into.
	fetch func(at model.TreePlace, before, after int) []model.TreeRow

	height int
	rows   []model.TreeRow // on the screen
	cursor model.TreePlace
	scroll int // rows that the wheel turned since the last load
}

// load gets the rows anew.
func (l *treeList) load() {
	if l.fetch == nil || l.height <= 0 {
		l.rows = nil
		return
	}
	if n := l.scroll; n != 0 {
		l.scroll = 0
		l.scrollBy(n)
		return
	}
	if len(l.rows) > 0 {
		l.show(l.rows[0].TreePlace)
	}
	if l.index() < 0 {
		l.goTo(l.cursor)
	}
}

// show takes the window to a place, or as far as there are rows.
func (l *treeList) show(top model.TreePlace) {
	l.rows = l.fetch(top, 0, l.height)
	if missing := l.height - len(l.rows); missing > 0 && len(l.rows) > 0 {
		l.rows = l.fetch(l.rows[0].TreePlace, missing, len(l.rows))
	}
}

// goTo puts the cursor on the row that a place stands for, in the middle of the screen when it wasn't on it.
func (l *treeList) goTo(at model.TreePlace) {
	l.cursor = at
	if l.fetch == nil || l.height <= 0 {
		return
	}
	found := l.fetch(at, 0, 1)
	if len(found) == 0 {
		l.rows = nil
		return
	}
	l.cursor = found[0].TreePlace
	if l.index() >= 0 {
		return
	}
	rows := l.fetch(l.cursor, l.height/2, l.height)
	l.show(rows[0].TreePlace)
}

func (l *treeList) index() int {
	return slices.IndexFunc(l.rows, func(row model.TreeRow) bool { return row.TreePlace == l.cursor })
}

// selected is the chosen row.
func (l *treeList) selected() (row model.TreeRow, ok bool) {
	if i := l.index(); i >= 0 {
		return l.rows[i], true
	}
	return row, false
}

// choose puts the cursor on the row at index i, or on the nearest one.
func (l *treeList) choose(i int) {
	if len(l.rows) > 0 {
		l.cursor = l.rows[min(max(i, 0), len(l.rows)-1)].TreePlace
	}
}

// move takes the cursor n rows down, or up when n is negative, and the window along.
func (l *treeList) move(n int) {
	if len(l.rows) == 0 || l.fetch == nil {
		return
	}
	i := max(0, l.index()) + n
	switch last := len(l.rows) - 1; {
	case i < 0:
		l.slide(i)
		i = 0
	case i > last:
		l.slide(i - last)
		i = len(l.rows) - 1
	}
	l.choose(i)
}

// slide takes the window n rows down, or up when n is negative, as far as there are rows.
func (l *treeList) slide(n int) {
	if n < 0 {
		if rows := l.fetch(l.rows[0].TreePlace, -n, 1); len(rows) > 0 {
			l.show(rows[0].TreePlace)
		}
		return
	}
	more := l.fetch(l.rows[len(l.rows)-1].TreePlace, 0, n+1)
	rows := append(l.rows, more[min(1, len(more)):]...)
	l.rows = rows[max(0, len(rows)-l.height):]
}

// scrollBy takes the window n rows down, or up when n is negative, and the cursor only as far as it must.
func (l *treeList) scrollBy(n int) {
	if len(l.rows) == 0 {
		return
	}
	l.slide(n)
	if l.index() >= 0 {
		return
	}
	if n < 0 {
		l.choose(len(l.rows) - 1)
	} else {
		l.choose(0)
	}
}

// home chooses the first row, end the last one below the goroutine g, which is the last one.
func (l *treeList) home(g uint64) { l.goTo(model.TreePlace{G: g}) }

func (l *treeList) end(g uint64) {
	l.goTo(model.TreePlace{G: g})
	l.goTo(model.TreePlace{G: l.cursor.G, Seq: math.MaxUint64})
}

// click chooses the row on line y and says whether it was chosen before.
func (l *treeList) click(y int) (again bool) {
	if y < 0 || y >= len(l.rows) {
		return false
	}
	before := l.cursor
	l.choose(y)
	return l.cursor == before
}
