package store

import (
	"math/rand/v2"
	"sync"
	"time"
)

// Disk takes the time that a disk behind a page cache takes: mostly none, now and then some milliseconds.
type Disk struct {
	mu   sync.Mutex
	rand *rand.Rand
}

// NewDisk gives a disk whose moods follow from seed.
func NewDisk(seed uint64) *Disk {
	return &Disk{rand: rand.New(rand.NewPCG(seed, 1))}
}

// Access returns when one row has been reached: at once, or after 15 ms at the worst.
func (d *Disk) Access() {
	if wait := d.seek(); wait > 0 {
		time.Sleep(wait)
	}
}

func (d *Disk) seek() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch n := d.rand.IntN(100); {
	case n < 1:
		return 5*time.Millisecond + time.Duration(d.rand.IntN(10_000))*time.Microsecond
	case n < 12:
		return time.Duration(200+d.rand.IntN(1_800)) * time.Microsecond
	default:
		return 0
	}
}
