package hook

import (
	"runtime"
	"slices"
	"testing"
)

var shedFuncs [4]Func

// call records a call of f.
func call(f *Func) {
	if t := Enter(f); t.Open() {
		t.Leave()
	}
}

// TestShed fills a ring with one function's calls: nothing is lost, and rare functions are still recorded. The same of a
// pinned function is lost.
func TestShed(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // one ring
	SetShedding(true)
	defer SetShedding(false)
	hot, rare, steady := &shedFuncs[0], &shedFuncs[1], &shedFuncs[2]
	c := record(t)
	defer func() { hot.SetDetail(Full) }()
	calls, lost := ringSize, uint64(0)
	for i := range calls {
		call(hot)
		if i%(calls/8) == 0 {
			call(rare)
		}
	}
	if !c.Crowded() {
		t.Error("the ring was not crowded")
	}
	var shed []*Func
	c.Sheds(func(f *Func) { shed = append(shed, f) })
	if !slices.Equal(shed, []*Func{hot}) || hot.Detail() != Count || c.Crowded() {
		t.Errorf("%v were shed, want the hot one; crowded: %v", shed, c.Crowded())
	}
	c.Sheds(func(f *Func) { t.Errorf("function %d was shed again", f.ID()) })
	c.Losses(func(_ *Func, enters, leaves uint64) { lost += enters + leaves })
	streamed := checkNesting(t, drainAll(c))
	c.Tallies(func(f *Func, tally Tally) { streamed[f.ID()] += int(tally.Calls) })
	if lost != 0 || streamed[hot.ID()] != int(calls) || streamed[rare.ID()] != 8 {
		t.Errorf("lost %d; recorded %d of %d and %d of 8 calls", lost, streamed[hot.ID()], calls, streamed[rare.ID()])
	}

	call(steady)
	steady.Pin(true)
	defer steady.Pin(false)
	for range calls {
		call(steady)
	}
	c.Sheds(func(f *Func) { t.Errorf("function %d was shed, which is pinned", f.ID()) })
	c.Losses(func(_ *Func, enters, leaves uint64) { lost += enters + leaves })
	if steady.Detail() != Full || lost == 0 {
		t.Errorf("the pinned function has detail %d; lost %d", steady.Detail(), lost)
	}
}

// TestShedForgets calls a function a little in each of many crowded moments.
func TestShedForgets(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // one ring
	SetShedding(true)
	defer SetShedding(false)
	f, filler := &shedFuncs[3], &named[2]
	call(filler)
	filler.Pin(true)
	defer filler.Pin(false)
	c := record(t)
	for range 3 {
		drainAll(c)
		for !c.Crowded() {
			call(filler)
		}
		for range shedAfter * 3 / 4 {
			call(f)
		}
		c.Sheds(func(*Func) { t.Error("the function was shed for its calls of several moments") })
	}
}

// A function may be shed just when a consumer forgets how it was pressed: the next one has to hear of it.
func TestShedWhileRelieved(t *testing.T) {
	var f Func
	f.pressure = wasShed
	if f.relieve(); !f.Shed() {
		t.Error("that the function was shed is forgotten")
	}
}
