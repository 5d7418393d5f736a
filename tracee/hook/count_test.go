package hook

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var counted3 [3]Func

//go:noinline
func countedWork(depth int) {
	if t := Enter(&counted3[0]); t.Open() {
		defer t.Leave()
	}
	runtime.Gosched()
	if depth > 0 {
		countedWork(depth - 1)
	}
}

// detail sets how the function is traced for the length of a test.
func detail(t *testing.T, f *Func, d Detail) {
	t.Helper()
	if f.ID() == 0 {
		Enter(f).Leave()
		drainAll(new(Consumer))
	}
	f.SetDetail(d)
	t.Cleanup(func() { f.SetDetail(Full) })
}

// tallies are those that are new.
func tallies(c *Consumer) map[*Func]Tally {
	all := map[*Func]Tally{}
	c.Tallies(func(f *Func, t Tally) { all[f] = t })
	return all
}

// Calls are counted to the last one while goroutines move between Ps and the number of Ps changes.
func TestCountIsExact(t *testing.T) {
	c := record(t)
	detail(t, &counted3[0], Count)
	procs := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(procs)
	const goroutines, rounds, depth = 40, 200, 4
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for range rounds {
				countedWork(depth)
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	var got Tally
	for i, running := 0, true; running; i++ {
		select {
		case <-done:
			running = false
		default:
			runtime.GOMAXPROCS(1 + i%5)
		}
		if now, ok := tallies(c)[&counted3[0]]; ok {
			if now.Calls <= got.Calls || now.TotalNS < got.TotalNS || now.MaxNS < got.MaxNS {
				t.Fatalf("%+v follows %+v", now, got)
			}
			got = now
		}
	}
	if want := uint64(goroutines * rounds * (depth + 1)); got.Calls != want {
		t.Errorf("counted %d calls, want %d", got.Calls, want)
	}
	if want := (Totals{Counted: 2 * got.Calls}); c.Totals() != want {
		t.Errorf("totals are %+v, want %+v", c.Totals(), want)
	}
	if events := drainAll(c); len(events) > 0 {
		t.Errorf("%d events were recorded", len(events))
	}
}

func TestCountedTime(t *testing.T) {
	c := record(t)
	f := &counted3[1]
	detail(t, f, Count)
	const short, long = time.Millisecond, 5 * time.Millisecond
	before := Now()
	for _, d := range []time.Duration{short, long, short} {
		call := Enter(f)
		time.Sleep(d)
		call.Leave()
	}
	elapsed := uint64(Now() - before)
	got := tallies(c)[f]
	if got.Calls != 3 || got.TotalNS < uint64(2*short+long) || got.TotalNS > elapsed ||
		got.MaxNS < uint64(long) || got.MaxNS > got.TotalNS-2*uint64(short) {
		t.Errorf("%+v after sleeping %v, %v and %v in %d ns", got, short, long, short, elapsed)
	}
	if again := tallies(c); len(again) > 0 {
		t.Errorf("told again: %+v", again)
	}

	c.Reset()
	Enter(f).Leave()
	if got := tallies(c)[f]; got.Calls != 1 || got.MaxNS >= uint64(long) || got.TotalNS != got.MaxNS {
		t.Errorf("%+v after a Reset and one call", got)
	}
}

// Every call is recorded as it began, and only once.
func TestDetailChangesDuringCalls(t *testing.T) {
	c := record(t)
	f := &counted3[2]
	detail(t, f, Full)
	details := []Detail{Full, Count, Off}
	streamed, added := 0, uint64(0)
	for _, before := range details {
		for _, after := range details {
			f.SetDetail(before)
			call := Enter(f)
			f.SetDetail(after)
			if f.Detail() != after {
				t.Errorf("detail is %d, want %d", f.Detail(), after)
			}
			if call.Open() != (before != Off) {
				t.Errorf("detail %d: a call is open: %v", before, call.Open())
			}
			if call.Open() {
				call.Leave()
			}
			switch before {
			case Full:
				streamed++
			case Count:
				added++
			}
		}
	}
	if calls := checkNesting(t, drainAll(c)); calls[f.ID()] != streamed {
		t.Errorf("%d calls were streamed, want %d", calls[f.ID()], streamed)
	}
	if got := tallies(c)[f]; got.Calls != added {
		t.Errorf("%d calls were counted, want %d", got.Calls, added)
	}
}

// Many goroutines call functions whose detail changes all the time: what is streamed is well nested, and with what is
// counted and lost it makes up every call.
func TestDetailChangesUnderLoad(t *testing.T) {
	bothGoids(t, func(t *testing.T) {
		c := record(t)
		detail(t, &nested[0], Full)
		detail(t, &nested[1], Full)
		const changes, callsPerRound = 200, 15 + 14
		var stop atomic.Bool
		var rounds atomic.Uint64
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for !stop.Load() {
					outer(3)
					rounds.Add(1)
				}
			})
		}
		var events []Event
		buf := make([]Event, 1000)
		for i := range changes {
			nested[i%2].SetDetail(Detail(i / 2 % 2))
			for before := rounds.Load(); rounds.Load() == before; {
				runtime.Gosched()
			}
			cut := Now()
			for n := -1; n != 0; events = append(events, buf[:n]...) {
				n = c.take(cut, buf)
			}
		}
		stop.Store(true)
		wg.Wait()
		events = append(events, drainAll(c)...)
		streamed := 0
		for _, n := range checkNesting(t, events) {
			streamed += n
		}
		tallies(c)
		c.Losses(func(*Func, uint64, uint64) {})
		totals := c.Totals()
		if totals.LostLeaves != 0 || totals.Counted == 0 || streamed == 0 {
			t.Errorf("%d calls were streamed, totals are %+v", streamed, totals)
		}
		if got := uint64(streamed) + totals.Counted/2 + totals.LostEnters; got != rounds.Load()*callsPerRound {
			t.Errorf("%d calls in all, want %d: %+v", got, rounds.Load()*callsPerRound, totals)
		}
	})
}

// What decides about a function's first call decides about all of that call.
func TestFirstCall(t *testing.T) {
	defer onFirstCall.Store(nil)
	for _, d := range []Detail{Full, Count, Off} {
		c := record(t)
		var f Func
		OnFirstCall(func(pc uintptr) (Detail, bool) {
			frame, _ := runtime.CallersFrames([]uintptr{pc}).Next()
			if want := "goapptrace/tracee/hook.TestFirstCall"; frame.Function != want {
				t.Errorf("asked about %q, want %q", frame.Function, want)
			}
			return d, false
		})
		if call := Enter(&f); call.Open() {
			call.Leave()
		}
		if f.Detail() != d {
			t.Errorf("detail is %d, want %d", f.Detail(), d)
		}
		if calls := checkNesting(t, drainAll(c)); calls[f.ID()] != 1 && d == Full || len(calls) != 0 && d != Full {
			t.Errorf("detail %d: recorded %v", d, calls)
		}
		if _, counted := tallies(c)[&f]; counted != (d == Count) {
			t.Errorf("detail %d: counted is %v", d, counted)
		}
		if funcs := c.Funcs(); funcs[len(funcs)-1] != &f {
			t.Errorf("detail %d: the function is not known", d)
		}
	}
}

func TestCountingAllocatesNothing(t *testing.T) {
	c := record(t)
	detail(t, &benchFuncs[0], Count)
	hooked(0)
	if n := testing.AllocsPerRun(1000, func() { hooked(0) }); n != 0 {
		t.Errorf("a counted call allocates %v times", n)
	}
	tallies(c)
	if n := testing.AllocsPerRun(10, func() { c.Tallies(func(*Func, Tally) {}) }); n != 0 {
		t.Errorf("Tallies allocates %v times", n)
	}
}

// Cells of another page than the first.
func TestPages(t *testing.T) {
	record(t)
	f := &benchFuncs[0]
	detail(t, f, Count)
	id := f.id
	defer func() { f.id = id }()
	f.id = maxFuncs
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // one ring
	hooked(0)
	var pages, calls uint64
	eachPage(func(first int, page *countPage) {
		if first == (maxFuncs-1)/pageCells*pageCells {
			pages++
			calls += page[(maxFuncs-1)%pageCells].calls
			page[(maxFuncs-1)%pageCells] = cell{}
		}
	})
	if pages != 1 || calls != 1 {
		t.Errorf("%d calls on %d pages, want one each", calls, pages)
	}
}
