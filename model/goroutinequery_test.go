package model

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// ids are the goroutines of a page, groups as negative numbers.
func ids(page GoroutinePage) (ids []int) {
	for _, row := range page.Rows {
		if row.Group != nil {
			ids = append(ids, -int(row.Group.ID))
		} else {
			ids = append(ids, int(row.Goroutine.ID))
		}
	}
	return ids
}

func TestGoroutineQuery(t *testing.T) {
	s := leaking(t, 3)
	now := epoch.Add(3 * time.Second)
	all := s.Goroutines(GoroutineQuery{Grouped: true, Limit: 10, Now: now})
	leak, work := all.Rows[0].Group.ID, all.Rows[1].Group.ID
	for _, tt := range []struct {
		name string
		q    GoroutineQuery
		want []int
	}{
		{"live first", GoroutineQuery{}, []int{100, 101, 102, 1000, 1001, 1002}},
		{"by ID", GoroutineQuery{Sort: ByID, Reverse: true}, []int{1002, 1001, 1000, 102, 101, 100}},
		{"by age", GoroutineQuery{Sort: ByAge}, []int{100, 101, 102, 1000, 1001, 1002}},
		{"youngest", GoroutineQuery{Sort: ByAge, Reverse: true}, []int{1000, 1001, 1002, 102, 101, 100}},
		{"by calls", GoroutineQuery{Sort: ByCalls, Offset: 2, Limit: 2}, []int{102, 1000}},
		{"by idle time", GoroutineQuery{Sort: ByIdle, Limit: 1}, []int{100}},
		{"grouped", GoroutineQuery{Grouped: true}, []int{-int(leak), -int(work)}},
		{"open", GoroutineQuery{Grouped: true, Open: map[uint64]bool{leak: true}}, []int{-int(leak), 100, 101, 102, -int(work)}},
		{"window", GoroutineQuery{Grouped: true, Open: map[uint64]bool{leak: true, work: true}, Offset: 3, Limit: 3}, []int{102, -int(work), 1000}},
		{"filter by entry", GoroutineQuery{Filter: goroutinesLike("F2")}, []int{1000, 1001, 1002}},
		{"filter by creator", GoroutineQuery{Filter: goroutinesLike("leak")}, []int{100, 101, 102}},
		{"filter by what it is in", GoroutineQuery{Filter: goroutinesLike("main.f3")}, []int{100, 101, 102}},
		{"filter by number", GoroutineQuery{Filter: goroutinesLike("g101")}, []int{101}},
		{"filter and group", GoroutineQuery{Filter: goroutinesLike("g101"), Grouped: true}, []int{-int(leak)}},
		{"filter by field", GoroutineQuery{Filter: goroutinesLike("entry = main.f2 and g != g1001")}, []int{1000, 1002}},
		{"filter by creator's name", GoroutineQuery{Filter: goroutinesLike(`by ~ "^main.Leak$"`)}, []int{100, 101, 102}},
		{"filter by state", GoroutineQuery{Filter: goroutinesLike("live and depth = 2")}, []int{100, 101, 102}},
		{"filter by age and calls", GoroutineQuery{Filter: goroutinesLike("age > 0s and calls >= 1 and incalls > 0s and not panic")}, []int{100, 101, 102, 1000, 1001, 1002}},
		{"filter by nothing that is there", GoroutineQuery{Filter: goroutinesLike("parent = 77 or err or session = other")}, nil},
		{"beyond the end", GoroutineQuery{Offset: 100, Limit: 10}, nil},
	} {
		if tt.q.Limit == 0 {
			tt.q.Limit = 100
		}
		tt.q.Now = now
		if got := ids(s.Goroutines(tt.q)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// A window of the list is that part of the whole list.
func TestGoroutineWindows(t *testing.T) {
	s := leaking(t, 40)
	rapid.Check(t, func(t *rapid.T) {
		q := GoroutineQuery{
			Sort: GoroutineSort(rapid.IntRange(0, int(ByCalls)).Draw(t, "sort")), Reverse: rapid.Bool().Draw(t, "reverse"),
			Grouped: rapid.Bool().Draw(t, "grouped"), Limit: 1000, Now: epoch.Add(time.Minute),
			Open: map[uint64]bool{1: rapid.Bool().Draw(t, "first"), 2: rapid.Bool().Draw(t, "second")},
		}
		page := s.Goroutines(q)
		whole := ids(page)
		if len(whole) != page.Lines {
			t.Fatalf("%d lines of %d", len(whole), page.Lines)
		}
		q.Offset, q.Limit = rapid.IntRange(0, 90).Draw(t, "offset"), rapid.IntRange(0, 90).Draw(t, "limit")
		from := min(q.Offset, len(whole))
		if got, want := ids(s.Goroutines(q)), whole[from:min(from+q.Limit, len(whole))]; !slices.Equal(got, want) {
			t.Fatalf("%+v: %v, want %v", q, got, want)
		}
	})
}
