package hook

import (
	"runtime"
	"unsafe"
)

// panicKnown says that gPanic is there and was found to be right.
var panicKnown bool

// panicking says whether a panic or runtime.Goexit is on its way through g, the running goroutine: whether it is inside of a
// call that one of them has made, directly or not.
//
//go:norace
//go:nocheckptr
func panicking(g uintptr) bool { return *(*uintptr)(pointer(g + gPanic)) != 0 }

// Unwound says whether a deferred function runs because a panic or runtime.Goexit ends the function that deferred
// it. The deferred function is the one that calls Unwound.
//
//go:norace
func Unwound() bool {
	const toDeferred = 4 // runtime.Callers, calledByPanic, unwound, Unwound
	return unwound(toDeferred + 1)
}

// unwound is Unwound for a caller that finds what called the deferred function in the frame with that number.
//
//go:norace
func unwound(frame int) bool {
	if panicKnown {
		procPin()
		p := panicking(currentG())
		procUnpin()
		if !p {
			return false
		}
	}
	return calledByPanic(frame)
}

// calledByPanic says whether the frame with that number, 0 for runtime.Callers, runs deferred functions of a function that
// doesn't return. A panic that has begun isn't enough: what it has deferred may call functions, and these
// return. Nor is it the end of a function that has recovered: it returns, and runs what it has deferred itself.
//
// The compiler's own function around a deferred call is not among the frames that the runtime tells.
//
//go:norace
func calledByPanic(frame int) bool {
	name := deferrer(frame + 1)
	return name == byPanic || name == "runtime.Goexit"
}

// byPanic is what runs deferred functions in a panic.
const byPanic = "runtime.gopanic"

// deferrer is the name of the function with that frame, as runtime.Callers counts; empty when there is none.
//
//go:norace
func deferrer(frame int) string {
	var pc [1]uintptr
	if runtime.Callers(frame, pc[:]) == 0 {
		return ""
	}
	f := runtime.FuncForPC(pc[0] - 1) // the PCs are return addresses
	if f == nil {
		return ""
	}
	return f.Name()
}

// panicArg is where in a runtime._panic lies what the panic was given, in bytes; negative when it wasn't found.
var panicArg = -1

// panicValue is what the innermost panic of the running goroutine was given; nil if that can't be told.
//
//go:norace
//go:nocheckptr
func panicValue() any {
	if !panicKnown || panicArg < 0 {
		return nil
	}
	procPin()
	p := *(*unsafe.Pointer)(pointer(currentG() + gPanic)) // to the stack, which may move
	procUnpin()
	if p == nil {
		return nil
	}
	return *(*any)(unsafe.Add(p, panicArg))
}

// findPanicArg looks for what a panic was given that is on its way, among the first fields.
//
//go:norace
//go:nocheckptr
func findPanicArg(given any) int {
	procPin()
	p := *(*unsafe.Pointer)(pointer(currentG() + gPanic))
	procUnpin()
	for at := range 2 {
		at *= int(unsafe.Sizeof(p))
		if p != nil && *(*[2]uintptr)(unsafe.Add(p, at)) == *(*[2]uintptr)(unsafe.Pointer(&given)) {
			return at
		}
	}
	return -1
}
