package ui

import (
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
)

// bigStore holds a busy session: a million calls of 5,000 functions on 10,000 goroutines.
func bigStore(tb testing.TB) *model.Store {
	const functions, goroutines, batches, perBatch = 5000, 10_000, 1000, 1000
	f := &fixture{tb: tb, store: model.New(model.Limits{})}
	s := f.open("big", 4123, time.Hour)
	begin := s.Row(fixtureNow).Opened
	symbols := new(protocol.Symbols)
	for id := uint64(1); id <= functions; id++ {
		name := protocol.Text(fmt.Sprintf("example.com/big/internal/pkg%d.(*Type%d).Method%d", id%50, id%500, id))
		symbols.Funcs = append(symbols.Funcs, &protocol.FuncSymbol{ID: id, Name: name, File: "/home/ada/big/file.go"})
		symbols.FuncStatus = append(symbols.FuncStatus, &protocol.FuncStatus{ID: id, Func: id, Line: id})
	}
	f.frame(s, begin, protocol.In, &protocol.SymbolPacket{Symbols: symbols})
	var b protocol.BatchBuilder
	for i := range batches {
		b.Reset()
		at := int64(time.Hour) - int64(batches-i)*int64(time.Millisecond)
		for j := range perBatch {
			g := uint64(1 + (i*perBatch+j)/8%goroutines)
			b.Add(protocol.Event{Time: at, Func: uint64(1 + (i*7+j)%functions), G: g})
			b.Add(protocol.Event{Time: at + 400, Func: uint64(1 + (i*7+j)%functions), G: g, Kind: protocol.Leave})
			at += 1000
		}
		p := *b.Packet(uint64(i+1), at)
		s.Packet(protocol.Record{At: begin.Add(time.Duration(at)), Packet: &p, Raw: make([]byte, 10_000)})
	}
	return f.store
}

// BenchmarkFrame composes one frame of a busy session, model queries included.
func BenchmarkFrame(b *testing.B) {
	store := bigStore(b)
	for _, size := range [][2]int{{80, 24}, {200, 60}, {400, 100}} {
		for tab, name := range []string{"calls", "functions", "goroutines"} {
			b.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(b *testing.B) {
				s := newScreen(b, Config{Store: store, Addresses: addresses}, size[0], size[1])
				s.root.tab = tab
				b.ReportAllocs()
				for b.Loop() {
					s.root.draw()
				}
			})
		}
	}
}

// BenchmarkMessage handles a message while the frame isn't due.
func BenchmarkMessage(b *testing.B) {
	s := newScreen(b, Config{Store: newFixture(b).store}, 200, 60)
	s.root.Update(frameMsg{})
	for b.Loop() {
		s.root.Update(tea.KeyPressMsg{Code: 'z', Text: "z"})
		s.root.View()
	}
}
