package agent

import (
	"testing"
	"time"

	"goapptrace/tracee/hook"
)

// governed is a governor, its functions, and a clock.
type governed struct {
	governor
	symbols symbolTable
	now     time.Time
}

func newGoverned(functions int) *governed {
	g := &governed{now: time.Unix(1000, 0)}
	for range functions {
		g.symbols.all = append(g.symbols.all, symbol{fn: new(hook.Func)})
	}
	g.governor.began = g.now
	return g
}

// window lets a window pass in which each function streamed, lost and counted as given, and returns the details.
func (g *governed) window(streamed, lost, calls []uint64) (details []hook.Detail) {
	g.now = g.now.Add(windowLength)
	for i := range streamed {
		id := uint32(i + 1)
		g.of(id).streamed += streamed[i]
		g.of(id).calls += calls[i]
		if lost[i] > 0 {
			g.lose(id, lost[i])
		}
	}
	g.decide(g.now, &g.symbols)
	for i := range g.symbols.all {
		details = append(details, g.symbols.all[i].detail)
	}
	return details
}

const k, m = 1000, 1000_000

func TestGovernorHoldsWhatDrownsTheStream(t *testing.T) {
	none := []uint64{0, 0, 0}
	for _, test := range []struct {
		name           string
		streamed, lost []uint64
		want           [3]hook.Detail
	}{
		{"nothing lost", []uint64{m, m, m}, none, [3]hook.Detail{}},
		{"one in a thousand lost", []uint64{m, k, 0}, []uint64{k, 0, 0}, [3]hook.Detail{}},
		{"one function", []uint64{600 * k, 10 * k, 50}, []uint64{600 * k, 20 * k, 50}, [3]hook.Detail{hook.Count, 0, 0}},
		{"two alike", []uint64{50, 500 * k, 500 * k}, []uint64{0, 500 * k, 600 * k}, [3]hook.Detail{0, hook.Count, hook.Count}},
		{"cold ones, viewer stalled", []uint64{0, 0, 0}, []uint64{9 * k, 9 * k, 900 * k}, [3]hook.Detail{0, 0, hook.Count}},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := newGoverned(3)
			if got := [3]hook.Detail(g.window(test.streamed, test.lost, none)); got != test.want {
				t.Errorf("details are %v, want %v", got, test.want)
			}
		})
	}
}

func TestGovernorLeavesPinnedFunctionsAlone(t *testing.T) {
	g := newGoverned(2)
	g.symbols.choose(&g.symbols.all[0], choice{true, hook.Full})
	none := []uint64{0, 0}
	if got := g.window([]uint64{m, 50 * k}, []uint64{m, 0}, none); got[0] != hook.Full {
		t.Errorf("a pinned function is traced in mode %d", got[0])
	}
	g = newGoverned(2)
	g.window([]uint64{m, 0}, []uint64{m, 0}, none)
	g.symbols.choose(&g.symbols.all[0], choice{true, hook.Count})
	for range int(2 * maxHold / windowLength) {
		if got := g.window(none, none, none); got[0] != hook.Count {
			t.Fatalf("a function that the user wants counted is traced in mode %d", got[0])
		}
	}
}

// windowsHeld makes a function be held, and returns for how many windows of the given calls it stays so.
func windowsHeld(t *testing.T, g *governed, calls uint64) int {
	t.Helper()
	if got := g.window([]uint64{m}, []uint64{m}, []uint64{0}); got[0] != hook.Count {
		t.Fatal("the function is not held")
	}
	for n := range int(10 * maxHold / windowLength) {
		if got := g.window([]uint64{0}, []uint64{0}, []uint64{calls}); got[0] == hook.Full {
			return n + 1
		}
	}
	return 0
}

func TestGovernorHysteresis(t *testing.T) {
	g := newGoverned(1)
	hold := int(minHold / windowLength)
	for _, want := range []int{hold, 2 * hold, 4 * hold} {
		if got := windowsHeld(t, g, 0); got != want {
			t.Errorf("held for %d windows, want %d", got, want)
		}
	}
	for range int(2 * maxHold / windowLength) {
		g.window([]uint64{k}, []uint64{0}, []uint64{0})
	}
	if got := windowsHeld(t, g, 0); got != hold {
		t.Errorf("held for %d windows after a long time, want %d", got, hold)
	}
	// The stream carried 10 M events/s: that is 500 k calls in a window.
	if got := windowsHeld(t, newGoverned(1), 490*k); got != hold {
		t.Errorf("a function that fits is held for %d windows", got)
	}
	if got := windowsHeld(t, newGoverned(1), 510*k); got != 0 {
		t.Errorf("a function that doesn't fit was let go after %d windows", got)
	}
}

// What is let go together has to fit together.
func TestGovernorLetsGoWhatFitsTogether(t *testing.T) {
	g := newGoverned(2)
	g.window([]uint64{m, m}, []uint64{m, m}, []uint64{0, 0})
	full := 0
	for range int(minHold / windowLength) {
		full = 0
		for _, d := range g.window([]uint64{0, 0}, []uint64{0, 0}, []uint64{800 * k, 800 * k}) {
			if d == hook.Full {
				full++
			}
		}
	}
	if full != 1 {
		t.Errorf("%d functions of 16 M events/s each were let go into 20 M", full)
	}
}

func TestGovernorIsQuickWhenAlarmed(t *testing.T) {
	g := newGoverned(1)
	for _, alarmed := range []bool{false, true} {
		g.alarmed = alarmed
		if got := g.due(g.now.Add(alarmedWindow)); got != alarmed {
			t.Errorf("alarmed %v: due is %v", alarmed, got)
		}
	}
}

// The hooks found no room for the calls of two functions. The user wants one of them in full.
func TestGovernorHoldsWhatIsShed(t *testing.T) {
	g := newGoverned(2)
	g.symbols.choose(&g.symbols.all[1], choice{true, hook.Full})
	for i := range g.symbols.all {
		g.symbols.all[i].fn.SetDetail(hook.Count)
		g.shed(g.now, uint32(i+1), &g.symbols)
	}
	none := []uint64{0, 0}
	for n := range int(minHold/windowLength) - 1 {
		if got := g.window(none, none, none); got[0] != hook.Count || got[1] != hook.Full || g.symbols.all[1].fn.Detail() != hook.Full {
			t.Fatalf("details after %d windows: %v", n, got)
		}
	}
	if got := g.window(none, none, none); got[0] != hook.Full {
		t.Error("the function was not let go")
	}
}
