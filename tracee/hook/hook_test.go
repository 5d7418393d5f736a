package hook

import (
	"fmt"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// drainAll takes everything there is, with a buffer so small that many calls are needed.
func drainAll(c *Consumer) []Event {
	var all []Event
	buf := make([]Event, 7)
	for {
		n := c.take(Everything, buf)
		if n == 0 {
			return all
		}
		all = append(all, buf[:n]...)
	}
}

// checkNesting fails unless every goroutine's events are a well nested sequence of complete calls, with times that
// don't go back. It returns the number of calls by function.
func checkNesting(t *testing.T, events []Event) map[uint32]int {
	t.Helper()
	type goroutine struct {
		open []uint32
		time int64
	}
	calls, gs := map[uint32]int{}, map[uint64]*goroutine{}
	for i, e := range events {
		g := gs[e.G]
		if g == nil {
			g = &goroutine{}
			gs[e.G] = g
		}
		if e.Time < g.time {
			t.Fatalf("event %d: %+v is %d ns older than the goroutine's event before", i, e, g.time-e.Time)
		}
		g.time = e.Time
		if e.Kind == KindEnter {
			g.open = append(g.open, e.Func)
			continue
		}
		last := len(g.open) - 1
		if last < 0 || g.open[last] != e.Func {
			t.Fatalf("event %d: %+v ends a call that is not the innermost of %v", i, e, g.open)
		}
		g.open = g.open[:last]
		calls[e.Func]++
	}
	for id, g := range gs {
		if len(g.open) > 0 {
			t.Fatalf("goroutine %d has open calls %v at the end", id, g.open)
		}
	}
	return calls
}

// bothGoids runs the test with the goroutine IDs that the offsets give, and with the fallback.
func bothGoids(t *testing.T, test func(t *testing.T)) {
	known := goidKnown
	t.Cleanup(func() { goidKnown = known })
	for _, use := range []bool{true, false} {
		t.Run(fmt.Sprintf("offsets=%v", use), func(t *testing.T) {
			if use && !known {
				t.Fatal("the offsets of this toolchain's runtime were not found")
			}
			goidKnown = use
			test(t)
		})
	}
}

var nested [3]Func

//go:noinline
func outer(depth int) {
	if t := Enter(&nested[0]); t.Open() {
		defer t.Leave()
	}
	if depth > 0 {
		inner(depth - 1)
		inner(depth - 1)
	}
}

//go:noinline
func inner(depth int) {
	if t := Enter(&nested[1]); t.Open() {
		defer t.Leave()
	}
	runtime.Gosched()
	outer(depth)
}

func TestCallsAreRecordedInOrder(t *testing.T) {
	bothGoids(t, func(t *testing.T) {
		c := record(t)
		before := Now()
		outer(1)
		after := Now()
		events := drainAll(c)
		a, b := nested[0].ID(), nested[1].ID()
		var got []string
		for _, e := range events {
			got = append(got, fmt.Sprintf("%d/%d", e.Func, e.Kind))
			if e.G != stackGoid() {
				t.Errorf("%+v is said to be of goroutine %d, not %d", e, e.G, stackGoid())
			}
			if e.Time < before || e.Time > after {
				t.Errorf("%+v is outside of %d…%d", e, before, after)
			}
		}
		call := fmt.Sprintf("%d/0 %d/0 %d/1 %d/1", b, a, a, b)
		if want := fmt.Sprintf("%d/0 %s %s %d/1", a, call, call, a); strings.Join(got, " ") != want {
			t.Errorf("recorded %v\nwant     %v", got, want)
		}
		checkNesting(t, events)
	})
}

// Goroutines that move between Ps, while the number of Ps changes, keep their order. What they record in a phase fits the smallest
// ring, as others may keep the consumer from running.
func TestMigration(t *testing.T) {
	const phases, goroutines, rounds = 4, 40, 5
	bothGoids(t, func(t *testing.T) {
		c := record(t)
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
		var events []Event
		for range phases {
			done := make(chan struct{})
			var wg sync.WaitGroup
			for range goroutines {
				wg.Go(func() {
					for range rounds {
						outer(3)
					}
				})
			}
			go func() { wg.Wait(); close(done) }()
			events = append(events, drainAndMove(t, c, done)...)
		}
		calls := checkNesting(t, events)
		if got, want := calls[nested[0].ID()], phases*goroutines*rounds*15; got != want {
			t.Errorf("%d calls of outer, want %d", got, want)
		}
	})
}

// drainAndMove takes what is recorded until done, and changes the number of Ps all the time.
func drainAndMove(t *testing.T, c *Consumer, done <-chan struct{}) (events []Event) {
	buf := make([]Event, 100)
	for i := 0; ; i++ {
		select {
		case <-done:
			return append(events, drainAll(c)...)
		default:
		}
		if i%10 == 0 {
			runtime.GOMAXPROCS(1 + i/10%5)
		}
		cut := Now()
		for n := -1; n != 0; events = append(events, buf[:n]...) {
			n = c.take(cut, buf)
		}
		if last := len(events) - 1; last >= 0 && events[last].Time >= cut {
			t.Errorf("an event of %d passed the cut at %d", events[last].Time, cut)
		}
	}
}

// What a full ring drops is counted to the last event, and leaves complete calls behind.
func TestOverflowIsExact(t *testing.T) {
	const goroutines = 8
	calls := int(ringSize) * 3
	for _, draining := range []bool{false, true} {
		t.Run(fmt.Sprintf("draining=%v", draining), func(t *testing.T) {
			c := record(t)
			var wg sync.WaitGroup
			for range goroutines {
				wg.Go(func() {
					for range calls / goroutines {
						hooked(0)
					}
				})
			}
			done := make(chan struct{})
			go func() { wg.Wait(); close(done) }()
			var events []Event
			buf := make([]Event, 1000)
			for running := true; running; {
				select {
				case <-done:
					running = false
				case <-Wake:
					if draining {
						events = append(events, buf[:c.take(Now(), buf)]...)
					}
				}
			}
			events = append(events, drainAll(c)...)
			seen := checkNesting(t, events)[benchFuncs[0].ID()]
			var lost uint64
			c.Losses(func(f *Func, enters, leaves uint64) {
				if f != &benchFuncs[0] || leaves != 0 {
					t.Errorf("function %d lost %d and %d events", f.ID(), enters, leaves)
				}
				lost += enters
			})
			if lost == 0 {
				t.Error("nothing was lost, nothing is tested")
			}
			if seen+int(lost) != calls/goroutines*goroutines {
				t.Errorf("%d calls recorded, %d lost, %d called", seen, lost, calls)
			}
			if want := (Totals{Drained: uint64(len(events)), LostEnters: lost}); c.Totals() != want {
				t.Errorf("totals are %+v, want %+v", c.Totals(), want)
			}
		})
	}
}

// More open calls than a ring has slots: even Leaves are lost, and counted.
func TestLeavesThatFindNoRoom(t *testing.T) {
	c := record(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // one ring
	depth := int(ringSize)
	open := make([]Call, 0, depth)
	for range depth {
		if f := Enter(&benchFuncs[0]); f.Open() {
			open = append(open, f)
		}
	}
	for _, f := range open {
		f.Leave()
	}
	events := drainAll(c)
	c.Losses(func(*Func, uint64, uint64) {})
	got := c.Totals()
	want := Totals{Drained: uint64(ringSize), LostEnters: uint64(depth - len(open)), LostLeaves: uint64(2*len(open) - int(ringSize))}
	if got != want || len(events) != int(ringSize) || got.LostLeaves == 0 {
		t.Errorf("totals are %+v, want %+v", got, want)
	}
}

// The first calls of many functions, by many goroutines at once.
func TestRegistrationRace(t *testing.T) {
	c := record(t)
	known := len(c.Funcs())
	fresh := make([]Func, 500)
	const goroutines = 8
	var start, wg sync.WaitGroup
	start.Add(1)
	for range goroutines {
		wg.Go(func() {
			start.Wait()
			for i := range fresh {
				if call := Enter(&fresh[i]); call.Open() {
					call.Leave()
				}
			}
		})
	}
	start.Done()
	wg.Wait()
	calls := checkNesting(t, drainAll(c))
	// Whoever waits in vain for a thread without a processor to publish an ID counts the call as lost.
	lost := map[*Func]int{}
	c.Losses(func(f *Func, enters, _ uint64) { lost[f] += int(enters) })
	funcs := c.Funcs()
	if len(funcs) != known+len(fresh) {
		t.Fatalf("%d functions are known, want %d", len(funcs), known+len(fresh))
	}
	for i, f := range funcs {
		if int(f.ID()) != i+1 {
			t.Fatalf("function %d has ID %d", i+1, f.ID())
		}
	}
	for i := range fresh {
		if got := calls[fresh[i].ID()]; got+lost[&fresh[i]] != goroutines {
			t.Errorf("function %d was called %d times, recorded %d, lost %d", i, goroutines, got, lost[&fresh[i]])
		}
	}
}

type generic[T any] []T

var named [3]Func

func (generic[T]) method() {
	if t := Enter(&named[0]); t.Open() {
		defer t.Leave()
	}
	func() {
		if t := Enter(&named[1]); t.Open() {
			defer t.Leave()
		}
	}()
}

func TestNamesAreTheRuntimes(t *testing.T) {
	record(t)
	generic[int](nil).method()
	for i, want := range []string{"hook.generic[...].method", "hook.generic[...].method.func1"} {
		frame, _ := runtime.CallersFrames([]uintptr{named[i].PC()}).Next()
		if !strings.HasSuffix(frame.Function, want) {
			t.Errorf("function %d is called %q, want %q", i, frame.Function, want)
		}
	}
}

func TestSwitchingOff(t *testing.T) {
	c := record(t)
	f := &named[2]
	open := Enter(f)
	f.SetDetail(Off)
	if Enter(f).Open() {
		t.Error("a function that is off was recorded")
	}
	open.Leave()
	f.SetDetail(Full)
	Enter(f).Leave()
	if calls := checkNesting(t, drainAll(c)); calls[f.ID()] != 2 {
		t.Errorf("recorded %v, want 2 calls", calls)
	}

	open = Enter(f)
	SetMode(ModeOff)
	open.Leave()
	if Enter(f).Open() {
		t.Error("Enter recorded while the program is off")
	}
	if events := drainAll(c); len(events) != 1 || c.Totals().LostLeaves != 0 {
		t.Errorf("recorded %v, want the Enter alone", events)
	}
}

func TestWake(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // one ring
	c := record(t)
	drainAll(c)
	select {
	case <-Wake:
	default:
	}
	for range ringSize/4 - 1 {
		hooked(0)
	}
	if len(Wake) != 0 {
		t.Error("woken before the ring was half full")
	}
	hooked(0)
	hooked(0)
	if len(Wake) != 1 {
		t.Error("not woken by a ring that is half full")
	}
}

func TestRingSizes(t *testing.T) {
	for procs, want := range map[int]uint32{1: maxRing, 4: maxRing, 16: 2 << 20, 64: 1 << 19, 500: minRing} {
		if got := ringSizeFor(procs); got*uint32(eventSize) != want {
			t.Errorf("%d Ps get rings of %d bytes, want %d", procs, got*uint32(eventSize), want)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	record(t)
	hooked(0)
	if n := testing.AllocsPerRun(1000, func() { hooked(0) }); n != 0 {
		t.Errorf("a call allocates %v times", n)
	}
}

// The injected package must not bring anything into a program that wasn't there.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{join .Imports \" \"}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{"runtime", "sync/atomic", "syscall", "unsafe"}
	for _, name := range strings.Fields(string(out)) {
		if !slices.Contains(allowed, name) {
			t.Errorf("imports %s", name)
		}
	}
}

func TestExit(t *testing.T) {
	if MainDone(); Exiting(3) != 3 {
		t.Error("Exiting changes the exit status")
	}
	flushed := 0
	OnExit(func() { flushed++ })
	defer onExit.Store(nil)
	if MainDone(); Exiting(4) != 4 || flushed != 2 {
		t.Errorf("flushed %d times, want twice", flushed)
	}
	status := 0
	exit := ExitingLater(func(code int) { status = code })
	if flushed != 2 {
		t.Error("flushed long before the end")
	}
	if exit(5); status != 5 || flushed != 3 {
		t.Errorf("status %d, flushed %d times, want 5 and three", status, flushed)
	}
	if got := Fatal("a", nil); len(got) != 2 || Fatal() != nil || flushed != 5 {
		t.Errorf("%d values, flushed %d times, want 2 and five", len(got), flushed)
	}
}

var fewer = Unhooked(3)

func TestUnhooked(t *testing.T) {
	before := AllUnhooked()
	_ = fewer
	if Unhooked(2); before < 3 || AllUnhooked() != before+2 {
		t.Errorf("%d functions have no hook, and then %d, want 3 and 5", before, AllUnhooked())
	}
}
