package model

import (
	"math/rand/v2"
	"testing"
	"time"

	"goapptrace/protocol"
)

// Filters on ten million calls of which few or none pass. Each time nothing is remembered of the filter:
// "first" is the first slice, "page" all that is needed for a page, "again" the same query once more, as each frame asks it.
func BenchmarkFilter(b *testing.B) {
	s := open(b, Limits{Packets: 1}, 64)
	w, rng := newWorkload(64, 16), rand.New(rand.NewPCG(5, 6))
	for s.Row(epoch).Calls < 10_000_000 {
		s.Packet(record(w.mixed(rng, benchBatch)))
		if s.Row(epoch).Calls < 1<<16 && len(w.stacks[0]) == 0 { // slow calls at the other end alone
			slow := protocol.Event{Time: w.now, Func: 1, G: 1}
			feed(s, slow)
			w.now += 20e6
			slow.Time, slow.Kind = w.now, protocol.LeaveError
			feed(s, slow)
		}
	}
	for _, text := range []string{
		"dur > 10ms and err", "dur > 1h", "depth > 3 and dur > 1h", "g != 3 and depth < 9 and dur > 1h", "f1 and dur > 10ms", `func ~ "f1$" and panic and dur > 10ms`, `args ~ "n=7"`,
	} {
		b.Run(text, func(b *testing.B) {
			q := CallQuery{Filter: callsLike(text), Before: 50, Now: epoch}
			var first, again time.Duration
			slices := 0
			for b.Loop() {
				s.filters = callFilters{}
				begin := time.Now()
				page := s.slice(q)
				first += time.Since(begin)
				for slices++; page.Unseen > 0; slices++ {
					page = s.slice(q)
				}
				begin = time.Now()
				s.slice(q)
				again += time.Since(begin)
			}
			n := float64(b.N)
			b.ReportMetric(float64(first.Nanoseconds())/n, "ns/first")
			b.ReportMetric(float64(again.Nanoseconds())/n, "ns/again")
			b.ReportMetric(float64(slices)/n, "slices")
		})
	}
}
