package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestBar(t *testing.T) {
	for _, test := range []struct {
		fraction float64
		width    int
		ascii    bool
		want     string
	}{
		{0, 8, false, ""},
		{-1, 8, false, ""},
		{math.NaN(), 8, false, ""},
		{0.00001, 8, false, "▏"},
		{0.5, 8, false, "████"},
		{0.5 + 1.0/64, 8, false, "████▏"},
		{1, 8, false, "████████"},
		{7, 8, false, "████████"},
		{1, 0, false, ""},
		{1, -3, false, ""},
		{0.5, 8, true, "####"},
		{0.56, 8, true, "####-"},
		{0.00001, 8, true, "-"},
	} {
		if got := Bar(test.fraction, test.width, test.ascii); got != test.want {
			t.Errorf("Bar(%v, %d, %v) = %q, want %q", test.fraction, test.width, test.ascii, got, test.want)
		}
	}
}

// tree is one that is written down: children by node.
type tree struct {
	weights  []uint64
	children [][]int32
}

func (t tree) Weight(n int32) uint64    { return t.weights[n] }
func (t tree) Children(n int32) []int32 { return t.children[n] }

// picture writes an icicle: the boxes' nodes, a for the first, a dot for merged ones.
func picture(rows [][]Box) (lines string) {
	for _, row := range rows {
		line := ""
		for _, b := range row {
			line += strings.Repeat(" ", b.X-len([]rune(line)))
			name := "a"
			if b.Rest > 0 {
				name = "."
			} else if b.Parent >= 0 {
				name = fmt.Sprint(b.Node)
			}
			line += strings.Repeat(name, b.Width) + Edge(b.Filled)
		}
		lines += line + "\n"
	}
	return lines
}

func TestIcicle(t *testing.T) {
	given := tree{
		weights:  []uint64{100, 50, 31, 4, 2, 50, 25},
		children: [][]int32{{1, 2, 3, 4}, {5}, {6}, nil, nil, nil, nil},
	}
	const want = "aaaaaaaaaaaaaaaaaaaa\n1111111111222222.\n555555555566666\n"
	if got := picture(Icicle(given, 0, 20, 9)); got != want {
		t.Errorf("the icicle is\n%s", got)
	}
}

func TestIcicleOfNothing(t *testing.T) {
	if rows := Icicle(tree{[]uint64{0}, [][]int32{nil}}, 0, 20, 9); rows != nil {
		t.Errorf("%v", rows)
	}
}

// grow draws a tree whose children are sorted, and never heavier than their parent.
func grow(t *rapid.T) tree {
	var g tree
	var add func(weight uint64, depth int) int32
	add = func(weight uint64, depth int) int32 {
		n := int32(len(g.weights))
		g.weights, g.children = append(g.weights, weight), append(g.children, nil)
		var list []int32
		for left := weight; depth > 0 && left > 0 && len(list) < 30; {
			w := rapid.Uint64Range(0, left).Draw(t, "weight")
			left -= w
			if w == 0 {
				break
			}
			list = append(list, add(w, depth-1))
		}
		slices.SortFunc(list, func(a, b int32) int { return cmp.Compare(g.weights[b], g.weights[a]) })
		g.children[n] = list
		return n
	}
	add(rapid.Uint64Range(1, 1<<40).Draw(t, "all"), 3)
	return g
}

// Boxes lie within their parents, don't overlap, and are as wide as they should be, to the cell, less another one where
// they make room for others. No child is left out.
func TestIcicleIsHonest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, width := grow(t), rapid.IntRange(1, 250).Draw(t, "width")
		rows := Icicle(g, 0, width, 5)
		for depth, row := range rows {
			for i, p := range row {
				if got, want := shown(rows, depth+1, i), len(g.children[p.Node]); p.Rest == 0 && got != want {
					t.Fatalf("row %d: %d of the %d children of %+v are shown", depth, got, want, p)
				}
			}
		}
		for depth, row := range rows {
			end := 0
			for _, b := range row {
				if b.X < end || b.Width < 1 {
					t.Fatalf("row %d: box %+v begins before %d", depth, b, end)
				}
				end = b.X + b.Width + (b.Filled+7)/8
				if depth == 0 {
					continue
				}
				p := rows[depth-1][b.Parent]
				if b.X < p.X || end > p.X+p.Width+(p.Filled+7)/8 {
					t.Fatalf("row %d: box %+v isn't within %+v", depth, b, p)
				}
				exact := float64(g.weights[b.Node]) * (p.to - p.from) / float64(g.weights[p.Node])
				if b.Rest == 0 && abs(float64(b.Width)+float64(b.Filled)/8-exact) >= 2 {
					t.Fatalf("row %d: box %+v should be %v wide", depth, b, exact)
				}
			}
		}
	})
}

// Merged nodes take the cell of which their parent has some eighths, before they take one of their neighbour's.
func TestIcicleMakesRoomUnderEighths(t *testing.T) {
	g := tree{weights: []uint64{8559, 367, 341, 341, 340, 1}, children: [][]int32{{1, 2}, nil, {3}, {4, 5}, nil, nil}}
	rows := Icicle(g, 0, 105, 5)
	if p := rows[2][0]; p.X != 5 || p.Width != 3 || p.Filled != 5 {
		t.Fatalf("the parent is %+v", p)
	}
	if last := rows[3]; last[0].X != 5 || last[0].Width != 3 || last[1].X != 8 || last[1].Rest != 1 {
		t.Errorf("the children are %+v", last)
	}
}

// shown is how many children of a box are shown, alone or merged.
func shown(rows [][]Box, depth, parent int) (n int) {
	if depth == len(rows) {
		return 0
	}
	for _, b := range rows[depth] {
		if b.Parent == parent {
			n += max(b.Rest, 1)
		}
	}
	return n
}

func abs(x float64) float64 { return max(x, -x) }

func BenchmarkIcicle(b *testing.B) {
	g := tree{weights: []uint64{1 << 20}, children: [][]int32{nil}}
	for depth, parent := 0, []int32{0}; depth < 60; depth++ {
		var next []int32
		for _, p := range parent {
			for range 1 + (depth%4)/3 {
				n := int32(len(g.weights))
				g.weights, g.children = append(g.weights, g.weights[p]/uint64(1+(depth%4)/3)), append(g.children, nil)
				g.children[p] = append(g.children[p], n)
				next = append(next, n)
			}
		}
		parent = next[:min(len(next), 200)]
	}
	for b.Loop() {
		Icicle(g, 0, 200, 60)
	}
}
