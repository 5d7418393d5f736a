package agent

import (
	"math/rand/v2"
	"time"
)

// The time between two attempts to connect.
const (
	minBackoff = 100 * time.Millisecond
	maxBackoff = 30 * time.Second

	// maxAway is the longest after a connection was lost: a viewer that comes back shall have its programs within two
	// seconds. An attempt to which nobody answers costs some 50 µs.
	maxAway = 1500 * time.Millisecond
)

// backoff doubles the time from attempt to attempt. The zero value is ready.
type backoff struct {
	last    time.Duration
	welcome bool // there was a viewer, and it is expected back
}

// connected notes that there is a viewer.
func (b *backoff) connected() { *b = backoff{welcome: true} }

// next is how long to wait after verdict v: between half and all of the time that is due, so that
// programs which lost the same viewer don't come back as one.
func (b *backoff) next(v verdict) time.Duration {
	longest := maxBackoff
	switch {
	case v == refused:
		*b = backoff{last: maxBackoff}
	case b.welcome:
		longest = maxAway
	}
	b.last = min(max(2*b.last, minBackoff), longest)
	return b.last/2 + rand.N(b.last/2+1)
}
