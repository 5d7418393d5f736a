package session

import (
	"log/slog"
	"maps"
	"net"
	"slices"
	"sync"
	"time"
)

// droppedPause is the least time between two lines of the log on connections that came to nothing.
const droppedPause = 10 * time.Second

// droppedLog tells of connections that came to nothing, in as many lines for a flood of them as for a few.
type droppedLog struct {
	log *slog.Logger

	mu     sync.Mutex
	untold map[Cause]int
	timer  *time.Timer // runs while there may be more to tell
	over   bool
}

// note tells of one, at once or by and by.
func (d *droppedLog) note(cause Cause, conn net.Conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.over:
	case d.timer == nil:
		d.log.Info("connection dropped", "remote", remoteName(conn), "cause", string(cause))
		d.timer = time.AfterFunc(droppedPause, d.again)
	default:
		if d.untold == nil {
			d.untold = make(map[Cause]int)
		}
		d.untold[cause]++
	}
}

// again tells what has come together meanwhile.
func (d *droppedLog) again() {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.over:
	case len(d.untold) == 0:
		d.timer = nil
	default:
		d.tell()
		d.timer.Reset(droppedPause)
	}
}

func (d *droppedLog) tell() {
	attrs := make([]any, 0, 2*len(d.untold))
	for _, cause := range slices.Sorted(maps.Keys(d.untold)) {
		attrs = append(attrs, string(cause), d.untold[cause])
	}
	d.log.Info("connections dropped", attrs...)
	clear(d.untold)
}

// close tells the rest.
func (d *droppedLog) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.over {
		return
	}
	d.over = true
	if d.timer != nil {
		d.timer.Stop()
	}
	if len(d.untold) > 0 {
		d.tell()
	}
}
