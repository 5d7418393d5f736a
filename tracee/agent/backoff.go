package agent

import (
	"math/rand/v2"
	"time"
)

// The time between two attempts to connect.
const (
	minBackoff = 100 * time.Millisecond
	maxBackoff = 30 * time.Second
)

// backoff doubles the time from attempt to attempt. The zero value is ready.
type backoff struct{ last time.Duration }

func (b *backoff) reset() { b.last = 0 }

// next is how long to wait after verdict v: between half and all of the time that is due, so that
// programs which lost the same viewer don't come back as one.
func (b *backoff) next(v verdict) time.Duration {
	b.last = min(max(2*b.last, minBackoff), maxBackoff)
	if v == refused {
		b.last = maxBackoff
	}
	return b.last/2 + rand.N(b.last/2+1)
}
