package model

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// Whoever holds the lock for long gives way to those who wait, and knows whether there are any.
func TestTurns(t *testing.T) {
	var l turns
	l.Lock()
	if l.giveWay() {
		t.Error("it gave way to nobody")
	}
	var served atomic.Int32
	var waiting sync.WaitGroup
	const most = 20
	for range most {
		waiting.Go(func() {
			runtime.LockOSThread() // which takes longer to wake up
			defer runtime.UnlockOSThread()
			l.Lock()
			served.Add(1)
			l.Unlock()
		})
	}
	for l.waiting.Load() < most {
		runtime.Gosched()
	}
	for served.Load() < most {
		before := l.given.Load()
		gave := l.giveWay()
		if l.TryLock() {
			t.Fatal("afterwards it isn't locked")
		}
		if !gave && l.given.Load() == before && served.Load() < most {
			t.Fatal("it gave way to nobody, though some wait")
		}
	}
	l.Unlock()
	waiting.Wait()
}
