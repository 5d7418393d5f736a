package hook

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// Whatever is recorded first sounds the alarm, once, and is recorded like everything after it.
func TestAlarm(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // one ring
	for name, record1 := range map[string]func(f *Func){
		"enter":     func(f *Func) { Enter(f) },
		"many":      func(*Func) { Enter(&benchFuncs[1]).Leave() },
		"counted":   func(f *Func) { f.SetDetail(Count); Enter(f).Leave() },
		"first one": func(*Func) { Enter(new(Func)) },
	} {
		t.Run(name, func(t *testing.T) {
			c := record(t)
			detail(t, &benchFuncs[0], Full)
			for range 100 { // the ring's check is far away
				hooked(0)
			}
			drainAll(c)
			alarms := 0
			c.Arm(func() { alarms++ })
			if !c.Quiet() || alarms > 0 {
				t.Fatalf("quiet %v, %d alarms before anything was recorded", c.Quiet(), alarms)
			}
			record1(&benchFuncs[0])
			record1(&benchFuncs[0])
			if alarms != 1 || Disarm() {
				t.Errorf("%d alarms", alarms)
			}
			if events := len(drainAll(c)); name != "counted" && events < 2 || name == "counted" && tallies(c)[&benchFuncs[0]].Calls != 2 {
				t.Errorf("%d events were recorded", events)
			}
			for range 100 {
				hooked(0)
			}
			if alarms != 1 {
				t.Errorf("%d alarms after being disarmed", alarms)
			}
		})
	}
}

func TestDisarm(t *testing.T) {
	c := record(t)
	drainAll(c)
	c.Arm(func() { t.Error("alarm after Disarm") })
	if !Disarm() || Disarm() {
		t.Error("Disarm doesn't tell whether the hooks were armed")
	}
	hooked(0)
	if c.Quiet() {
		t.Error("quiet with two events")
	}
}

// The consumer arms while others record: it gets an alarm, or finds that it isn't quiet, and nothing is ever overwritten.
func TestArmingUnderLoad(t *testing.T) {
	c := record(t)
	var stop atomic.Bool
	var calls atomic.Uint64
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for n := uint64(0); ; n++ {
				if stop.Load() {
					calls.Add(n)
					return
				}
				outer(0)
				runtime.Gosched() // the consumer has to have its turn
			}
		})
	}
	var events []Event
	buf := make([]Event, 1000)
	var alarms atomic.Int64
	armings, noticed := 100, int64(0)
	for range armings {
		c.Arm(func() { alarms.Add(1) })
		runtime.Gosched()
		cut := Now()
		for n := -1; n != 0; events = append(events, buf[:n]...) {
			n = c.take(cut, buf)
		}
		if Disarm() {
			noticed++
		}
	}
	stop.Store(true)
	wg.Wait()
	events = append(events, drainAll(c)...)
	seen := 0
	for _, n := range checkNesting(t, events) {
		seen += n
	}
	c.Losses(func(*Func, uint64, uint64) {})
	if got := uint64(seen) + c.Totals().LostEnters; got != calls.Load() || c.Totals().LostLeaves > 0 {
		t.Errorf("%d calls seen, %d made: %+v", seen, calls.Load(), c.Totals())
	}
	if alarms.Load()+noticed != int64(armings) || alarms.Load() == 0 {
		t.Errorf("%d alarms and %d disarmings of %d armings", alarms.Load(), noticed, armings)
	}
}
