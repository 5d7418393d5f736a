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
}

// Lock waits for its turn.
func (t *turns) Lock() {
	if t.TryLock() {
		return
	}
	t.waiting.Add(1)
	t.Mutex.Lock()
	t.waiting.Add(-1)
}

// giveWay lets those have their turn who wait, in the middle of something that takes long, and says whether somebody had one. The lock is
// held.
func (t *turns) giveWay() (gave bool) {
	if t.waiting.Load() == 0 {
		return false
	}
	t.Unlock()
	runtime.Gosched()
	t.Lock()
	return true
}
