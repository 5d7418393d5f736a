package model

import (
	"runtime"
	"sync"
	"sync/atomic"
)

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

// giveWay lets those have their turn who wait, in the middle of something that takes long. The lock is held.
func (t *turns) giveWay() {
	if t.waiting.Load() > 0 {
		t.Unlock()
		runtime.Gosched()
		t.Lock()
	}
}
