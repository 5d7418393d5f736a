package hook

import (
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
)

var (
	unwinds [5]Func
	errTest = errors.New("test")
)

// calls run what they are given between Enter and Leave.
func call0(do func()) {
	if t := Enter(&unwinds[0]); t.Open() {
		defer t.Leave()
	}
	do()
}

func call1(do func()) {
	if t := Enter(&unwinds[1]); t.Open() {
		defer t.Leave()
	}
	do()
}

// deferring is what has deferred when it does.
func deferring(deferred, do func()) {
	if t := Enter(&unwinds[2]); t.Open() {
		defer t.Leave()
	}
	defer deferred()
	do()
}

// failing returns an error, unless do doesn't return.
func failing(result error, do func()) (err error) {
	if t := Enter(&unwinds[3]); t.Open() {
		defer t.LeaveError(&err)
	}
	err = result
	do()
	return err
}

// looped defers on the heap.
func looped(do func()) {
	for range 2 {
		if t := Enter(&unwinds[4]); t.Open() {
			defer t.Leave()
		}
	}
	do()
}

func boom()    { panic("boom") }
func nothing() {}
func caught()  { _ = recover() }

//go:noinline
func nobody() *Func { return nil }

func outOfBounds() {
	_ = make([]int, 1)[len(errTest.Error())]
}

func nilPointer() { _ = nobody().pc }

// How each call of a program ended: "2=" means that function 2 returned, "!" that it was unwound, "~" that it returned an error.
func TestHowCallsEnd(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func()
		want string
	}{
		{"return", func() { call0(func() { call1(nothing) }) }, "1= 0="},
		{"panic", func() { call0(func() { call1(boom) }) }, "1! 0!"},
		{"runtime panic", func() { call0(outOfBounds) }, "0!"},
		{"signal", func() { call0(nilPointer) }, "0!"},
		{"Goexit", func() { call0(func() { call1(runtime.Goexit) }) }, "1! 0!"},
		{"defers on the heap", func() { looped(boom) }, "4! 4!"},
		{"defers on the heap that return", func() { looped(nothing) }, "4= 4="},

		{"recovered", func() { call0(func() { deferring(caught, func() { call1(boom) }) }) }, "1! 2= 0="},
		{"recovered on the heap", func() { deferring(caught, func() { looped(boom) }) }, "4! 4! 2="},
		{"recovered late", func() { deferring(func() { call0(nothing); _ = recover() }, boom) }, "0= 2="},
		{"recover called too deep", func() { deferring(func() { call0(caught) }, boom) }, "0= 2!"},
		{"not recovered", func() { deferring(nothing, func() { call1(boom) }) }, "1! 2!"},

		{"called during a panic", func() { deferring(func() { call0(func() { call1(nothing) }) }, boom) }, "1= 0= 2!"},
		{"called during Goexit", func() { deferring(func() { call0(nothing) }, runtime.Goexit) }, "0= 2!"},
		{"panicking during a panic", func() { deferring(func() { call0(boom) }, boom) }, "0! 2!"},
		{"recovering during a panic", func() { deferring(func() { deferring(caught, func() { call0(boom) }) }, boom) }, "0! 2= 2!"},
		{"recovering both", func() { deferring(func() { deferring(caught, boom); _ = recover() }, boom) }, "2= 2="},
		{"panic anew", func() { deferring(func() { _ = recover(); call0(boom) }, boom) }, "0! 2!"},
		{"re-panic", func() { deferring(func() { panic(recover()) }, func() { call1(boom) }) }, "1! 2!"},
		{"panic during Goexit", func() { deferring(func() { deferring(caught, boom) }, runtime.Goexit) }, "2= 2!"},
		{"Goexit during a panic", func() { deferring(func() { call0(runtime.Goexit) }, boom) }, "0! 2!"},
		{"recovered panic over Goexit", func() { deferring(caught, func() { deferring(boom, runtime.Goexit) }) }, "2! 2!"},

		{"error", func() { _ = failing(errTest, nothing) }, "3~"},
		{"no error", func() { _ = failing(nil, nothing) }, "3="},
		{"error and panic", func() { _ = failing(errTest, boom) }, "3!"},
		{"error during a panic", func() { deferring(func() { _ = failing(errTest, nothing) }, boom) }, "3~ 2!"},
		{"error named and panic", func() { deferring(func() { _ = failing(nil, func() { call0(nothing) }) }, boom) }, "0= 3= 2!"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bothGoids(t, func(t *testing.T) {
				defer func(known bool) { panicKnown = known }(panicKnown)
				panicKnown = goidKnown
				c := record(t)
				var wg sync.WaitGroup
				wg.Go(func() {
					defer func() { _ = recover() }()
					tt.do()
				})
				wg.Wait()
				if got := endings(t, c); got != tt.want {
					t.Errorf("calls ended as %q, want %q", got, tt.want)
				}
			})
		})
	}
}

func endings(t *testing.T, c *Consumer) string {
	t.Helper()
	events := drainAll(c)
	checkNesting(t, events)
	var all []string
	for _, e := range events {
		for i := range unwinds {
			if e.Kind != KindEnter && e.Func == unwinds[i].ID() {
				all = append(all, string(rune('0'+i))+map[Kind]string{KindLeave: "=", KindLeavePanic: "!", KindLeaveError: "~"}[e.Kind])
			}
		}
	}
	return strings.Join(all, " ")
}

func TestFailNow(t *testing.T) {
	c := record(t)
	var wg sync.WaitGroup
	wg.Go(func() { call0(func() { new(testing.T).FailNow() }) })
	wg.Wait()
	if got := endings(t, c); got != "0!" {
		t.Errorf("a call that FailNow left ended as %q", got)
	}
}

// What says itself how a call ended is believed, and may ask.
func TestEnd(t *testing.T) {
	c := record(t)
	results := func(c Call, failed bool) {
		switch {
		case Unwound():
			c.End(KindLeavePanic)
		case failed:
			c.End(KindLeaveError)
		default:
			c.End(KindLeave)
		}
	}
	use := func(failed bool, do func()) {
		defer caught()
		defer results(Enter(&unwinds[0]), failed)
		do()
	}
	use(false, nothing)
	use(true, nothing)
	use(true, boom)
	use(false, func() { deferring(func() { use(false, nothing) }, boom) })
	if got, want := endings(t, c), "0= 0~ 0! 0= 2! 0!"; got != want {
		t.Errorf("calls ended as %q, want %q", got, want)
	}
}

func TestErrorCheckAllocatesNothing(t *testing.T) {
	record(t)
	_ = failing(errTest, nothing)
	if n := testing.AllocsPerRun(1000, func() { _ = failing(errTest, nothing) }); n != 0 {
		t.Errorf("a call allocates %v times", n)
	}
}
