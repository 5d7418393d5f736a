package cli

import (
	"io"
	"testing"

	"goapptrace/protocol"
)

// BenchmarkPrint is what printing a call costs, of a goroutine that works in short calls.
func BenchmarkPrint(b *testing.B) {
	const calls = 1000
	printers := map[string]interface {
		open(id uint64, remote string) feed
	}{
		"plain": &plainPrinter{out: newLineWriter(io.Discard)},
		"json":  &jsonPrinter{out: newLineWriter(io.Discard)},
	}
	for name, p := range printers {
		b.Run(name, func(b *testing.B) {
			s := &script{}
			s.hello("bench")
			s.symbols("main.main", "goapptrace/examples/shop/store.(*DB).Load")
			var batch protocol.BatchBuilder
			for i := range int64(2 * calls) {
				batch.Add(protocol.Event{Time: 100 * i, Func: 2, G: 7, Kind: protocol.EventKind(i % 2)})
			}
			s.packet(batch.Packet(1, 0))
			f := p.open(1, "unix")
			for _, ev := range s.events {
				f.take(ev)
			}
			again := s.events[len(s.events)-1]
			for b.Loop() {
				f.take(again)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/calls, "ns/call")
		})
	}
}
