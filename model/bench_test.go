package model

import (
	"fmt"
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
	b.ReportMetric(float64(got.Events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(got.Events), "ns/event")
	b.ReportMetric(float64(wire)/float64(events), "wire-B/event")
	if got.Malformed > 0 || got.Orphans > 0 || got.Open > 0 && got.Packets%256 == 1 {
		b.Fatal("malformed")
	}
}

// filled is a session with so many calls of funcs functions on goroutines, and ten of function funcs+1, and what an
// event of them takes in memory.
func filled(b *testing.B, calls, funcs uint64, goroutines int) (*Session, float64) {
	s := open(b, Limits{Packets: 1}, funcs)
	w := newWorkload(funcs, goroutines)
	before := heap()
	for step := calls / 10; s.Row(epoch).Calls < calls; {
		fillTo(s, w, s.Row(epoch).Calls+step)
		rare := protocol.Event{Time: w.now, Func: funcs + 1, G: 1}
		feed(s, rare)
		rare.Kind = protocol.Leave
		feed(s, rare)
	}
	row := s.Row(epoch)
	if row.RetainedOut > 0 {
		b.Fatalf("%d calls are gone", row.RetainedOut)
	}
	return s, float64(heap()-before) / float64(row.Events)
}

// Ten million calls, of a small program and of a large one.
func BenchmarkCalls(b *testing.B) {
	for _, size := range []struct {
		funcs      uint64
		goroutines int
	}{{64, 16}, {50_000, 10_000}} {
		b.Run(fmt.Sprint(size.funcs, "functions"), func(b *testing.B) {
			s, perEvent := filled(b, 10_000_000, size.funcs, size.goroutines)
			s.Packet(record(&protocol.SymbolPacket{Symbols: &protocol.Symbols{Funcs: []*protocol.FuncSymbol{
				{ID: 1, Name: "main.often"}, {ID: size.funcs + 1, Name: "main.rare"}, {ID: size.funcs + 2, Name: "main.never"},
			}}}))
			total := s.Row(epoch).Calls
			for _, bb := range []struct {
				name string
				q    CallQuery
			}{
				{"newest", CallQuery{Before: 50}},
				{"middle", CallQuery{Anchor: total / 2, Before: 25, After: 25}},
				{"often", CallQuery{Filter: callsLike("often"), Before: 50}},
				{"first", CallQuery{Filter: callsLike("often"), Anchor: 1, After: 50}},
				{"rare", CallQuery{Filter: callsLike("rare"), Before: 50}},
				{"never", CallQuery{Filter: callsLike("never"), Before: 50}},
			} {
				bb.q.Now = epoch
				b.Run(bb.name, func(b *testing.B) {
					for b.Loop() {
						s.Calls(bb.q)
					}
					b.ReportMetric(perEvent, "B/event")
				})
			}
			b.Run("changing", func(b *testing.B) { // the chunks' answers are of no use to another filter
				for i := 0; b.Loop(); i++ {
					s.Calls(CallQuery{Filter: callsLike([]string{"main.rare", "rare"}[i%2]), Before: 50, Now: epoch})
				}
			})
			b.Run("one", func(b *testing.B) {
				for i := uint64(0); b.Loop(); i++ {
					s.Call(1+i*7919%total, epoch)
				}
			})
		})
	}
}

func BenchmarkFunctions(b *testing.B) {
	s, _ := filled(b, 1<<20, 50_000, 16)
	for _, bb := range []struct {
		name string
		q    FuncQuery
	}{
		{"total", FuncQuery{Sort: SortTotal}},
		{"name", FuncQuery{Sort: SortName}},
		{"rate", FuncQuery{Sort: SortRate, Offset: 25_000}},
		{"p99", FuncQuery{Sort: SortP99}},
		{"filter", FuncQuery{Filter: functionsLike("f77")}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			bb.q.Limit, bb.q.Now = 50, epoch.Add(time.Second)
			for b.Loop() {
				s.Functions(bb.q)
			}
			b.ReportMetric(float64(s.calls.funcs.held())/(1<<20), "MiB")
		})
	}
}

func BenchmarkSeal(b *testing.B) {
	c := chunk{raw: new(columns)}
	fill(&c, rand.New(rand.NewPCG(1, 2)), 1000, 64, 16)
	var p sealer
	for b.Loop() {
		p.seal(c.raw, 0)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/chunkLen, "ns/call")
}

// Finding the calls that details are about, of calls that have just ended and of all that are kept.
func BenchmarkDetails(b *testing.B) {
	s, _ := filled(b, 1<<20, 64, 16)
	row := func(seq uint64) CallRow {
		c, _ := s.Call(seq, epoch)
		return c
	}
	total := s.Row(epoch).Calls
	for _, bb := range []struct {
		name  string
		first uint64
	}{{"latest", total - 1000}, {"all", 1}} {
		b.Run(bb.name, func(b *testing.B) {
			const each = 1000
			var p protocol.DetailsPacket
			for i := range uint64(each) {
				c := row(bb.first + i*(total-bb.first)/each)
				p.Gs, p.Starts = append(p.Gs, c.G), append(p.Starts, c.Start.Sub(epoch).Nanoseconds())
				p.Kinds, p.Texts = append(p.Kinds, protocol.DetailArgs), append(p.Texts, "id=17")
			}
			r := record(&p)
			for b.Loop() {
				s.Packet(r)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/each, "ns/detail")
			if lost := s.Row(epoch).DetailsLost; lost > 0 {
				b.Fatalf("%d lost", lost)
			}
		})
	}
}
