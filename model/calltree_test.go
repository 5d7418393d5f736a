package model

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"goapptrace/protocol"
)

// wholeTree is all rows of a tree, made from all goroutines and calls.
func wholeTree(spawn *SpawnTree, folds *TreeFolds, f *family) (rows []TreeRow) {
	byG, parents := map[uint64][]CallRow{}, f.parents()
	for _, row := range f.rows {
		byG[row.G] = append(byG[row.G], row)
	}
	for i := 0; i < len(spawn.Lines); {
		line := spawn.Lines[i]
		head := TreeRow{TreePlace: TreePlace{G: line.G}, Level: line.Level}
		calls := byG[line.G]
		some := slices.ContainsFunc(calls, func(call CallRow) bool { return f.passes[call.Seq] })
		head.Open = some && folds.Shown.Has(line.G)
		head.Folded = some && !head.Open || line.End > i+1 && folds.Goroutines.Has(line.G)
		rows = append(rows, head)
		if folds.Shown.Has(line.G) {
			for _, call := range calls {
				if f.passes[call.Seq] && !f.folded(call.Seq, folds) {
					row := TreeRow{TreePlace: TreePlace{line.G, call.Seq}, Level: line.Level, Call: call}
					row.Folded = parents[call.Seq] && folds.Calls.Has(call.Seq)
					row.Open = parents[call.Seq] && !folds.Calls.Has(call.Seq)
					rows = append(rows, row)
				}
			}
		}
		if i++; folds.Goroutines.Has(line.G) {
			i = line.End
		}
	}
	return rows
}

// folded says whether a call is folded into one of its callers.
func (f *family) folded(seq uint64, folds *TreeFolds) bool {
	return slices.ContainsFunc(f.callers(seq), func(at uint64) bool { return f.passes[at] && folds.Calls.Has(at) })
}

// parents are the calls that others are below which pass.
func (f *family) parents() map[uint64]bool {
	above := map[uint64]bool{}
	for seq := range f.passes {
		for at := f.caller[seq]; at != 0 && !above[at]; at = f.caller[at] {
			above[at] = true
		}
	}
	return above
}

// Windows from anywhere show what they would if the whole tree were there.
func TestTreeEqualsOracle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		goroutines := rapid.SampledFrom([]int{1, 5, 60}).Draw(rt, "goroutines")
		s := open(t, Limits{Calls: rapid.SampledFrom([]int{0, 1}).Draw(rt, "kept")}, 16)
		w := newWorkload(16, goroutines)
		w.rng = rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 7))
		tell := &protocol.GoroutinesPacket{}
		for g := range uint64(goroutines) {
			tell.IDs, tell.Sites = append(tell.IDs, g+1), append(tell.Sites, 0)
			tell.Parents = append(tell.Parents, rapid.Uint64Range(0, uint64(goroutines)+2).Draw(rt, "parent"))
		}
		s.Packet(record(tell))
		for range rapid.SampledFrom([]int{1, 20}).Draw(rt, "batches") {
			s.Packet(record(w.batch(1000)))
		}
		now := epoch.Add(time.Duration(w.now))
		q := TreeQuery{Folds: new(TreeFolds), Now: now}
		if rapid.Bool().Draw(rt, "filtered") {
			q.Filter = callsLike("func ~ f[1-5]")
		}
		all := s.Calls(CallQuery{Before: 100_000, Now: now}).Rows
		f := newFamily(all, s.Calls(CallQuery{Filter: q.Filter, Before: 100_000, Now: now}).Rows)
		if rapid.Bool().Draw(rt, "sifted") {
			q.Sift = &CallSift{Filter: q.Filter}
			s.Sift(q.Sift, now, func() bool { return true })
		}
		q.Spawn = s.SpawnTree(nil)
		for _, fold := range []struct {
			set  *FoldSet
			most uint64
		}{{&q.Folds.Shown, uint64(goroutines)}, {&q.Folds.Goroutines, uint64(goroutines)}, {&q.Folds.Calls, s.Row(now).Calls}} {
			fold.set.All(rapid.Bool().Draw(rt, "all"))
			for _, n := range rapid.SliceOfN(rapid.Uint64Range(1, fold.most), 0, 9).Draw(rt, "but") {
				fold.set.Set(n, rapid.Bool().Draw(rt, "in"))
			}
		}
		want := wholeTree(q.Spawn, q.Folds, f)
		for range 10 {
			at := rapid.IntRange(0, len(want)-1).Draw(rt, "at")
			q.At = want[at].TreePlace
			q.Before, q.After = rapid.IntRange(0, 30).Draw(rt, "before"), rapid.IntRange(0, 30).Draw(rt, "after")
			from := max(0, at-q.Before)
			rows := s.CallTree(q)
			expect := want[from:min(at+q.After, len(want))]
			if len(rows) != len(expect) {
				rt.Fatalf("%d rows at %v, want %d", len(rows), q.At, len(expect))
			}
			for i, row := range rows {
				row.Goroutine = GoroutineInfo{}
				if row != expect[i] {
					rt.Fatalf("row %d of those around %v: %+v, want %+v", i, q.At, row, expect[i])
				}
			}
		}
	})
}

// A place that isn't to be seen stands for the row that it is folded into.
func TestTreePlaces(t *testing.T) {
	s := open(t, Limits{}, 3)
	s.Packet(record(&protocol.GoroutinesPacket{IDs: []uint64{1, 2, 3}, Parents: []uint64{0, 1, 2}, Sites: []uint64{0, 0, 0}}))
	feed(s, script("+1", "+2", "+3", "-3", "-2", "2:+1", "2:+2", "3:+1", "+3")...) // calls 1 to 3, 4 and 5, 6; 7
	for _, tt := range []struct {
		name   string
		folds  func(f *TreeFolds)
		filter string
		at     TreePlace
		want   TreePlace
	}{
		{"itself", func(*TreeFolds) {}, "", TreePlace{1, 3}, TreePlace{1, 3}},
		{"into its caller", func(f *TreeFolds) { f.Calls.Set(2, true) }, "", TreePlace{1, 3}, TreePlace{1, 2}},
		{"into the outermost of them", func(f *TreeFolds) { f.Calls.All(true) }, "", TreePlace{1, 3}, TreePlace{1, 1}},
		{"into its goroutine", func(f *TreeFolds) { f.Shown.Set(2, false) }, "", TreePlace{2, 5}, TreePlace{G: 2}},
		{"into another one", func(f *TreeFolds) { f.Goroutines.Set(1, true) }, "", TreePlace{3, 6}, TreePlace{G: 1}},
		{"a caller that passes", func(*TreeFolds) {}, "f1", TreePlace{1, 3}, TreePlace{1, 1}},
		{"a folded one that doesn't", func(f *TreeFolds) { f.Calls.Set(2, true) }, "f3", TreePlace{1, 3}, TreePlace{1, 3}},
		{"a later call", func(*TreeFolds) {}, "f3", TreePlace{1, 2}, TreePlace{1, 3}},
		{"the last one", func(*TreeFolds) {}, "f1", TreePlace{1, math.MaxUint64}, TreePlace{1, 1}},
		{"nobody", func(*TreeFolds) {}, "", TreePlace{9, 9}, TreePlace{G: 1}},
		{"another's call", func(*TreeFolds) {}, "", TreePlace{2, 1}, TreePlace{2, 4}},
	} {
		q := TreeQuery{Spawn: s.SpawnTree(nil), Folds: new(TreeFolds), At: tt.at, After: 1}
		q.Folds.Shown.All(true)
		tt.folds(q.Folds)
		if tt.filter != "" {
			q.Filter = callsLike(tt.filter)
		}
		if rows := s.CallTree(q); len(rows) != 1 || rows[0].TreePlace != tt.want {
			t.Errorf("%s: %+v, want %v", tt.name, rows, tt.want)
		}
	}
}

// Of goroutines that are said to have started each other, all are there.
func TestSpawnTree(t *testing.T) {
	s := open(t, Limits{}, 1)
	s.Packet(record(&protocol.GoroutinesPacket{
		IDs: []uint64{2, 3, 4, 5, 6, 7}, Parents: []uint64{3, 2, 4, 1, 5, 77}, Sites: make([]uint64, 6),
	}))
	for _, g := range []uint64{2, 3, 4, 6, 7} {
		feed(s, protocol.Event{Time: int64(100 - g), Func: 1, G: g})
	}
	level := map[uint64]int{}
	for _, line := range s.SpawnTree(nil).Lines {
		level[line.G] = line.Level
	}
	if len(level) != 6 || level[5] != 0 || level[6] != 1 || level[4] != 0 || level[7] != 0 || level[2]+level[3] != 1 {
		t.Errorf("levels: %v", level)
	}
	if got := s.SpawnTree(func(g uint64) bool { return g == 6 }).Lines; len(got) != 2 || got[0].End != 2 || got[1].G != 6 {
		t.Errorf("of one: %+v", got)
	}
}

// The goroutines that have calls which pass are found, a chunk at a time.
func TestSift(t *testing.T) {
	s := open(t, Limits{}, 16)
	w := newWorkload(16, 300)
	for range 5 {
		s.Packet(record(w.batch(4096)))
	}
	now := epoch.Add(time.Duration(w.now))
	f := &CallSift{
		Filter: callsLike("func ~ f7 and dur > 1us"), Until: 9000,
		Span: Span{epoch.Add(time.Duration(w.now / 4)), epoch.Add(time.Duration(w.now / 3))},
	}
	slices := 1
	for s.Sift(f, now, func() bool { return false }) {
		slices++
	}
	want := map[uint64]bool{}
	for _, row := range s.Calls(CallQuery{Filter: f.Filter, Span: f.Span, Until: f.Until, Before: 100_000, Now: now}).Rows {
		want[row.G] = true
	}
	for g := range uint64(302) {
		if f.Found(g) != want[g] {
			t.Errorf("goroutine %d: %v, want %v", g, f.Found(g), want[g])
		}
	}
	if slices != 3 || len(want) == 0 || len(want) == 300 {
		t.Errorf("%d slices, %d goroutines", slices, len(want))
	}
}
