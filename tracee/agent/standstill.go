package agent

import (
	"cmp"
	"sync/atomic"
	"time"
)

// The end of a program whose recording is salvaged is given up when the viewer has taken nothing at so many looks: after a quarter
// of a second, with what is done around it. A machine that is too busy to let the program look doesn't let the viewer read either: looks that
// come late are not counted for more.
const (
	lookInterval = 25 * time.Millisecond
	idleLooks    = 9
)

// progress is how far a connection has got, seen from any goroutine.
type progress struct {
	sent   atomic.Uint64 // bytes in frames that were written
	queued func() int    // bytes that were written and not read by the viewer; 0 where nobody can tell
}

// newProgress looks at a connection.
func newProgress(conn transport) *progress {
	p := &progress{queued: func() int { return 0 }}
	if c, ok := conn.(interface{ Queued() int }); ok {
		p.queued = c.Queued
	}
	return p
}

// place is a position on the way of what is sent.
type place struct {
	sent   uint64
	queued int
}

// where is how far the current connection has got: another place each time that the viewer takes something, or that it is sent more.
func (a *agent) where() place {
	if p := a.progress.Load(); p != nil {
		return place{p.sent.Load(), p.queued()}
	}
	return place{}
}

// await waits for run to end, no longer than the configuration allows, and where nothing is lost by that only as long as the viewer
// goes on taking what it is sent.
func (a *agent) await() {
	limit := time.NewTimer(cmp.Or(a.cfg.flush, flushTimeout))
	defer limit.Stop()
	look := time.NewTicker(lookInterval)
	defer look.Stop()
	last, idle := a.where(), 0
	for idle < idleLooks || !a.salvaged {
		select {
		case <-a.done:
			return
		case <-limit.C:
			return
		case <-look.C:
		}
		if idle++; a.where() != last {
			last, idle = a.where(), 0
		}
	}
}
