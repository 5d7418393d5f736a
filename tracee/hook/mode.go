package hook

import "sync/atomic"

// Mode says what hooks do.
type Mode uint32

// The modes: off, neither Enter nor Leave records anything, whatever is open; on, both do.
//
// Switching off while calls are open leaves their Enters alone in the stream; nothing else follows them there. After
// switching on again, the Leave of a call that is still open appears without its Enter. Since calls nest, it
// then comes when its goroutine has no open call in the new stream, and a reader can tell.
const (
	ModeOff Mode = iota
	ModeOn
)

// mode is read by every hook, with a plain load: seeing a change late does no harm.
var mode Mode

// SetMode switches recording on or off for the whole program.
func SetMode(m Mode) { atomic.StoreUint32((*uint32)(&mode), uint32(m)) }

// Now is the clock of the events: monotonic ns.
func Now() int64 { return nanotime() }

// Wake receives a value when a ring is half full, and again while one is too full. It has a buffer of one.
var Wake = make(chan struct{}, 1)

// nudge wakes the consumer unless it has been told already. The caller isn't pinned.
//
//go:norace
func nudge() {
	if load(&armed) != 0 {
		sound()
	}
	select {
	case Wake <- struct{}{}:
	default:
	}
}
