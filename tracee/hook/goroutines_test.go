package hook

import (
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// origins are those that are new, by goroutine.
func origins(t *testing.T) map[uint64]Origin {
	t.Helper()
	all := map[uint64]Origin{}
	ReadOrigins(func(o Origin) {
		before, ok := all[o.G]
		o.Entry = max(o.Entry, before.Entry)
		if before.Entry = o.Entry; ok && before != o {
			t.Errorf("%+v follows %+v", o, before)
		}
		all[o.G] = o
	})
	return all
}

func TestOrigins(t *testing.T) {
	record(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // one ring
	if r := originRingOf(0); r != nil {
		clear(r.starts[:])
	}
	origins(t) // the goroutines of other tests may fill the ring
	ResetOrigins()
	outer(1)
	parent := stackGoid()
	var child, grandchild uint64
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		outer(1)
		child = stackGoid()
		go startHere(&wg, &grandchild)
	}()
	wg.Wait()
	all := origins(t)
	for _, tt := range []struct {
		g, parent      uint64
		creator, entry string
	}{
		{parent, 0, "testing.(*T).Run", "testing.tRunner"},
		{child, parent, "hook.TestOrigins", "hook.TestOrigins.func1"},
		{grandchild, child, "hook.TestOrigins.func1", "hook.startHere"},
	} {
		o := all[tt.g]
		creator, _ := runtime.CallersFrames([]uintptr{o.GoPC}).Next()
		entry, _ := runtime.CallersFrames([]uintptr{o.Entry}).Next()
		if o.G != tt.g || tt.parent != 0 && o.Parent != tt.parent || !strings.HasSuffix(creator.Function, tt.creator) ||
			!strings.HasPrefix(entry.Function, "goapptrace/tracee/"+tt.entry) && entry.Function != tt.entry || !strings.HasSuffix(creator.File, ".go") || creator.Line == 0 {
			t.Errorf("goroutine %d: %+v, started by %s in %s:%d, running %s, want %+v", tt.g, o, creator.Function, creator.File, creator.Line, entry.Function, tt)
		}
	}
	outer(1)
	if again := origins(t); len(again) > 0 {
		t.Errorf("told again: %+v", again)
	}
	ResetOrigins()
	outer(1)
	if again := origins(t); again[parent].Start != all[parent].Start {
		t.Errorf("after a reset: %+v, want %+v", again[parent], all[parent])
	}
}

func startHere(wg *sync.WaitGroup, g *uint64) {
	defer wg.Done()
	outer(1)
	*g = stackGoid()
}

// Goroutines without number, more than there is room for at once: each is told of sooner or later.
func TestManyOrigins(t *testing.T) {
	record(t)
	ResetOrigins()
	const goroutines = 3 * originSlots
	var ready, wg sync.WaitGroup
	again := make(chan struct{})
	ids := make([]uint64, goroutines)
	ready.Add(goroutines)
	for i := range goroutines {
		wg.Go(func() {
			hooked(0)
			ids[i] = stackGoid()
			ready.Done()
			for range again {
				hooked(0)
			}
		})
	}
	ready.Wait()
	all := origins(t) // of others, too, that recorded something before
	untold := func(id uint64) bool { return all[id] == Origin{} }
	for round := 0; slices.ContainsFunc(ids, untold) && round < 100; round++ {
		for range goroutines {
			again <- struct{}{}
		}
		for g, o := range origins(t) {
			all[g] = o
		}
	}
	close(again)
	wg.Wait()
	for _, id := range ids {
		if all[id].Parent != stackGoid() {
			t.Fatalf("goroutine %d is %+v", id, all[id])
		}
	}
}
