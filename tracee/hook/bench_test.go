package hook

import (
	"context"
	"runtime/trace"
	"testing"
	"time"
)

var benchFuncs [2]Func

var sink int

//go:noinline
func plain(n int) int { return n + 1 }

//go:noinline
func hooked(n int) int {
	if t := Enter(&benchFuncs[0]); t.Open() {
		defer t.Leave()
	}
	return n + 1
}

//go:noinline
func hookedError(n int) (_ int, err error) {
	if t := Enter(&benchFuncs[1]); t.Open() {
		defer t.LeaveError(&err)
	}
	return n + 1, nil
}

//go:noinline
func region(ctx context.Context, n int) int {
	defer trace.StartRegion(ctx, "region").End()
	return n + 1
}

// BenchmarkCall compares one call, entered and left, with what it could cost otherwise.
func BenchmarkCall(b *testing.B) {
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			sink = plain(sink)
		}
	})
	b.Run("off", func(b *testing.B) {
		SetMode(ModeOff)
		for b.Loop() {
			sink = hooked(sink)
		}
	})
	b.Run("function-off", func(b *testing.B) {
		record(b)
		hooked(0)
		benchFuncs[0].SetDetail(Off)
		defer benchFuncs[0].SetDetail(Full)
		for b.Loop() {
			sink = hooked(sink)
		}
	})
	b.Run("on", func(b *testing.B) {
		c := record(b)
		warm(c)
		n := 0
		for b.Loop() {
			sink = hooked(sink)
			if n++; n%4096 == 0 { // inside its half of the ring, nothing is ever lost
				b.StopTimer()
				c.Reset()
				b.StartTimer()
			}
		}
	})
	b.Run("error-check", func(b *testing.B) {
		c := record(b)
		warm(c)
		n := 0
		for b.Loop() {
			sink, _ = hookedError(sink)
			if n++; n%4096 == 0 {
				b.StopTimer()
				c.Reset()
				b.StartTimer()
			}
		}
	})
	b.Run("count", func(b *testing.B) {
		record(b)
		hooked(0)
		benchFuncs[0].SetDetail(Count)
		defer benchFuncs[0].SetDetail(Full)
		for b.Loop() {
			sink = hooked(sink)
		}
	})
	b.Run("on-full", func(b *testing.B) { // nobody drains: what a stalled viewer costs
		record(b)
		for b.Loop() {
			sink = hooked(sink)
		}
	})
	b.Run("on-parallel-drained", func(b *testing.B) {
		c := record(b)
		done := drainInBackground(c)
		b.RunParallel(func(pb *testing.PB) {
			n := 0
			for pb.Next() {
				n = hooked(n)
			}
		})
		b.StopTimer()
		events := done()
		b.ReportMetric(float64(c.Totals().LostEnters)/float64(b.N), "lost/op")
		b.ReportMetric(float64(events)/float64(b.N), "events/op")
	})
	b.Run("two-clock-reads", func(b *testing.B) {
		for b.Loop() {
			nanotime()
			nanotime()
		}
	})
	b.Run("trace-region", func(b *testing.B) {
		if err := trace.Start(discard{}); err != nil {
			b.Skip(err)
		}
		defer trace.Stop()
		ctx := context.Background()
		for b.Loop() {
			sink = region(ctx, sink)
		}
	})
}

// BenchmarkDrain is the consumer's part of one event.
func BenchmarkDrain(b *testing.B) {
	c := record(b)
	buf := make([]Event, 4096)
	events := 0
	for b.Loop() {
		b.StopTimer()
		for range 4096 {
			hooked(0)
		}
		b.StartTimer()
		for n := -1; n != 0; events += n {
			n = c.take(Everything, buf)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(events), "ns/event")
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// warm fills the rings' memory, which the system hands out page by page at the first touch.
func warm(c *Consumer) {
	for range 2 { // half of a ring each, and a little more
		for range ringSize / 3 {
			hooked(0)
		}
		c.Reset()
	}
}

// record switches recording on for the test or benchmark.
func record(tb testing.TB) *Consumer {
	c := new(Consumer)
	c.Reset()
	SetMode(ModeOn)
	tb.Cleanup(func() { SetMode(ModeOff) })
	return c
}

// drainInBackground drains until its result is called, which returns the number of events.
func drainInBackground(c *Consumer) (stop func() int) {
	quit, total := make(chan struct{}), make(chan int)
	go func() {
		buf := make([]Event, 4096)
		sum, last := 0, false
		for {
			for n := -1; n != 0; sum += n {
				n = c.take(Now(), buf)
			}
			if last {
				break
			}
			select {
			case <-quit:
				last = true
			case <-Wake:
			case <-time.After(2 * time.Millisecond):
			}
		}
		c.Losses(func(*Func, uint64, uint64) {})
		total <- sum
	}()
	return func() int {
		close(quit)
		return <-total
	}
}
