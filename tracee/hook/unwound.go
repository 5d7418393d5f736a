package hook

import "runtime"

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
	var pc [1]uintptr
	if runtime.Callers(frame, pc[:]) == 0 {
		return false
	}
	f := runtime.FuncForPC(pc[0] - 1) // the PCs are return addresses
	if f == nil {
		return false
	}
	name := f.Name()
	return name == "runtime.gopanic" || name == "runtime.Goexit"
}
