package protocol

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func someEvents() []Event {
	return []Event{
		{1_000_000_000, 1, 1, Enter},
		{1_000_000_070, 2, 1, Enter},
		{1_000_000_090, 300, 17, Enter},
		{1_000_000_080, 300, 17, LeavePanic}, // a little back in time
		{1_000_900_000, 2, 1, Leave},
		{9_000_900_000, 1, 1, Leave},
	}
}

func collect(t testing.TB, p *FuncLogBatchPacket) []Event {
	t.Helper()
	var got []Event
	for e, err := range p.Events() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e)
	}
	return got
}

func TestBatchRoundTrip(t *testing.T) {
	var b BatchBuilder
	for _, events := range [][]Event{someEvents(), nil, someEvents()[2:3], someEvents()[3:]} {
		b.Reset()
		for _, e := range events {
			b.Add(e)
		}
		p := b.Packet(3, 4)
		if p.Seq != 3 || p.End != 4 || p.Count != uint64(len(events)) {
			t.Errorf("seq %d, end %d, count %d", p.Seq, p.End, p.Count)
		}
		if diff := cmp.Diff(events, collect(t, p)); diff != "" {
			t.Errorf("events differ (-added +got):\n%s", diff)
		}
	}
}

func TestBatchRoundTripsAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOf(rapid.Custom(func(t *rapid.T) Event {
			return Event{
				Time: rapid.Int64().Draw(t, "time"),
				Func: rapid.Uint64Range(0, MaxFuncID).Draw(t, "func"),
				G:    rapid.Uint64().Draw(t, "g"),
				Kind: EventKind(rapid.IntRange(0, int(LeaveError)).Draw(t, "kind")),
			}
		})).Draw(t, "events")
		var b BatchBuilder
		for _, e := range events {
			b.Add(e)
		}
		i := 0
		for e, err := range b.Packet(1, 0).Events() {
			if err != nil || e != events[i] {
				t.Fatalf("event %d is %+v, %v, want %+v", i, e, err, events[i])
			}
			i++
		}
		if i != len(events) {
			t.Fatalf("%d events of %d", i, len(events))
		}
	})
}

func TestBatchFindsColumnsThatDisagree(t *testing.T) {
	for name, spoil := range map[string]func(p *FuncLogBatchPacket){
		"count too high":       func(p *FuncLogBatchPacket) { p.Count++ },
		"count too low":        func(p *FuncLogBatchPacket) { p.Count-- },
		"count of a billion":   func(p *FuncLogBatchPacket) { p.Count = 1e9 },
		"tags cut":             func(p *FuncLogBatchPacket) { p.Tags = p.Tags[:len(p.Tags)-1] },
		"tag too long":         func(p *FuncLogBatchPacket) { p.Tags[0] |= 0x80 },
		"times cut":            func(p *FuncLogBatchPacket) { p.Times = p.Times[:len(p.Times)-1] },
		"goroutines missing":   func(p *FuncLogBatchPacket) { p.Goroutines = nil },
		"run of zero":          func(p *FuncLogBatchPacket) { p.Goroutines[0] = 0 },
		"run too long":         func(p *FuncLogBatchPacket) { p.Goroutines[0] = 100 },
		"goroutines left over": func(p *FuncLogBatchPacket) { p.Goroutines = append(p.Goroutines, 1, 1) },
		"losses don't pair":    func(p *FuncLogBatchPacket) { p.LostFuncs = []uint64{1} },
	} {
		t.Run(name, func(t *testing.T) {
			var b BatchBuilder
			for _, e := range someEvents() {
				b.Add(e)
			}
			p := b.Packet(1, 0)
			spoil(p)
			var err error
			for _, err = range p.Events() {
			}
			if !errors.Is(err, ErrBatch) {
				t.Errorf("error %v, want %v", err, ErrBatch)
			}
		})
	}
}

// typicalEvents are n events of a program with nested calls on a few goroutines.
func typicalEvents(n int) []Event {
	events := make([]Event, 0, n)
	at, g := int64(1_000_000_000), uint64(17)
	var stack []uint64
	for i := 0; len(events) < n; i++ {
		at += int64(40 + i%200)
		if i%50 == 0 {
			g = uint64(17 + i/50%8)
		}
		if len(stack) < 6 && i%3 != 2 {
			f := uint64(1 + i%60)
			stack = append(stack, f)
			events = append(events, Event{at, f, g, Enter})
		} else if len(stack) > 0 {
			events = append(events, Event{at, stack[len(stack)-1], g, Leave})
			stack = stack[:len(stack)-1]
		}
	}
	return events
}

func BenchmarkBatch(b *testing.B) {
	const n = 8192
	events := typicalEvents(n)
	var builder BatchBuilder
	b.Run("encode", func(b *testing.B) {
		var frame []byte
		for b.Loop() {
			builder.Reset()
			for _, e := range events {
				builder.Add(e)
			}
			frame, _ = AppendFrame(frame[:0], builder.Packet(1, 0))
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/event")
		b.ReportMetric(float64(len(frame))/n, "B/event")
	})
	b.Run("decode", func(b *testing.B) {
		builder.Reset()
		for _, e := range events {
			builder.Add(e)
		}
		frame := mustFrame(b, builder.Packet(1, 0))
		var last Event
		for b.Loop() {
			p, err := DecodeFrame(frame)
			if err != nil {
				b.Fatal(err)
			}
			r := p.(*FuncLogBatchPacket).Reader()
			for r.Next() {
				last = r.Event
			}
		}
		if last != events[n-1] {
			b.Fatal("the last event is wrong")
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/event")
	})
}
