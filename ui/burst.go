package ui

import (
	"runtime"
	"time"
)

// burst begins a piece of work in the background. What it returns says whether to go on, once per slice. Each time others have their turn
// first: frames that wait for a lock or a processor would else wait until the piece is done.
func burst(length time.Duration) (more func() bool) {
	began := time.Now()
	return func() bool {
		runtime.Gosched()
		return time.Since(began) < length
	}
}
