package hook

import "sync/atomic"

var onExit atomic.Pointer[func()]

// OnExit registers what runs when the program is about to end. It must return soon.
func OnExit(flush func()) { onExit.Store(&flush) }

// MainDone is deferred by main.main.
func MainDone() {
	const toDeferred = 3 // runtime.Callers, deferrer, MainDone
	if deferrer(toDeferred) == byPanic {
		value := panicValue()
		panicked.Store(&value)
	}
	flush()
}

// panicked is what the panic was given that ends main; nil if none does.
var panicked atomic.Pointer[any]

// Panicking says whether main is being ended by a panic, and what that was given; nil if that isn't known.
func Panicking() (value any, ok bool) {
	if p := panicked.Load(); p != nil {
		return *p, true
	}
	return nil, false
}

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
