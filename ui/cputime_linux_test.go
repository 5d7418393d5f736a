package ui

import (
	"time"

	"golang.org/x/sys/unix"
)

// processTime is how long all of the process has used processors.
func processTime() time.Duration { return clockTime(unix.CLOCK_PROCESS_CPUTIME_ID) }
