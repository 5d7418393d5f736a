package hook

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// Func is an instrumented function. The zero value is ready.
type Func struct {
	word uint32 // 0, or its ID, with offBit or countBit unless it is streamed; claimed while it gets one

	// Set before the function is in the list, and never again.
	id   uint32
	pc   uintptr
	next *Func // the function with the ID before

	pressure uint32 // calls that began in rings that were nearly full; see press

	entry *entry        // where losses are counted; nil if there was no memory for it
	stray atomic.Uint64 // events lost while there was no entry

	// Owned by the consumer: how much of the losses it has reported.
	reportedEnters, reportedLeaves uint64
}

const (
	offBit   = 1 << 31 // the highest, so that one comparison finds it
	countBit = 1 << 30
	claimed  = 1 << 29 // above every ID
)

// Detail is how much of a function's calls is recorded. The numbers are those of the wire.
type Detail uint8

// The details.
const (
	Full  Detail = 0 // an event for every Enter and every Leave
	Count Detail = 1 // calls are added up
	Off   Detail = 2 // nothing
)

func (d Detail) bits() uint32 {
	switch d {
	case Count:
		return countBit
	case Off:
		return offBit
	}
	return 0
}

// onFirstCall decides about functions that get their ID.
var onFirstCall atomic.Pointer[func(pc uintptr) (d Detail, pin bool)]

// OnFirstCall registers what decides how a function is traced that is called for the first time, before that
// call is recorded, and whether that is for good, as after [Func.Pin]. It gets the function's PC, runs on the caller's goroutine, and may
// run at the same time on others.
func OnFirstCall(decide func(pc uintptr) (d Detail, pin bool)) { onFirstCall.Store(&decide) }

// newest is the function that got its ID last: the head of a list that only grows.
var newest unsafe.Pointer // *Func

// ID is the function's number, dense from 1 in the order of first calls.
func (f *Func) ID() uint32 { return f.id }

// PC lies in the function, in the form that [runtime.CallersFrames] takes.
func (f *Func) PC() uintptr { return f.pc }

// SetDetail chooses how the calls of f that begin from now on are recorded. Only the consumer's goroutine may call it.
func (f *Func) SetDetail(d Detail) { atomic.StoreUint32(&f.word, f.id|d.bits()) }

// Detail is how f is traced now.
func (f *Func) Detail() Detail {
	switch w := atomic.LoadUint32(&f.word); {
	case w&offBit != 0:
		return Off
	case w&countBit != 0:
		return Count
	}
	return Full
}

// admit decides about an Enter whose function has no plain ID: it returns the word, or 0 if there is nothing to record.
//
//go:norace
func (f *Func) admit(w uint32) uint32 {
	if w&countBit != 0 {
		return w
	}
	if w == 0 {
		f.register()
	}
	// Another goroutine is a few instructions away from publishing the ID, unless its thread just lost its processor.
	const patience = 10000
	for range patience {
		switch w = load(&f.word); {
		case w&offBit != 0:
			return 0
		case w != claimed:
			return w
		}
	}
	f.stray.Add(1) // f.entry may not be its own yet
	strayLost.Add(1)
	return 0
}

// register gives f the next ID, unless another goroutine is at it.
//
//go:norace
func (f *Func) register() {
	const toCaller = 5 // runtime.Callers, register, admit, enter, Enter
	var pc [1]uintptr
	runtime.Callers(toCaller, pc[:])
	detail, pin := Full, false
	if decide := onFirstCall.Load(); decide != nil {
		detail, pin = (*decide)(pc[0])
	}
	reserveEntries()
	text := describe(pc[0])

	procPin() // nobody shall wait for a preempted goroutine
	if atomic.CompareAndSwapUint32(&f.word, 0, claimed) {
		f.pc = pc[0]
		f.Pin(pin)
		f.enlist(detail, text)
	}
	procUnpin()
}

// enlist gives f its ID and puts it into the list, or switches it off for good when there are too many functions.
//
//go:norace
func (f *Func) enlist(detail Detail, text uint64) {
	for {
		before := (*Func)(atomic.LoadPointer(&newest))
		f.next, f.id = before, 1
		if before != nil {
			f.id = before.id + 1
		}
		if f.id > maxFuncs {
			store(&f.word, offBit)
			return
		}
		f.entry = entryOf(f.id)
		if atomic.CompareAndSwapPointer(&newest, unsafe.Pointer(before), unsafe.Pointer(f)) {
			break
		}
	}
	if f.entry != nil {
		f.entry.text = text
		store64(&f.entry.pc, uint64(f.pc))
	}
	atomic.CompareAndSwapUint32(&f.word, claimed, f.id|detail.bits()) // unless SetDetail was quicker
}

// lose counts an event that found no room in r. The caller is pinned. The function's count goes first, for a
// consumer looks at it when it sees the ring's.
//
//go:norace
func (f *Func) lose(r *ring, kind Kind) {
	f.countLoss(kind)
	store(&r.lost, r.lost+1)
}

// loseStray counts an event that had no ring to go to.
//
//go:norace
func (f *Func) loseStray(kind Kind) {
	f.countLoss(kind)
	strayLost.Add(1)
}

//go:norace
func (f *Func) countLoss(kind Kind) {
	switch {
	case f.entry == nil:
		f.stray.Add(1)
	case kind == KindEnter:
		f.entry.lostEnters.Add(1)
	default:
		f.entry.lostLeaves.Add(1)
	}
}

// losses are how many events of f were lost. Only the consumer's goroutine may call it.
func (f *Func) losses() (enters, leaves uint64) {
	if f.entry == nil {
		return f.stray.Load(), 0
	}
	if n := f.stray.Load(); n > 0 {
		f.stray.Add(-n)
		f.entry.lostEnters.Add(n)
	}
	return f.entry.lostEnters.Load(), f.entry.lostLeaves.Load()
}
