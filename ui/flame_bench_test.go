package ui

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
)

// deepSession has calls calls, ten deep, of a thousand functions in some ten thousand paths.
func deepSession(tb testing.TB, f *fixture, calls int) *model.Session {
	const functions, depth, perBatch = 1000, 10, 400
	s := f.open("deep", 4123, time.Hour)
	begin := s.Row(fixtureNow).Opened
	symbols := new(protocol.Symbols)
	for id := uint64(1); id <= functions; id++ {
		name := protocol.Text(fmt.Sprintf("example.com/deep/internal/pkg%d.(*Type%d).Method%d", id%50, id%500, id))
		symbols.Funcs = append(symbols.Funcs, &protocol.FuncSymbol{ID: id, Name: name, File: "/home/ada/deep/file.go"})
	}
	f.frame(s, begin, protocol.In, &protocol.SymbolPacket{Symbols: symbols})
	random := rand.New(rand.NewPCG(1, 2))
	var b protocol.BatchBuilder
	at := int64(0)
	for n := 0; n < calls; {
		b.Reset()
		for range perBatch {
			g, path := random.Uint64N(100), [depth]uint64{}
			for d := range path {
				at += 100
				path[d] = 1 + uint64(100*d) + random.Uint64N(uint64(min(1+d, 4)))
				b.Add(protocol.Event{Time: at, Func: path[d], G: g})
			}
			for _, fn := range slices.Backward(path[:]) {
				at += random.Int64N(1000)
				b.Add(protocol.Event{Time: at, Func: fn, G: g, Kind: protocol.Leave})
			}
			n += depth
		}
		p := *b.Packet(1, at)
		s.Packet(protocol.Record{At: begin.Add(time.Duration(at)), Packet: &p, Raw: make([]byte, 10_000)})
	}
	return s
}

// BenchmarkFlameFrame composes frames of the Flame tab, as they are between two pictures and when a new one has come, with
// ten million calls added up.
func BenchmarkFlameFrame(b *testing.B) {
	f := newFixture(b)
	session := deepSession(b, f, 10_000_000)
	s := newScreen(b, Config{Store: f.store, Addresses: addresses}, 200, 60)
	s.selectSession(session.ID())
	s.press("4")
	pane := s.root.tabs[s.root.tab].(*flamePane)
	for _, scene := range []string{"still", "picture"} {
		b.Run(scene, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				if scene == "picture" {
					pane.lay()
				}
				s.root.draw()
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			for _, p := range []int{50, 99} {
				b.ReportMetric(float64(took[len(took)*p/100].Nanoseconds())/1e6, fmt.Sprintf("p%d-ms", p))
			}
			b.ReportMetric(float64(len(pane.tree.Nodes)), "paths")
			b.ReportMetric(float64(pane.tree.Calls), "calls")
		})
	}
}
