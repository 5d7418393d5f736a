package model

import (
	"testing"

	"goapptrace/protocol"
	"goapptrace/query"
)

// What taking in costs while the default watchers look on, four times a second as they do.
func BenchmarkIngestWatched(b *testing.B) {
	var probes []Probe
	for i, text := range []string{
		"panic and origin", "self > 200ms and calls > 10", "rate(func) > 20 and err", "repeats(func) > 30 and together > 5ms", "rate(func) > 200k", "growth(entry) > 5",
	} {
		probes = append(probes, Probe{ID: uint64(i), Filter: filterOf(query.Watches, text)})
	}
	w := newWorkload(64, 16)
	var records []protocol.Record
	for i := range 256 {
		p := w.rest
		if i < 255 {
			p = func() *protocol.FuncLogBatchPacket { return w.batch(benchBatch) }
		}
		records = append(records, protocol.Record{At: epoch, Packet: p(), Raw: make([]byte, 100)})
	}
	s := open(b, Limits{}, 64)
	s.store.Probe(probes)
	const quarter = 1220 // batches of 4,096 events at 20 M events a second
	for i := 0; b.Loop(); i++ {
		s.Packet(records[i%len(records)])
		if i%quarter == 0 {
			s.Harvest(epoch)
		}
	}
	got := s.Row(epoch)
	b.ReportMetric(float64(got.Events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(got.Events), "ns/event")
}
