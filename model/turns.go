package model

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// littleWork is how many things are done, each in a fraction of a µs, before others have their turn.
const littleWork = 1 << 7

// turns is a lock that knows whether others wait for it: whoever has much to do while holding it gives way to them, and to nobody
// when there is nobody, as that takes longer than the work in between.
type turns struct {
	sync.Mutex
	waiting atomic.Int32
	given   atomic.Uint32 // turns that somebody got who had waited
}

// Lock waits for its turn.
func (t *turns) Lock() {
	if t.TryLock() {
		return
	}
	t.waiting.Add(1)
	t.Mutex.Lock()
	t.waiting.Add(-1)
	t.given.Add(1)
}

// mostYields is how long somebody who has been given way to may take to wake up, in turns of the scheduler.
const mostYields = 1 << 8

// giveWay lets those have their turn who wait, in the middle of something that takes long, and says whether somebody had one. The lock is
// held. Who locks again at once is faster than who has to wake up first: so it waits for that.
func (t *turns) giveWay() (gave bool) {
	if t.waiting.Load() == 0 {
		return false
	}
	before := t.given.Load()
	t.Unlock()
	for n := 0; n < mostYields && t.given.Load() == before && t.waiting.Load() > 0; n++ {
		runtime.Gosched()
	}
	t.Lock()
	return true
}
