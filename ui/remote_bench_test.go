package ui

import (
	"io"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// remoteWidth and remoteHeight are the size of terminals elsewhere.
const remoteWidth, remoteHeight = 120, 36

// How long it is waited until what tabs work out at first is there, and for how long screens are measured then.
const (
	remoteSettle  = 10 * time.Second
	remoteMeasure = 10 * time.Second
	remoteKeys    = 100
)

// tally is a terminal that counts what it is sent.
type tally struct {
	next          *stopwatch
	account       *Account
	bytes, writes atomic.Int64
}

// Write implements [io.Writer].
func (t *tally) Write(p []byte) (int, error) {
	t.bytes.Add(int64(len(p)))
	t.writes.Add(1)
	t.account.Wrote(len(p))
	t.account.Took(len(p))
	return t.next.Write(p)
}

// fedTime is how long the thread that feeds the store has used a processor, as of its last batch.
var fedTime atomic.Int64

// BenchmarkRemote shows tabs on one and on fifty screens of 120×36, each within what a screen elsewhere may cost: bytes, frames and the
// share of a core of each, which includes all that the process does beside taking in what arrives. The network's part is missing.
func BenchmarkRemote(b *testing.B) {
	big().Fed = func() { fedTime.Store(int64(threadTime())) }
	b.Run("1", func(b *testing.B) {
		eachTab(b, func(b *testing.B, tab bigTab) { measureRemote(b, 1, func(int) int { return tab.index }) })
	})
	b.Run("50", func(b *testing.B) {
		b.Run("calls", func(b *testing.B) { measureRemote(b, 50, func(int) int { return 0 }) })
		b.Run("all tabs", func(b *testing.B) { measureRemote(b, 50, func(i int) int { return i % 8 }) })
	})
	big().Fed = nil
}

// measureEffort is the share of a core that the process takes for a while, without what feeds the store.
func measureEffort(wait time.Duration) float64 {
	began, used := time.Now(), processTime()-time.Duration(fedTime.Load())
	time.Sleep(wait)
	return (processTime() - time.Duration(fedTime.Load()) - used).Seconds() / time.Since(began).Seconds()
}

// measureRemote has screens show tabs.
func measureRemote(b *testing.B, screens int, tab func(screen int) int) {
	feed(b)
	for fedTime.Store(0); fedTime.Load() == 0; {
		time.Sleep(time.Millisecond)
	}
	runtime.GC()
	others := measureEffort(remoteSettle / 2)
	budget := DefaultBudget()
	var lives []*live
	tallies := make([]tally, screens)
	for i := range tallies {
		t, config := &tallies[i], bigConfig()
		t.account = budget.Open()
		config.Account = t.account
		l := newLiveOn(b, func(s *stopwatch) io.Writer { t.next = s; return t }, config, remoteWidth, remoteHeight, func(r *root) {
			r.sessions.chosen, r.sessions.byUser = big().Busy.ID(), true
			r.showTab(tab(i))
		})
		l.send(nil)
		lives = append(lives, l)
	}
	for b.Loop() {
		time.Sleep(remoteSettle)
		count := func() (bytes, writes int64) {
			for i := range tallies {
				bytes, writes = bytes+tallies[i].bytes.Load(), writes+tallies[i].writes.Load()
			}
			return bytes, writes
		}
		bytes, writes := count()
		effort := measureEffort(remoteMeasure)
		bytes2, writes2 := count()
		each := remoteMeasure.Seconds() * float64(screens)
		b.ReportMetric(float64(bytes2-bytes)/1024/each, "KiB/s")
		b.ReportMetric(float64(writes2-writes)/each, "frames/s")
		b.ReportMetric(100*(effort-others)/float64(screens), "core-%")
		var keys []time.Duration
		for i := range remoteKeys {
			time.Sleep(time.Duration(20+rand.IntN(60)) * time.Millisecond)
			keys = append(keys, lives[rand.IntN(screens)].send(press([]string{"down", "up"}[i%2])))
		}
		percentiles(b, "key-ms", keys)
	}
	for i, l := range lives {
		l.stop()
		tallies[i].account.Close()
	}
}
