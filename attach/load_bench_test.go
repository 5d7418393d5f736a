package attach

import (
	"sync"
	"testing"
	"time"

	"goapptrace/internal/bigstore"
	"goapptrace/ui"
)

var busy = sync.OnceValue(func() *bigstore.Store {
	return bigstore.New(bigstore.Size{Calls: 1_000_000, Functions: 2_000, Goroutines: 500, Sessions: 8, Rate: 1_000_000}, time.Now())
})

// BenchmarkTraffic shows each tab of a program that brings a million events a second on an attached screen of 120×36, for some
// seconds: what that takes from the network, and gives to it.
func BenchmarkTraffic(b *testing.B) {
	for i, name := range []string{"calls", "functions", "goroutines", "flame", "timeline", "packets", "output"} {
		b.Run(name, func(b *testing.B) {
			const settle, measure = 5 * time.Second, 10 * time.Second
			store := busy()
			stop := store.Feed()
			c := serve(b, Source{Store: store.Store, Identity: "a"}).open(nil)
			config := c.Config()
			s := newScreen(b, ui.Config{Remote: config.Remote, Now: config.Now}, 120, 36)
			s.press(string(rune('1' + i)))
			s.forWhile(settle)
			in, out := c.Traffic()
			changes := c.Changed()
			b.ResetTimer()
			s.forWhile(measure)
			nowIn, nowOut := c.Traffic()
			b.ReportMetric(float64(nowIn-in)/measure.Seconds(), "bytes-in/s")
			b.ReportMetric(float64(nowOut-out)/measure.Seconds(), "bytes-out/s")
			b.ReportMetric(float64(c.Changed()-changes)/measure.Seconds(), "changes/s")
			b.ReportMetric(stop(), "events/s")
			b.ReportMetric(0, "ns/op")
			if testing.Verbose() {
				b.Log("\n" + s.text())
			}
		})
	}
}

// forWhile takes in what commands bring.
func (s *screen) forWhile(d time.Duration) {
	over := time.After(d)
	for {
		select {
		case msg := <-s.msgs:
			s.send(msg)
		case <-over:
			return
		}
	}
}
