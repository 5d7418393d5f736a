//go:build !linux

package ui

import "time"

// effort is how long f took: processor times are measured on Linux alone.
func effort(f func()) time.Duration {
	began := time.Now()
	f()
	return time.Since(began)
}
