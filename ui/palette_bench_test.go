package ui

import (
	"fmt"
	"testing"

	"goapptrace/protocol"
)

// What the palette costs among a hundred sessions of 5,000 functions: until it is open, and then until those of others are listed.
func BenchmarkPaletteOfSessions(b *testing.B) {
	f := newFixture(b)
	symbols := manySymbols(5_000)
	for i := range int64(100) {
		other := f.open("other", 10_000+i, 0)
		f.frame(other, fixtureNow, protocol.In, &protocol.SymbolPacket{Symbols: symbols})
		f.send(other, fixtureNow, 1, []protocol.Event{{Time: 1, Func: 100, G: 1}})
	}
	s := newScreen(b, Config{Store: f.store}, 200, 60)
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			s.root.openPalette()
		}
	})
	b.Run("others", func(b *testing.B) {
		p := s.root.modal.(*palette)
		list := p.hunt.list
		for b.Loop() {
			p.hunt.list, p.others = list, s.root.elsewhere()
			for cmd := p.load(); cmd != nil; cmd = p.load() {
				cmd().(workedMsg).done()
			}
		}
		b.ReportMetric(float64(len(p.hunt.list)), "choices")
	})
}

func manySymbols(n uint64) *protocol.Symbols {
	symbols := new(protocol.Symbols)
	for i := range n {
		name := protocol.Text(fmt.Sprintf("example.com/big/module/internal/pkg%d.(*Type%d).Method%d", i%700, i%90, i))
		symbols.Funcs = append(symbols.Funcs, &protocol.FuncSymbol{ID: 100 + i, Name: name, File: "/big/file.go"})
	}
	return symbols
}

// What a key in the palette costs among 50,000 functions: with the first look, before a frame, and until all are looked at.
func BenchmarkPalette(b *testing.B) {
	f := newFixture(b)
	f.frame(f.shop, fixtureNow, protocol.In, &protocol.SymbolPacket{Symbols: manySymbols(50_000)})
	s := newScreen(b, Config{Store: f.store}, 200, 60)
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			s.root.openPalette()
		}
	})
	for _, pattern := range []string{"m", "pkg1 meth", "typmethod9"} {
		p := s.root.modal.(*palette)
		p.input.SetValue(pattern)
		b.Run("key "+pattern, func(b *testing.B) {
			for b.Loop() {
				p.begin(p.hunt.list)
			}
		})
		b.Run("all "+pattern, func(b *testing.B) {
			for b.Loop() {
				p.begin(p.hunt.list)
				p.hunt.look(len(p.hunt.list))
			}
		})
	}
}
