package model

import (
	"math/rand/v2"
	"testing"
	"time"

	"goapptrace/protocol"
)

// workload makes batches of events as a busy program sends them: goroutines that take turns of a few events each,
// and go up and down around a depth of six.
type workload struct {
	rng    *rand.Rand
	now    int64
	funcs  uint64
	stacks [][]uint64
}

func newWorkload(funcs uint64, goroutines int) *workload {
	return &workload{rng: rand.New(rand.NewPCG(1, 2)), funcs: funcs, stacks: make([][]uint64, goroutines)}
}

func (w *workload) batch(n int) *protocol.FuncLogBatchPacket {
	var b protocol.BatchBuilder
	for b.Len() < n {
		g := w.rng.IntN(len(w.stacks))
		for range 1 + w.rng.IntN(12) {
			b.Add(w.event(g))
		}
	}
	return b.Packet(1, w.now)
}

func (w *workload) event(g int) protocol.Event {
	w.now += w.rng.Int64N(200)
	e := protocol.Event{Time: w.now, G: uint64(g + 1)}
	st := w.stacks[g]
	if len(st) > 0 && w.rng.IntN(12) < len(st) {
		e.Kind, e.Func = protocol.Leave, st[len(st)-1]
		w.stacks[g] = st[:len(st)-1]
		return e
	}
	e.Func = 1 + w.rng.Uint64N(w.funcs)
	w.stacks[g] = append(st, e.Func)
	return e
}

// rest is a last batch that leaves all open calls, so that the batches can be fed again.
func (w *workload) rest() *protocol.FuncLogBatchPacket {
	var b protocol.BatchBuilder
	for g, st := range w.stacks {
		for i := len(st) - 1; i >= 0; i-- {
			b.Add(protocol.Event{Time: w.now, G: uint64(g + 1), Func: st[i], Kind: protocol.Leave})
		}
	}
	clear(w.stacks)
	return b.Packet(1, w.now)
}

const benchBatch = 4096

func BenchmarkIngest(b *testing.B) {
	w := newWorkload(64, 16)
	var records []protocol.Record
	var wire, events uint64
	for i := range 256 {
		next := w.rest
		if i < 255 {
			next = func() *protocol.FuncLogBatchPacket { return w.batch(benchBatch) }
		}
		p := next()
		frame, err := protocol.AppendFrame(nil, p)
		if err != nil {
			b.Fatal(err)
		}
		records = append(records, protocol.Record{At: epoch, Packet: p, Raw: frame})
		wire += uint64(len(frame))
		events += p.Count
	}
	s := open(b, Limits{}, 64)
	for i := 0; b.Loop(); i++ {
		s.Packet(records[i%len(records)])
	}
	got := s.Row(epoch)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(got.Events), "ns/event")
	b.ReportMetric(float64(wire)/float64(events), "B/event")
	if got.Malformed > 0 || got.Orphans > 0 || got.Open > 0 && got.Packets%256 == 1 {
		b.Fatal("malformed")
	}
}

// filled is a session with a million calls.
func filled(b *testing.B, funcs uint64) *Session {
	s := open(b, Limits{}, funcs)
	w := newWorkload(funcs, 16)
	for s.Row(epoch).Calls < 1<<20 {
		s.Packet(record(w.batch(benchBatch)))
	}
	return s
}

func BenchmarkCalls(b *testing.B) {
	s := filled(b, 1000)
	for _, bb := range []struct{ name, filter string }{{"newest", ""}, {"filter", "f777"}, {"nothing", "none"}} {
		b.Run(bb.name, func(b *testing.B) {
			for b.Loop() {
				s.Calls(CallQuery{Filter: bb.filter, Before: 50, Now: epoch})
			}
		})
	}
}

func BenchmarkFunctions(b *testing.B) {
	s := filled(b, 50_000)
	for _, bb := range []struct {
		name string
		q    FuncQuery
	}{
		{"total", FuncQuery{Sort: SortTotal}},
		{"name", FuncQuery{Sort: SortName}},
		{"rate", FuncQuery{Sort: SortRate, Offset: 25_000}},
		{"filter", FuncQuery{Filter: "f77"}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			bb.q.Limit, bb.q.Now = 50, epoch.Add(time.Second)
			for b.Loop() {
				s.Functions(bb.q)
			}
		})
	}
}
