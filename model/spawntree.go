package model

import (
	"cmp"
	"slices"
)

// SpawnTree is goroutines below those that started them, as they were when it was made. It isn't changed any more.
type SpawnTree struct {
	Lines []SpawnLine // each goroutine ahead of those that it started, in the order of their first calls
	place map[uint64]int
}

// SpawnLine is a goroutine in the tree.
type SpawnLine struct {
	G      uint64
	Level  int // 0 for those of whose parents nothing is known
	Parent int // index of the line, -1 for none
	End    int // index of the first line that isn't below it
}

// Place is the index of goroutine g's line; ok is false when it has none.
func (t *SpawnTree) Place(g uint64) (i int, ok bool) {
	i, ok = t.place[g]
	return i, ok
}

// spawned is a goroutine of which a tree is made.
type spawned struct {
	g, parent uint64
	first     int64
}

// SpawnTree makes the tree of the goroutines that have made calls, with those that they come from. If only isn't nil, it is of
// those that it says yes to.
func (s *Session) SpawnTree(only func(g uint64) bool) *SpawnTree {
	all := s.spawned(only)
	slices.SortFunc(all, func(a, b spawned) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.g, b.g)) })
	known := make(map[uint64]bool, len(all))
	for _, o := range all {
		known[o.g] = true
	}
	below := map[uint64][]uint64{}
	var roots []uint64
	for _, o := range all {
		if known[o.parent] && o.parent != o.g {
			below[o.parent] = append(below[o.parent], o.g)
		} else {
			roots = append(roots, o.g)
		}
	}
	t := &SpawnTree{place: make(map[uint64]int, len(all))}
	for _, g := range roots {
		t.grow(g, below)
	}
	for _, o := range all { // those left are each other's parents, as told by somebody who means no good
		t.grow(o.g, below)
	}
	return t
}

// grow adds a goroutine and those below it, unless it is there.
func (t *SpawnTree) grow(g uint64, below map[uint64][]uint64) {
	if _, ok := t.place[g]; ok {
		return
	}
	t.add(g, -1, 0)
	for at := len(t.Lines) - 1; at >= 0; {
		line := &t.Lines[at]
		rest := below[line.G]
		if len(rest) == 0 {
			line.End, at = len(t.Lines), line.Parent
			continue
		}
		below[line.G] = rest[1:]
		if _, ok := t.place[rest[0]]; !ok {
			t.add(rest[0], at, line.Level+1)
			at = len(t.Lines) - 1
		}
	}
}

func (t *SpawnTree) add(g uint64, parent, level int) {
	t.place[g] = len(t.Lines)
	t.Lines = append(t.Lines, SpawnLine{G: g, Parent: parent, Level: level})
}

// spawned lists the goroutines of a tree, in no order.
func (s *Session) spawned(only func(g uint64) bool) []spawned {
	s.mu.Lock()
	defer s.mu.Unlock()
	all, seen := make([]spawned, 0, len(s.calls.stacks.byG)), map[uint64]bool{}
	for g, st := range s.calls.stacks.byG {
		if st.life.calls == 0 || only != nil && !only(g) {
			continue
		}
		for !seen[g] {
			seen[g] = true
			of, o := spawned{g: g}, s.goroutines.known.get(g)
			if o != nil {
				of.parent, of.first = o.parent, o.first
			}
			if st := s.calls.stacks.byG[g]; st != nil && st.life.calls > 0 {
				of.first = st.life.first
			}
			all = append(all, of)
			if s.goroutines.known.get(of.parent) == nil && s.calls.stacks.byG[of.parent] == nil {
				break
			}
			g = of.parent
		}
	}
	return all
}
