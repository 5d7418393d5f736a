package ui

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// fakeRanking is an order of numbers.
type fakeRanking []uint64

func (f *fakeRanking) fetch(offset, limit int) ([]uint64, int) {
	all := *f
	from := min(offset, len(all))
	return slices.Clone(all[from:min(len(all), from+limit)]), len(all)
}

func newRanked(height int, order *fakeRanking) *ranked[uint64] {
	l := &ranked[uint64]{id: func(n uint64) uint64 { return n }, height: height, fetch: order.fetch}
	l.load()
	return l
}

func TestRankedStaysOnTop(t *testing.T) {
	order := fakeRanking{1, 2, 3, 4, 5}
	l := newRanked(3, &order)
	order = fakeRanking{5, 4, 3, 2, 1}
	l.load()
	if l.cursor != 5 || !slices.Equal(l.rows, []uint64{5, 4, 3}) {
		t.Errorf("cursor on %d of %v", l.cursor, l.rows)
	}
}

func TestRankedKeepsTheCursorOnItsRow(t *testing.T) {
	var order fakeRanking
	for i := range uint64(1000) {
		order = append(order, i+1)
	}
	l := newRanked(5, &order)
	l.move(2)
	if l.cursor != 3 {
		t.Fatalf("cursor on %d", l.cursor)
	}
	slices.Reverse(order)
	l.load()
	if l.cursor != 3 || !slices.Contains(l.rows, 3) {
		t.Errorf("cursor on %d of %v after the order changed", l.cursor, l.rows)
	}
	order = slices.DeleteFunc(order, func(n uint64) bool { return n == 3 })
	l.load()
	if _, ok := l.selected(); !ok {
		t.Errorf("cursor on %d of %v after its row has gone", l.cursor, l.rows)
	}
}

// Whatever one does, the table shows a screenful with the cursor on it, unless the wheel has taken it away.
func TestRankedStaysWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order := fakeRanking(rapid.SliceOfNDistinct(rapid.Uint64Range(1, 200), 0, 60, func(n uint64) uint64 { return n }).Draw(t, "order"))
		l := newRanked(rapid.IntRange(1, 8).Draw(t, "height"), &order)
		t.Repeat(map[string]func(*rapid.T){
			"move":    func(t *rapid.T) { l.move(rapid.IntRange(-70, 70).Draw(t, "lines")) },
			"wheel":   func(t *rapid.T) { l.scroll += rapid.IntRange(-9, 9).Draw(t, "lines"); l.load() },
			"home":    func(*rapid.T) { l.home() },
			"click":   func(t *rapid.T) { l.click(rapid.IntRange(-1, 9).Draw(t, "y")) },
			"reorder": func(t *rapid.T) { order = rapid.Permutation(order).Draw(t, "order"); l.load() },
			"forget":  func(t *rapid.T) { order = order[:rapid.IntRange(0, len(order)).Draw(t, "rows")]; l.load() },
			"": func(t *rapid.T) {
				if want := min(len(order), l.height); len(l.rows) != want {
					t.Fatalf("%d rows of %d", len(l.rows), want)
				}
				if _, ok := l.selected(); !ok && len(l.rows) > 0 {
					t.Fatalf("the cursor on %d is not on %v", l.cursor, l.rows)
				}
			},
		})
	})
}
