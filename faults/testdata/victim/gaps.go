package main

import (
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

// gaps makes calls for a while on a thread of its own and looks for steps that take long: by the clock, which
// also shows that another process had the processor, and by the thread's own time on the processor.
func gaps(d time.Duration) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	step(leafCalls)
	wall, cpu := time.Now(), cpuTime()
	for end := wall.Add(d); wall.Before(end); {
		step(leafCalls)
		w, c := time.Now(), cpuTime()
		note(wallGap, wallGaps, int64(w.Sub(wall)))
		note(cpuGap, cpuGaps, c-cpu)
		wall, cpu = w, c
	}
}

func step(c cell) {
	for i := range 50 {
		count(c)
		leaf(i)
	}
}

//go:nosplit
func note(longest, many cell, ns int64) {
	if ns > ledger[longest].Load() {
		ledger[longest].Store(ns)
	}
	if ns > int64(time.Millisecond) {
		ledger[many].Add(1)
	}
}

// cpuTime is how long this thread has had a processor, ns.
func cpuTime() int64 {
	const threadCPUTime = 3
	var ts syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, threadCPUTime, uintptr(unsafe.Pointer(&ts)), 0)
	return ts.Nano()
}
