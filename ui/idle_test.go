package ui

import (
	"io"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"goapptrace/protocol"
	"goapptrace/watch"
)

// counting counts what is written to a terminal.
type counting struct {
	io.Writer
	writes *atomic.Int64
}

func (c counting) Write(p []byte) (int, error) {
	c.writes.Add(1)
	return c.Writer.Write(p)
}

// Where nothing arrives the whole program does next to nothing: calls that go on get older every few seconds, and nobody looks for
// trouble any more.
func TestIdle(t *testing.T) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt) // what waits for signals begins outside of the bubbles
	signal.Stop(signals)
	for i, tab := range newRoot(t.Context(), Config{Store: newFixture(t).store}).tabs {
		t.Run(strings.ToLower(tab.title()), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { idles(t, i) })
		})
	}
}

// idles has nothing arrive for a minute while a tab is open.
func idles(t *testing.T, tab int) {
	time.Sleep(time.Until(fixtureNow))
	f := newFixture(t)
	opened := f.shop.Row(fixtureNow).Opened
	f.send(f.shop, opened, 200, []protocol.Event{{Time: time.Since(opened).Nanoseconds(), Func: 1, G: 99}})
	w := watch.Start(f.store, watch.Defaults())
	defer w.Close()
	var writes atomic.Int64
	works := func(l *live) (n int) {
		for len(l.marks) > 0 {
			n = (<-l.marks).worked
		}
		return n
	}
	l := newLiveOn(t, func(s *stopwatch) io.Writer { return counting{s, &writes} }, Config{Store: f.store, Watch: w, Theme: ThemeDark},
		200, 60, func(r *root) { r.showTab(tab) })
	defer func() {
		l.stop()
		time.Sleep(idleMost) // for ticks that nobody waits for any more
	}()
	time.Sleep(20 * time.Second)
	worked, written, changed := works(l), writes.Load(), f.store.Changed()
	const idle, each = time.Minute, 2 // frames for each time: that, and the outcome of what is worked out for it
	time.Sleep(idle)
	most := int64(each * (idle/idleMost + 1))
	if n := writes.Load() - written; n == 0 || n > most {
		t.Errorf("in %v of silence %d frames were written, want 1 to %d", idle, n, most)
	}
	if n := works(l) - worked; n > int(most) {
		t.Errorf("in %v of silence there was something to work out %d times, want %d at most", idle, n, most)
	}
	if f.store.Changed() != changed {
		t.Error("somebody has found something in silence")
	}
}
