package ui

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestFit(t *testing.T) {
	columns := []tableColumn{
		{min: 8, want: 13, most: 15, rank: 1},
		{min: 10, want: 20, most: 100},
		{min: 7, want: 7, most: 7},
		{min: 4, want: 10, most: 30, rank: 2},
	}
	for _, test := range []struct {
		width int
		want  []int
	}{
		{5, []int{0, 1, 2, 0}},
		{18, []int{0, 9, 7, 0}},
		{19, []int{0, 10, 7, 0}},
		{28, []int{0, 19, 7, 0}},
		{29, []int{8, 10, 7, 0}},
		{35, []int{8, 10, 7, 4}},
		{56, []int{13, 20, 7, 10}},
		{106, []int{13, 60, 7, 20}},
		{400, []int{15, 100, 7, 30}},
	} {
		if got := fit(columns, test.width, 2); !slices.Equal(got, test.want) {
			t.Errorf("fit in %d cells: %v (%d cells), want %v", test.width, got, taken(got, 2), test.want)
		}
	}
}

func TestFitNeverTakesMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) tableColumn {
			c := tableColumn{min: rapid.IntRange(1, 20).Draw(t, "min"), rank: rapid.IntRange(0, 3).Draw(t, "rank")}
			c.want = c.min + rapid.IntRange(0, 20).Draw(t, "want")
			c.most = c.want + rapid.IntRange(0, 100).Draw(t, "most")
			return c
		}), 1, 8).Draw(t, "columns")
		width := rapid.IntRange(0, 400).Draw(t, "width")
		gap := rapid.IntRange(1, 2).Draw(t, "gap")
		widths := fit(columns, width, gap)
		if taken(widths, gap) > width {
			t.Fatalf("%v take %d of %d cells", widths, taken(widths, gap), width)
		}
		for i, c := range columns {
			if widths[i] < 0 || widths[i] > c.most {
				t.Fatalf("column %d is %d wide, at most %d", i, widths[i], c.most)
			}
		}
	})
}
