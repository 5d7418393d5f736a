package commands

import (
	"context"
	"io"
	"runtime"
	"testing"
	"time"

	"goapptrace/internal/bigstore"
)

// counted counts what is written.
type counted struct{ bytes int64 }

func (c *counted) Write(p []byte) (int, error) {
	c.bytes += int64(len(p))
	return len(p), nil
}

// BenchmarkLarge is what commands cost on a store of ten million calls while a million events a second arrive: how long they take,
// how much of the events arrives meanwhile, and how much memory the command allocates at a time.
func BenchmarkLarge(b *testing.B) {
	st := bigstore.New(bigstore.Named, time.Now())
	stop := st.Feed()
	defer func() { b.Logf("%.0f events a second arrived", stop()) }()
	c := Config{Store: st.Store, Commander: new(commander)}
	for _, line := range []string{
		"sessions --json",
		"calls --json --filter 'dur > 10ms and err'",
		"calls --json --filter 'args ~ n=7'",
		"calls --json --last 100000",
		"calls --json --calls 1000000",
		"calls --follow --last 0 --json --filter 'dur > 1ms' --duration 3s",
		"calls --follow --last 0 --json --duration 3s",
		"functions --json",
		"goroutines --json",
	} {
		b.Run(line, func(b *testing.B) {
			out, args := new(counted), words(line)
			for b.Loop() {
				if status := Run(context.Background(), c, args, out, io.Discard); status != StatusDone {
					b.Fatalf("status %d", status)
				}
			}
			b.ReportMetric(float64(out.bytes)/float64(b.N), "B/run")
			b.ReportAllocs()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapInuse)/(1<<20), "MiB-heap")
		})
	}
}
