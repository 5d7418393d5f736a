package session

import (
	"testing"

	"pgregory.net/rapid"
)

// crowdedGate is a gate that is easily full.
func crowdedGate() *gate {
	return newGate(Limits{Unauthenticated: 4, PerAddress: 3, Sessions: 2})
}

// enter lets one from pid in, or says what came instead.
func enter(t *testing.T, g *gate, pid int32) (a, victim *arrival) {
	t.Helper()
	a = new(arrival)
	victim, refused := g.enter(a, source{pid: pid})
	if refused != "" {
		t.Fatalf("%d is refused: %v", pid, refused)
	}
	return a, victim
}

// TestFloodOfOneAddress guards: of an address that has most of those that wait the oldest gives way, and nobody else.
func TestFloodOfOneAddress(t *testing.T) {
	g := crowdedGate()
	good, _ := enter(t, g, 1)
	first, _ := enter(t, g, 2)
	second, _ := enter(t, g, 2)
	enter(t, g, 2)
	if _, victim := enter(t, g, 3); victim != first {
		t.Error("a full gate didn't take the place of the flood's oldest")
	}
	if _, victim := enter(t, g, 2); victim != second {
		t.Error("the flood didn't take a place from itself")
	}
	if g.lost(good) || !g.lost(first) || g.admit(good) != "" || g.admit(first) != CauseEvicted {
		t.Error("the wrong one lost its place")
	}
	if g.leave(first) != CauseEvicted || g.leave(good) != "" {
		t.Error("who leaves is told wrongly whether it had lost its place")
	}
}

// TestFloodOfManyAddresses guards: where all addresses have one that waits, the oldest gives way.
func TestFloodOfManyAddresses(t *testing.T) {
	g := crowdedGate()
	var all []*arrival
	for pid := range int32(12) {
		a, victim := enter(t, g, pid)
		all = append(all, a)
		if pid >= 4 && victim != all[pid-4] {
			t.Fatalf("for %d it isn't the oldest that gives way", pid)
		}
	}
}

// TestPerAddress guards: an address with as many connections as are allowed takes from itself those that wait, and then none.
func TestPerAddress(t *testing.T) {
	g := newGate(Limits{Unauthenticated: 100, PerAddress: 3, Sessions: 100})
	first, _ := enter(t, g, 1)
	for range 2 {
		a, victim := enter(t, g, 1)
		if victim != nil || g.admit(a) != "" {
			t.Fatal("there is place for three")
		}
	}
	last, victim := enter(t, g, 1)
	if victim != first || g.admit(last) != "" {
		t.Error("the one that waited didn't give way")
	}
	if _, refused := g.enter(new(arrival), source{pid: 1}); refused != CausePerAddress {
		t.Errorf("a fourth session: refused %q", refused)
	}
	if _, victim := enter(t, g, 2); victim != nil {
		t.Error("another address is touched")
	}
	g.leave(last)
	enter(t, g, 1)
}

func TestGateCloses(t *testing.T) {
	g := crowdedGate()
	silent, _ := enter(t, g, 1)
	talker, _ := enter(t, g, 2)
	if !g.start(talker, new(Session)) {
		t.Fatal("one that waits can't start")
	}
	if got := g.close(); len(got) != 1 || got[0] != silent {
		t.Errorf("%d are silent", len(got))
	}
	if _, refused := g.enter(new(arrival), source{}); refused != CauseShutdown || g.start(silent, new(Session)) {
		t.Error("the gate is open")
	}
}

// TestGate checks what holds whatever comes and goes: the limits, whose turn it is to give way, and that nothing stays behind.
func TestGate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limits := Limits{
			Unauthenticated: rapid.IntRange(1, 8).Draw(t, "unauthenticated"),
			PerAddress:      rapid.IntRange(1, 8).Draw(t, "per address"),
			Sessions:        rapid.IntRange(1, 8).Draw(t, "sessions"),
		}
		g := newGate(limits)
		var inside []*arrival
		for range rapid.IntRange(0, 200).Draw(t, "steps") {
			if len(inside) == 0 || rapid.IntRange(0, 2).Draw(t, "what") > 0 {
				a := new(arrival)
				victim, refused := g.enter(a, source{pid: rapid.Int32Range(0, 4).Draw(t, "pid")})
				if victim != nil && victim.place.stage != evicted {
					t.Fatal("a victim that isn't evicted")
				}
				if refused == "" {
					inside = append(inside, a)
				}
			} else {
				i := rapid.IntRange(0, len(inside)-1).Draw(t, "who")
				a := inside[i]
				if a.place.stage == admitted || rapid.Bool().Draw(t, "leaves") || g.admit(a) != "" {
					g.leave(a)
					inside = append(inside[:i], inside[i+1:]...)
				}
			}
			checkGate(t, g)
		}
		for _, a := range inside {
			g.leave(a)
		}
		if len(g.crowds)+len(g.ranking)+g.waiting+g.sessions != 0 {
			t.Fatalf("left behind: %+v", g)
		}
	})
}

func checkGate(t *rapid.T, g *gate) {
	waiting, most, all := 0, 0, 0
	for _, c := range g.crowds {
		row := 0
		for a := c.oldest; a != nil; a = a.place.newer {
			if a.place.stage != waitingStage || a.place.crowd != c {
				t.Fatal("somebody in the row doesn't wait")
			}
			row++
		}
		if row != c.waiting || c.all < row || c.all > g.limits.PerAddress {
			t.Fatalf("%d in the row of %+v", row, c)
		}
		waiting, most, all = waiting+row, max(most, row), all+c.all
	}
	if waiting != g.waiting || waiting > g.limits.Unauthenticated || all != waiting+g.sessions || g.sessions > g.limits.Sessions {
		t.Fatalf("%d wait of %d: %+v", waiting, all, g)
	}
	if waiting > 0 && g.ranking[0].waiting != most {
		t.Fatal("another crowd would have to give way")
	}
}

const waitingStage = waiting
