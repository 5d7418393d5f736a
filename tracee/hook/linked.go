package hook

import (
	"sync/atomic"
	"unsafe"
)

// Packages of the standard library can't import this one. Where they have hooks, these reach it by names that the
// linker knows:
//
//	if f, start := goapptraceEnter(&funcs[12]); start != 0 { defer goapptraceLeave(f, start) }
//
// They stand where Enter, Leave and LeaveError do, at the same depth of the stack. What such a package holds for a
// function is a pointer, nil until the first call that is recorded, so that it need not know what a Func looks like.

//go:linkname linkedEnter goapptrace.enter
//go:norace
func linkedEnter(slot *unsafe.Pointer) (f *Func, start int64) {
	if mode != ModeOn {
		return nil, 0
	}
	f = (*Func)(atomic.LoadPointer(slot))
	if f == nil {
		f = linkFunc(slot)
	}
	if f.word >= offBit {
		return nil, 0
	}
	c := f.enter()
	return c.f, c.start
}

//go:norace
func linkFunc(slot *unsafe.Pointer) *Func {
	atomic.CompareAndSwapPointer(slot, nil, unsafe.Pointer(new(Func)))
	return (*Func)(atomic.LoadPointer(slot))
}

//go:linkname linkedLeave goapptrace.leave
//go:norace
func linkedLeave(f *Func, start int64) {
	if mode != ModeOff {
		Call{f, start}.leave()
	}
}

//go:linkname linkedLeaveError goapptrace.leaveError
//go:norace
func linkedLeaveError(f *Func, start int64, err *error) {
	if mode != ModeOff {
		Call{f, start}.leaveError(err)
	}
}
