package ui

import (
	"fmt"
	"testing"

	"goapptrace/protocol"
)

// What a key in the palette costs among 50,000 functions: with the first look, before a frame, and until all are looked at.
func BenchmarkPalette(b *testing.B) {
	f := newFixture(b)
	symbols := new(protocol.Symbols)
	for i := range uint64(50_000) {
		name := protocol.Text(fmt.Sprintf("example.com/big/module/internal/pkg%d.(*Type%d).Method%d", i%700, i%90, i))
		symbols.Funcs = append(symbols.Funcs, &protocol.FuncSymbol{ID: 100 + i, Name: name, File: "/big/file.go"})
	}
	f.frame(f.shop, fixtureNow, protocol.In, &protocol.SymbolPacket{Symbols: symbols})
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
