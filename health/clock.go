package health

import (
	"math"
	"time"
)

// drift is by how much two machines' clocks may go apart.
const drift = 100e-6

// clock knows how a program's clock stands to ours.
type clock struct {
	known  bool
	offset int64 // Unix ns of the program's zero, as it says

	// The least that our clock was seen to be ahead of the program's, in ns, when a batch was done with. On two machines it grows
	// with time, as their clocks may go apart: there a lag that is always the same looks smaller after some hours.
	least float64
	drift float64
	last  time.Time
}

func newClock(same bool) clock {
	c := clock{least: math.Inf(1), drift: drift}
	if same {
		c.drift = 0
	}
	return c
}

// lag is by how many seconds longer than the fastest one a batch took that was complete at time t of the program, and is done with
// now. Floats, as programs may say what they like, and these don't wrap round.
func (c *clock) lag(t int64, now time.Time) float64 {
	ahead := float64(now.UnixNano()) - float64(c.offset) - float64(t)
	if !c.last.IsZero() {
		c.least += float64(max(now.Sub(c.last), 0)) * c.drift
	}
	c.least, c.last = min(c.least, ahead), now
	return (ahead - c.least) / 1e9
}
