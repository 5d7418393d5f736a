package hook

import "sync/atomic"

// armed says that nobody is there to drain: whoever records next calls onAlarm.
var (
	armed   uint32
	onAlarm atomic.Pointer[func()]
)

// Arm lets the consumer go away: the next event that is recorded, or call that is counted, disarms the hooks and
// calls alarm, once, on the program's goroutine, which must return soon. It is the consumer that arms. Events that are recorded at the same
// moment may be missed, so the consumer looks once more a moment later whether it is Quiet, and stays otherwise.
//
// The hooks of the program need not look at anything for that: each ring's next check for room is due at once.
func (c *Consumer) Arm(alarm func()) {
	onAlarm.Store(&alarm)
	atomic.StoreUint32(&armed, 1)
	for i := range rings {
		if r := ringOf(i); r != nil {
			atomic.StoreUint32(&r.check, load(&r.head))
		}
	}
}

// Disarm says whether the hooks were still armed. If they weren't, alarm has been called or is about to be.
func Disarm() bool { return atomic.CompareAndSwapUint32(&armed, 1, 0) }

// Quiet says that the rings are empty.
func (c *Consumer) Quiet() bool {
	for i := range rings {
		if r := ringOf(i); r != nil && load(&r.head) != load(&r.tail) {
			return false
		}
	}
	return true
}

// sound wakes the consumer that went away. The caller isn't pinned.
//
//go:norace
func sound() {
	if Disarm() {
		(*onAlarm.Load())()
	}
}
