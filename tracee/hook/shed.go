package hook

import "sync/atomic"

// A consumer may not get to run before a hot loop has filled its ring: on a machine without an idle processor that takes 10 ms.
// So the hooks themselves have the functions counted that fill the last of a ring.

// shedAfter is how many calls of a function may begin in rings that are nearly full before it is shed; 0 for any number.
var shedAfter uint32

// shedPart says how many calls make a function be shed: this part of the events between the first sign that a ring is nearly full and the
// last call that it has room for. Half as many functions may be equally hot, and nothing is lost.
const shedPart = 256

// crowded says that calls began in rings that were nearly full.
var crowded uint32

// What a function's pressure may be, beside a number of such calls.
const (
	pinned  = 1 << 31 // its detail isn't the hook's to change
	wasShed = 1 << 30
)

// SetShedding says whether hooks turn a function from Full to Count when many of its calls have begun in rings that are nearly full.
func SetShedding(on bool) {
	after := uint32(0)
	if on {
		after = ringSize / 8 / shedPart
	}
	atomic.StoreUint32(&shedAfter, after)
}

// Crowded says whether a ring was nearly full since the last call of Sheds.
func (c *Consumer) Crowded() bool { return atomic.LoadUint32(&crowded) != 0 }

// Sheds calls yield for every function that hooks turned to Count since the last call.
func (c *Consumer) Sheds(yield func(f *Func)) {
	if atomic.SwapUint32(&crowded, 0) == 0 {
		return
	}
	for _, f := range c.Funcs() {
		if f.Shed() {
			yield(f)
			atomic.CompareAndSwapUint32(&f.pressure, wasShed, 0)
		}
		f.relieve()
	}
}

// Shed says whether hooks turned f to Count and Sheds has not told so yet.
func (f *Func) Shed() bool { return atomic.LoadUint32(&f.pressure) == wasShed }

// Pin says whether f stays as SetDetail has it, however full the rings become. Once f has its ID, only the consumer's goroutine may call it.
func (f *Func) Pin(pin bool) {
	v := uint32(0)
	if pin {
		v = pinned
	}
	atomic.StoreUint32(&f.pressure, v)
}

// relieve forgets the pressure on f, unless it has been shed meanwhile.
func (f *Func) relieve() {
	if n := atomic.LoadUint32(&f.pressure); n != 0 && n < wasShed {
		atomic.CompareAndSwapUint32(&f.pressure, n, 0)
	}
}

// press notes that a call of f begins in a ring that is nearly full.
//
//go:norace
func (f *Func) press() {
	most := load(&shedAfter)
	if most == 0 {
		return
	}
	switch n := atomic.LoadUint32(&f.pressure); {
	case n >= wasShed:
	case n+1 < most:
		atomic.CompareAndSwapUint32(&f.pressure, n, n+1) // or somebody else is at it
	case atomic.CompareAndSwapUint32(&f.pressure, n, wasShed):
		atomic.CompareAndSwapUint32(&f.word, f.id, f.id|countBit)
	}
	if load(&crowded) == 0 { // last: who sees it finds the rest
		atomic.StoreUint32(&crowded, 1)
	}
}
