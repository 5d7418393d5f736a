package main

import (
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

// probe looks for steps of a goroutine that take long: by the clock, which also shows that another process had the
// processor, by the thread's own time on the processor, and by the clock where the thread has waited for something. None of
// its functions is traced.
type probe struct {
	wall  time.Time
	cpu   int64
	waits int64
}

// newProbe begins. The goroutine stays on its thread until it calls end.
//
//go:nosplit
func newProbe() *probe {
	runtime.LockOSThread()
	return &probe{time.Now(), cpuTime(), waits()}
}

//go:nosplit
func (*probe) end() { runtime.UnlockOSThread() }

// step notes how long it took since the step before.
//
//go:nosplit
func (p *probe) step() {
	now := probe{time.Now(), cpuTime(), waits()}
	wall := int64(now.wall.Sub(p.wall))
	note(wallGap, wallGaps, wall)
	note(cpuGap, cpuGaps, now.cpu-p.cpu)
	if now.waits > p.waits && wall > int64(time.Millisecond) {
		ledger[waitGaps].Add(1)
	}
	*p = now
}

// gaps makes calls for a while, and probes them.
func gaps(d time.Duration) {
	few(leafCalls)
	p := newProbe()
	defer p.end()
	for begin := time.Now(); time.Since(begin) < d; {
		few(leafCalls)
		p.step()
	}
}

func few(c cell) {
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
//
//go:nosplit
func cpuTime() int64 {
	const threadCPUTime = 3
	var ts syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, threadCPUTime, uintptr(unsafe.Pointer(&ts)), 0)
	return ts.Nano()
}

// waits is how often this thread has given its processor away, to wait.
//
//go:nosplit
func waits() int64 {
	const thread = 1
	var usage syscall.Rusage
	syscall.RawSyscall(syscall.SYS_GETRUSAGE, thread, uintptr(unsafe.Pointer(&usage)), 0)
	return int64(usage.Nvcsw)
}
