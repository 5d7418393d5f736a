package hook

import "unsafe"

// Kind is what happened in an [Event]. The numbers are those of the wire.
type Kind uint8

// The kinds.
const (
	KindEnter      Kind = 0
	KindLeave      Kind = 1
	KindLeavePanic Kind = 2 // left by a panic, or by runtime.Goexit
	KindLeaveError Kind = 3 // returned an error
)

// Event is one recorded entry into, or exit from, a function.
type Event struct {
	Time int64  // monotonic ns
	G    uint64 // goroutine ID, modulo 2^40
	Func uint32 // Func.ID
	Kind Kind
}

// event is an Event as it lies in a ring: 40 bits of goroutine ID, 22 of function ID, 2 of kind.
type event struct {
	time int64
	what uint64
}

const (
	kindBits  = 2
	idBits    = 22
	goidShift = kindBits + idBits
	maxGoid   = 1<<(64-goidShift) - 1
	eventSize = unsafe.Sizeof(event{})

	// maxFuncs is the highest function ID. Functions beyond it are not recorded.
	maxFuncs = 1<<idBits - 1
	idMask   = 1<<idBits - 1
)

func (e *event) unpack() Event {
	return Event{
		Time: e.time,
		G:    e.what >> goidShift,
		Func: uint32(e.what>>kindBits) & idMask,
		Kind: Kind(e.what & (1<<kindBits - 1)),
	}
}
