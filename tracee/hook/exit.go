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

// ExitingLater wraps os.Exit where its argument is evaluated long before, in a defer or go statement.
func ExitingLater(exit func(int)) func(int) {
	return func(code int) { exit(Exiting(code)) }
}

// Fatal wraps the values that log.Fatal and its kin print.
func Fatal(values ...any) []any {
	flush()
	return values
}

func flush() {
	if f := onExit.Load(); f != nil {
		(*f)()
	}
}
