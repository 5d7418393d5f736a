package ui

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// fakeLog holds the numbers from first to last that are multiples of every.
type fakeLog struct{ first, last, every uint64 }

func (f *fakeLog) fetch(anchor uint64, before, after int) []uint64 {
	var all []uint64
	for n := f.first; n <= f.last; n++ {
		if n%f.every == 0 {
			all = append(all, n)
		}
	}
	at := len(all)
	if anchor > 0 {
		at, _ = slices.BinarySearch(all, anchor)
	}
	return slices.Clone(all[max(0, at-before):min(len(all), at+after)])
}

func newFakeList(height int, log *fakeLog) *list[uint64] {
	l := newList(func(n uint64) uint64 { return n })
	l.height, l.fetch = height, log.fetch
	l.load()
	return &l
}

func expectList(t *testing.T, l *list[uint64], cursor uint64, rows ...uint64) {
	t.Helper()
	if l.cursor != cursor || !slices.Equal(l.rows, rows) {
		t.Errorf("cursor on %d of %v, want on %d of %v", l.cursor, l.rows, cursor, rows)
	}
}

func TestListFollows(t *testing.T) {
	log := &fakeLog{1, 10, 1}
	l := newFakeList(3, log)
	expectList(t, l, 10, 8, 9, 10)
	log.last = 12
	l.load()
	expectList(t, l, 12, 10, 11, 12)

	l.move(-1)
	expectList(t, l, 11, 10, 11, 12)
	log.last = 20
	l.load()
	expectList(t, l, 11, 10, 11, 12)

	l.follow()
	expectList(t, l, 20, 18, 19, 20)
}

func TestListGoingPastTheEndFollows(t *testing.T) {
	log := &fakeLog{1, 10, 1}
	l := newFakeList(3, log)
	l.move(-1)
	l.move(1)
	if l.following {
		t.Error("follows before it went past the end")
	}
	l.move(1)
	if !l.following {
		t.Error("does not follow")
	}
}

func TestListMoves(t *testing.T) {
	l := newFakeList(3, &fakeLog{1, 10, 1})
	l.move(-4)
	expectList(t, l, 6, 6, 7, 8)
	l.move(3)
	expectList(t, l, 9, 7, 8, 9)
	l.home()
	expectList(t, l, 1, 1, 2, 3)
	l.move(-5)
	expectList(t, l, 1, 1, 2, 3)
	l.move(5)
	expectList(t, l, 6, 4, 5, 6)
	l.scroll = -2
	l.load()
	expectList(t, l, 4, 2, 3, 4)
	l.scroll = 3
	l.load()
	expectList(t, l, 5, 5, 6, 7)
}

func TestListOutlivesItsRows(t *testing.T) {
	log := &fakeLog{1, 10, 1}
	l := newFakeList(3, log)
	l.home()
	l.move(1)
	log.first, log.last = 5, 14
	l.load()
	expectList(t, l, 5, 5, 6, 7)
	log.first, log.last = 14, 14
	l.load()
	expectList(t, l, 14, 14)
	log.first = 15
	l.load()
	if _, ok := l.selected(); ok || len(l.rows) > 0 {
		t.Errorf("shows %v of nothing", l.rows)
	}
}

func TestListKeepsItsPlaceWhenTheFilterChanges(t *testing.T) {
	log := &fakeLog{1, 100, 1}
	l := newFakeList(4, log)
	l.goTo(50)
	expectList(t, l, 50, 48, 49, 50, 51)
	log.every = 10
	l.refilter()
	expectList(t, l, 50, 30, 40, 50, 60)
	log.every = 7
	l.refilter()
	expectList(t, l, 56, 42, 49, 56, 63)
}

func TestListClick(t *testing.T) {
	l := newFakeList(3, &fakeLog{1, 10, 1})
	if l.click(0) {
		t.Error("the first click counts as a second")
	}
	expectList(t, l, 8, 8, 9, 10)
	if l.following {
		t.Error("follows after a click above the newest row")
	}
	if !l.click(0) {
		t.Error("the second click does not count")
	}
	if l.click(3) || l.click(-1) {
		t.Error("clicks beside the rows count")
	}
}

// Whatever one does, the list shows a screenful in order, with the cursor on it.
func TestListStaysWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := &fakeLog{1, rapid.Uint64Range(0, 30).Draw(t, "last"), 1}
		height := rapid.IntRange(1, 8).Draw(t, "height")
		l := newFakeList(height, log)
		t.Repeat(map[string]func(*rapid.T){
			"move":   func(t *rapid.T) { l.move(rapid.IntRange(-12, 12).Draw(t, "lines")) },
			"wheel":  func(t *rapid.T) { l.scroll += rapid.IntRange(-5, 5).Draw(t, "lines"); l.load() },
			"home":   func(*rapid.T) { l.home() },
			"follow": func(*rapid.T) { l.follow() },
			"click":  func(t *rapid.T) { l.click(rapid.IntRange(-1, 9).Draw(t, "y")) },
			"grow":   func(t *rapid.T) { log.last += rapid.Uint64Range(0, 9).Draw(t, "by"); l.load() },
			"forget": func(t *rapid.T) {
				log.first = min(log.first+rapid.Uint64Range(0, 9).Draw(t, "by"), log.last+1)
				l.load()
			},
			"filter": func(t *rapid.T) { log.every = rapid.Uint64Range(1, 5).Draw(t, "every"); l.refilter() },
			"resize": func(t *rapid.T) { l.height = rapid.IntRange(1, 8).Draw(t, "height"); l.load() },
			"": func(t *rapid.T) {
				all := log.fetch(0, 1<<20, 0)
				if want := min(len(all), l.height); len(l.rows) != want {
					t.Fatalf("%v are %d rows of %d", l.rows, len(l.rows), want)
				}
				if !slices.IsSorted(l.rows) {
					t.Fatalf("%v are not in order", l.rows)
				}
				if _, ok := l.selected(); !ok && len(l.rows) > 0 {
					t.Fatalf("the cursor on %d is not on %v", l.cursor, l.rows)
				}
				if l.following && len(all) > 0 && l.cursor != all[len(all)-1] {
					t.Fatalf("the cursor on %d does not follow %d", l.cursor, all[len(all)-1])
				}
			},
		})
	})
}

// A line of status that comes takes the last row's place, not the cursor's.
func TestListKeepsTheCursorWhenItShrinks(t *testing.T) {
	l := newFakeList(4, &fakeLog{1, 10, 1})
	l.goTo(10)
	l.height = 3
	l.load()
	expectList(t, l, 10, 8, 9, 10)
	l.goTo(8)
	l.height = 2
	l.load()
	expectList(t, l, 8, 8, 9)
}
