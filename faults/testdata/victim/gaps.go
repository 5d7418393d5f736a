package main

import (
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

// probe looks for steps of a goroutine that take long: by the clock, which also shows that others had the processor, by the thread's
// own time on the processor, and by what is left where the thread slept: neither did it run nor want to. None of its functions
// is traced.
type probe struct {
	now      times
	rested   int64 // when it last let others run, by the wall
	schedule int   // file
}

// times are a thread's, in ns.
type times struct {
	wall   int64 // since the program began
	cpu    int64
	queued int64 // wanting a processor that others had
	waits  int64 // how often it gave its own away, to wait
}

// begun is when the program began.
var begun = time.Now()

// newProbe begins. The goroutine stays on its thread until it calls end.
func newProbe() *probe {
	runtime.LockOSThread()
	schedule, err := syscall.Open("/proc/thread-self/schedstat", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		panic(err)
	}
	p := &probe{schedule: schedule}
	p.look()
	return p
}

func (p *probe) end() {
	_ = syscall.Close(p.schedule)
	runtime.UnlockOSThread()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	ledger[collections].Store(int64(memory.NumGC))
}

//go:nosplit
func (p *probe) look() {
	p.now = times{int64(time.Since(begun)), cpuTime(), queued(p.schedule), waits()}
}

// step notes how long it took since the step before.
//
//go:nosplit
func (p *probe) step() {
	before := p.now
	p.look()
	wall, cpu := p.now.wall-before.wall, p.now.cpu-before.cpu
	note(wallGap, wallGaps, wall)
	note(cpuGap, cpuGaps, cpu)
	if p.now.waits > before.waits {
		note(waitGap, waitGaps, wall-cpu-(p.now.queued-before.queued))
	}
	if p.now.wall-p.rested > int64(turn) {
		runtime.Gosched()
		p.look()
		p.rested = p.now.wall
	}
}

// turn is how long a goroutine runs before it lets others. Go's scheduler would see to that after 10 ms, in the middle of a step,
// whose thread then sleeps until another one has got a processor to wake it.
const turn = 3 * time.Millisecond

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

// queued is how long this thread wanted a processor that others had, ns: the second number in its file. Where the system doesn't
// keep that it is 0.
//
//go:nosplit
func queued(schedule int) (ns int64) {
	var text [64]byte
	n, _, _ := syscall.RawSyscall6(syscall.SYS_PREAD64, uintptr(schedule), uintptr(unsafe.Pointer(&text)), unsafe.Sizeof(text), 0, 0, 0)
	word := 0
	for i := 0; i < int(n) && i < len(text) && word < 2; i++ {
		switch c := text[i]; {
		case c == ' ':
			word++
		case word == 1:
			ns = ns*10 + int64(c-'0')
		}
	}
	return ns
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
