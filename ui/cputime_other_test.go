//go:build !linux

package ui

import "time"

// Processor times are measured on Linux alone.
func threadTime() time.Duration  { return 0 }
func processTime() time.Duration { return 0 }
