package agent

import (
	"testing"

	"goapptrace/protocol"
	"goapptrace/tracee/hook"
)

// BenchmarkPack is the agent's part of an event after it was drained: from a struct to a frame ready to be sent.
func BenchmarkPack(b *testing.B) {
	events := typicalEvents()
	var frame []byte
	s := newStream(new(recorded), new(symbolTable), func(p protocol.Packet) (err error) {
		frame, err = protocol.AppendFrame(frame[:0], p)
		return err
	})
	b.ReportAllocs()
	for b.Loop() {
		s.pack(events)
		if err := s.flush(0); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/event")
	b.ReportMetric(float64(len(frame))/float64(len(events)), "B/event")
}

// typicalEvents are calls 40 ns apart, now and then by another goroutine.
func typicalEvents() []hook.Event {
	events := make([]hook.Event, 12000)
	for i := range events {
		events[i] = hook.Event{Time: int64(40 * i), G: uint64(18 + i/500), Func: uint32(1 + i/2%300), Kind: hook.Kind(i % 2)}
	}
	return events
}
