package model

import (
	"testing"
	"time"

	"goapptrace/protocol"
)

// BenchmarkTree asks for a screenful of the tree of ten million calls on 10,000 goroutines, each of which a fourth of the others
// come from, and for what belongs to it.
func BenchmarkTree(b *testing.B) {
	const goroutines = 10_000
	s, _ := filled(b, 10_000_000, 50_000, goroutines)
	tell := &protocol.GoroutinesPacket{}
	for g := uint64(1); g <= goroutines; g++ {
		tell.IDs, tell.Sites, tell.Parents = append(tell.IDs, g), append(tell.Sites, 0), append(tell.Parents, g/4)
	}
	s.Packet(record(tell))
	now := epoch.Add(time.Hour)
	spawn := s.SpawnTree(nil)
	total := s.Row(now).Calls
	middle, _ := s.Call(total/2, now)
	for _, bb := range []struct {
		name   string
		folds  func(f *TreeFolds)
		filter string
		at     TreePlace
	}{
		{"goroutines", func(*TreeFolds) {}, "", TreePlace{G: 5000}},
		{"calls", func(f *TreeFolds) { f.Shown.All(true) }, "", TreePlace{middle.G, middle.Seq}},
		{"outlines", func(f *TreeFolds) { f.Shown.All(true); f.Calls.All(true) }, "", TreePlace{middle.G, middle.Seq}},
		{"rare calls", func(f *TreeFolds) { f.Shown.All(true) }, "func ~ f49999", TreePlace{G: 1}},
		{"some calls", func(f *TreeFolds) { f.Shown.All(true) }, "dur > 60ms and func ~ f7", TreePlace{G: 5000}},
	} {
		q := TreeQuery{Spawn: spawn, Folds: new(TreeFolds), At: bb.at, Before: 25, After: 25, Now: now}
		bb.folds(q.Folds)
		if bb.filter != "" {
			q.Filter = callsLike(bb.filter)
			f := &CallSift{Filter: q.Filter}
			s.Sift(f, now, func() bool { return true })
			q.Spawn, q.Sift = s.SpawnTree(f.Found), f
		}
		b.Run(bb.name, func(b *testing.B) {
			rows := 0
			for b.Loop() {
				rows = len(s.CallTree(q))
			}
			b.ReportMetric(float64(rows), "rows")
		})
	}
	b.Run("order", func(b *testing.B) {
		for b.Loop() {
			s.SpawnTree(nil)
		}
	})
	b.Run("search", func(b *testing.B) {
		for b.Loop() {
			f := &CallSift{Filter: callsLike("dur > 60ms and func ~ f7")}
			s.Sift(f, now, func() bool { return true })
		}
	})
	for _, bb := range []struct {
		name string
		q    KinQuery
	}{
		{"caller", KinQuery{Kin: Caller, Of: middle.Seq}},
		{"next", KinQuery{Kin: NextCall, Of: middle.Seq}},
		{"longest", KinQuery{Kin: LongestCall, Of: middle.Seq}},
		{"longest of all", KinQuery{Kin: LongestCall, G: 77}},
	} {
		bb.q.Now = now
		b.Run(bb.name, func(b *testing.B) {
			for b.Loop() {
				s.FindKin(bb.q)
			}
		})
	}
}
