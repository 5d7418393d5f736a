package hook

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// ring holds the events of one P. Positions count up and wrap around; position modulo size is the slot. It lies outside the Go heap
// where that is possible, and must not point into it. The fields up to staged are laid out for package salvage, too.
type ring struct {
	// Written by the goroutine that is pinned to the P; lost and head are read by the consumer.
	head  uint32 // position of the next event: those before it are published
	check uint32 // head from which on to call room; behind head only if the consumer arms
	lost  uint32 // events that found no room

	size   uint32    // a power of two
	start  uint32    // bytes from here to the events, if those are in the same memory
	staged [2]uint32 // written by the consumer, see Stage
	buf    unsafe.Pointer

	counts [maxFuncs/pageCells + 1]*countPage // by function ID less 1; the cells are read by the consumer

	_ [64]byte

	// Written by the consumer; tail is read by the producer.
	tail  uint32 // position of the first event that has not been released
	taken uint32 // position of the first event that has not been drained

	_ [64]byte
}

// maxRings is the highest number of Ps that are recorded.
const maxRings = 1024

// rings is indexed by P. A slot is set once.
var rings [maxRings]*ring

// strayLost counts events that had no ring to go to.
var strayLost atomic.Uint64

// ringSize is the size of new rings in events, as long as all of them together stay within their budget.
var ringSize uint32 = 1 << 14

// ringBytes is how much the rings take.
var ringBytes atomic.Uint64

// The bytes of all rings together, and of one. A ring of 8 MiB holds the events of 50 ms at five million calls a second, and
// of 15 ms in which a P does nothing but call empty functions: longer than it usually takes until a busy machine lets the
// agent and the viewer run.
const (
	ringsBudget = 32 << 20
	minRing     = 1 << 18
	maxRing     = 1 << 23
)

func ringSizeFor(procs int) uint32 {
	bytes := uintptr(maxRing)
	for bytes > minRing && bytes*uintptr(procs) > ringsBudget {
		bytes /= 2
	}
	return uint32(bytes / eventSize)
}

//go:norace
//go:nocheckptr
func (r *ring) slot(pos uint32) *event {
	return (*event)(unsafe.Add(r.buf, uintptr(pos&(r.size-1))*eventSize))
}

type room uint8

const (
	roomOK     room = iota
	roomNudge       // wake the consumer, then try again
	roomScarce      // there is, but soon there won't be
	roomNone
)

// room is what the producer asks when head reaches check: may an event of this kind be written at head? It is called
// at the half, at five eighths, and then for every event, so that all others need no look at the tail.
//
//go:norace
func (r *ring) room(kind Kind) room {
	if load(&armed) != 0 {
		return roomNudge
	}
	half, scarce, leavesOnly := r.size/2, r.size/8*5, r.size/4*3
	tail := load(&r.tail)
	switch used := r.head - tail; {
	case used < half:
		r.check = tail + half
		return roomOK
	case used < scarce:
		r.check = tail + scarce
		return roomNudge
	case kind == KindEnter && used < leavesOnly:
		r.check = r.head + 1
		return roomScarce
	case kind == KindEnter || used == r.size:
		return roomNone
	default:
		r.check = r.head + 1
		return roomOK
	}
}

// nextRing is the size in events of a ring to be made: a program may come to use more Ps than it had when it began.
func nextRing() uint32 {
	for {
		given, bytes := ringBytes.Load(), uint64(ringSize)*uint64(eventSize)
		for bytes > minRing && given+bytes > ringsBudget {
			bytes /= 2
		}
		if ringBytes.CompareAndSwap(given, given+bytes) {
			return uint32(bytes / uint64(eventSize))
		}
	}
}

// making says for each P that a goroutine makes its ring, or has made it.
var making [maxRings]uint32

// addRing gives P number p a ring, unless there is one. It says whether there is one now. To make one in the file may take some
// milliseconds, in which other goroutines run on the P: if each of them made one of its own, there could be hundreds.
//
//go:norace
func addRing(p int) bool {
	if p >= maxRings {
		return false
	}
	if !atomic.CompareAndSwapUint32(&making[p], 0, 1) && awaitRing(p) {
		return true
	}
	size := nextRing()
	r := newRing(uint32(p), size) // whose first event calls room
	if r == nil {
		ringBytes.Add(-uint64(size) * uint64(eventSize))
		atomic.StoreUint32(&making[p], 0)
		return false
	}
	if !atomic.CompareAndSwapPointer((*unsafe.Pointer)(unsafe.Pointer(&rings[p])), nil, unsafe.Pointer(r)) {
		r.release() // its part of the file stays taken, and counted
	}
	return true
}

// awaitRing lets others run until P number p has a ring. It says whether there is one: whoever makes it may have lost its processor.
func awaitRing(p int) bool {
	const patience = 10_000_000 // ns
	for begun := nanotime(); ringOf(p) == nil; runtime.Gosched() {
		if atomic.LoadUint32(&making[p]) == 0 || nanotime()-begun > patience {
			return false
		}
	}
	return true
}
