package hook

import "sync/atomic"

var onExit atomic.Pointer[func()]

// OnExit registers what runs when the program is about to end. It must return soon.
func OnExit(flush func()) { onExit.Store(&flush) }

// MainDone is deferred by main.main.
func MainDone() { flush() }

// Exiting wraps the argument of os.Exit.
func Exiting(code int) int {
	flush()
	return code
}

func flush() {
	if f := onExit.Load(); f != nil {
		(*f)()
	}
}
