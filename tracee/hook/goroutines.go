package hook

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// Origin is where a goroutine comes from.
type Origin struct {
	G      uint64  // its ID, as in an Event
	Parent uint64  // the goroutine that started it, 0 for none
	GoPC   uintptr // the go statement there, as [runtime.CallersFrames] takes it; 0 for none
	Start  uintptr // where it began to run: in its function, or in one that the compiler made to pass arguments
	Entry  uintptr // its function, as [runtime.CallersFrames] takes it; 0 when unknown, or told with a goroutine of that Start before
}

// originRing holds the origins of goroutines that recorded an Enter on one P, and knows which these are. It lies outside
// the Go heap, and has no pointers into it.
type originRing struct {
	// Written by the goroutine that is pinned to the P.
	seen   [seenGoroutines]uint64 // by ID: a goroutine that needs no look, with the generation ahead of its ID
	starts [seenStarts]uintptr    // those of which the Entry has been told
	slots  [originSlots]Origin
	head   uint32 // read by the reader
	missed uint32 // origins that found no room; they come with the goroutine's next Enter

	_ [64]byte

	tail uint32 // written by the reader
}

const (
	seenGoroutines = 1 << 12
	seenStarts     = 1 << 6
	originSlots    = 1 << 10
)

var (
	// originKnown says that the offsets of where a goroutine comes from are there and were found to be right.
	originKnown bool

	// originRings is indexed by P. A slot is set once.
	originRings [maxRings]*originRing

	// generation makes what was seen before it unseen. It lies above the bits of an ID.
	generation uint64
)

// knows says whether the goroutine needs no look.
//
//go:norace
//go:nocheckptr
func (r *originRing) knows(g uint64) bool {
	return r.seen[g%seenGoroutines] == g&maxGoid|generation
}

// note adds the origin of the running goroutine, whose runtime.g is given. The caller is pinned.
//
//go:norace
//go:nocheckptr
//go:noinline
func (r *originRing) note(running uintptr) {
	if r.head-load(&r.tail) == originSlots {
		r.missed++
		return
	}
	g := goid(running)
	start := *(*uintptr)(pointer(running + gStartpc))
	r.slots[r.head%originSlots] = Origin{
		G:      g & maxGoid,
		Parent: *(*uint64)(pointer(running + gParentGoid)) & maxGoid,
		GoPC:   *(*uintptr)(pointer(running + gGopc)),
		Start:  start,
		Entry:  r.entry(start),
	}
	store(&r.head, r.head+1)
	r.seen[g%seenGoroutines] = g&maxGoid | generation
}

// entry is the outermost function of the running goroutine, which began to run at start, unless it has been asked for before or the stack is too deep.
// A goroutine's first call is seldom far up.
//
//go:norace
//go:nocheckptr
func (r *originRing) entry(start uintptr) uintptr {
	known := &r.starts[start/16%seenStarts] // functions are aligned
	if *known == start {
		return 0
	}
	const outside = 2 // what the runtime puts below every goroutine, and the function itself
	var pcs [32]uintptr
	n := runtime.Callers(0, pcs[:])
	if n == len(pcs) || n < outside {
		return 0
	}
	*known = start
	return pcs[n-outside]
}

// addOriginRing gives P number p a ring, unless there is one. It says whether there is one now.
//
//go:norace
//go:noinline
func addOriginRing(p int) bool {
	const size = (unsafe.Sizeof(originRing{}) + eventSize - 1) / eventSize * eventSize
	slot := (*unsafe.Pointer)(unsafe.Pointer(&originRings[p]))
	r := allocate(size)
	if r == nil {
		return false
	}
	if !atomic.CompareAndSwapPointer(slot, nil, r) {
		release(r, size)
	}
	return true
}

// ReadOrigins calls yield for the goroutines that have recorded an Enter since [ResetOrigins] and were not told
// of yet. The same goroutine may come again, from another P or when many others came in between.
//
//go:norace
func ReadOrigins(yield func(Origin)) {
	for i := range originRings {
		r := originRingOf(i)
		if r == nil {
			continue
		}
		for pos, head := r.tail, load(&r.head); pos != head; {
			o := r.slots[pos%originSlots]
			pos++
			store(&r.tail, pos)
			yield(o)
		}
	}
}

// ResetOrigins has every goroutine tell again where it comes from, with its next Enter.
func ResetOrigins() { atomic.AddUint64(&generation, maxGoid+1) }

func originRingOf(p int) *originRing {
	return (*originRing)(atomic.LoadPointer((*unsafe.Pointer)(unsafe.Pointer(&originRings[p]))))
}

// seesMain looks at the main goroutine, which runs the init functions. The runtime has started it.
//
//go:norace
//go:nocheckptr
func seesMain() bool {
	procPin()
	g := currentG()
	parent, start := *(*uint64)(pointer(g + gParentGoid)), *(*uintptr)(pointer(g + gStartpc))
	procUnpin()
	f := runtime.FuncForPC(start)
	return parent == 0 && f != nil && f.Name() == "runtime.main"
}
