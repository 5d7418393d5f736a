package chart

import (
	"testing"

	"pgregory.net/rapid"
)

// A scale holds what it was made for, in bins that don't overlap and leave out nothing.
func TestScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Float64Range(0, 1e12).Draw(t, "from")
		to := from + rapid.Float64Range(0, 1e12).Draw(t, "more")
		bins := rapid.IntRange(1, 64).Draw(t, "bins")
		s := NewScale(from, to, bins, 1.09)
		if s.From > max(from, 1)*1.0001 || s.To < max(to, 1)*0.9999 {
			t.Fatalf("%+v doesn't hold %v to %v", s, from, to)
		}
		for bin := range bins {
			begin, end := s.At(bin), s.At(bin+1)
			if end < begin*1.0899 {
				t.Fatalf("bin %d goes from %v to %v", bin, begin, end)
			}
			if got := s.Bin((begin + end) / 2); got != bin {
				t.Fatalf("the middle of bin %d is in bin %d", bin, got)
			}
		}
		if got := s.Bin(0); got != 0 {
			t.Fatalf("0 is in bin %d", got)
		}
		if got := s.Bin(1e300); got != bins-1 {
			t.Fatalf("the largest is in bin %d of %d", got, bins)
		}
	})
}

func TestShades(t *testing.T) {
	got := Shades([][]float64{{0, 1, 1000}, {100, 0.0001, 999}}, 4)
	for i, row := range [][]int{{0, 1, 4}, {3, 1, 4}} {
		for j, want := range row {
			if got[i][j] != want {
				t.Errorf("shades are %v", got)
			}
		}
	}
	for _, row := range Shades([][]float64{{0, 0}}, 4) {
		for _, shade := range row {
			if shade != 0 {
				t.Error("nothing has a shade")
			}
		}
	}
}

func TestShadeCells(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		seen := map[string]bool{}
		for shade := range MostShade + 1 {
			seen[Shade(shade, ascii)] = true
		}
		if len(seen) != MostShade+1 || Shade(99, ascii) != Shade(MostShade, ascii) || Shade(-1, ascii) != " " {
			t.Errorf("shades can't be told apart: %v", seen)
		}
	}
}
