package gate

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// gateFor is a gate without penalties.
func gateFor(unauthenticated, perAddress, admitted int) *Gate {
	return New(Limits{Unauthenticated: unauthenticated, PerAddress: perAddress, Admitted: admitted, Penalty: -1})
}

// visitor is somebody at a gate.
type visitor struct {
	*Place
	evictions int
}

// visit lets one from process pid in.
func visit(t *testing.T, g *Gate, pid int32) *visitor {
	t.Helper()
	v := new(visitor)
	place, err := g.Enter(Source{pid: pid}, func() { v.evictions++ })
	if err != nil {
		t.Fatalf("%d: %v", pid, err)
	}
	v.Place = place
	return v
}

// gone says whether a visitor was thrown out, once.
func (v *visitor) gone() bool { return v.evictions == 1 && v.Evicted() }

// TestFloodOfOneAddress guards: of an address that has most of those who wait the oldest gives way, and nobody else.
func TestFloodOfOneAddress(t *testing.T) {
	g := gateFor(4, 3, 2)
	good, first, second, third := visit(t, g, 1), visit(t, g, 2), visit(t, g, 2), visit(t, g, 2)
	visit(t, g, 3)
	if !first.gone() {
		t.Error("a full gate didn't take the place of the flood's oldest")
	}
	visit(t, g, 2)
	if !second.gone() {
		t.Error("the flood didn't take a place from itself")
	}
	if good.gone() || third.gone() || good.Admit() != nil || !errors.Is(first.Admit(), ErrEvicted) || first.Talk() {
		t.Error("the wrong one lost its place")
	}
}

// TestFloodOfManyAddresses guards: where all addresses have one who waits, the oldest gives way.
func TestFloodOfManyAddresses(t *testing.T) {
	g := gateFor(4, 3, 2)
	var all []*visitor
	for pid := range int32(12) {
		all = append(all, visit(t, g, pid))
		if pid >= 4 && !all[pid-4].gone() {
			t.Fatalf("for %d it isn't the oldest that gave way", pid)
		}
	}
}

// TestSilentGiveWayFirst guards: who has begun to speak stays longer than those who say nothing, however old.
func TestSilentGiveWayFirst(t *testing.T) {
	for _, pids := range [][3]int32{{1, 1, 1}, {1, 2, 3}} {
		g := gateFor(2, 10, 10)
		talker, silent := visit(t, g, pids[0]), visit(t, g, pids[1])
		if !talker.Talk() {
			t.Fatal("its place is lost")
		}
		visit(t, g, pids[2])
		if !silent.gone() || talker.gone() {
			t.Errorf("of %v the one that spoke gave way", pids)
		}
	}
}

// TestPerAddress guards: an address with as many connections as are allowed takes from itself those that wait, and then none.
func TestPerAddress(t *testing.T) {
	g := gateFor(100, 3, 100)
	first := visit(t, g, 1)
	for range 2 {
		if err := visit(t, g, 1).Admit(); err != nil {
			t.Fatal(err)
		}
	}
	last := visit(t, g, 1)
	if !first.gone() || last.Admit() != nil {
		t.Error("the one that waited didn't give way")
	}
	if _, err := g.Enter(Source{pid: 1}, nil); !errors.Is(err, ErrPerAddress) {
		t.Errorf("a fourth one: %v", err)
	}
	visit(t, g, 2)
	last.Leave()
	visit(t, g, 1)
}

func TestPenaltyAtTheGate(t *testing.T) {
	g := New(Limits{Unauthenticated: 9, PerAddress: 9, Admitted: 9, Penalty: time.Hour, PenaltyStart: time.Hour, PenaltyMax: time.Hour, PenaltyAddresses: 9})
	place, err := g.Enter(sourceAt(1), nil)
	if err != nil || place.Fail() != time.Hour {
		t.Fatal("one failure was to be enough")
	}
	if _, err := g.Enter(sourceAt(1), nil); !errors.Is(err, ErrPenalty) {
		t.Errorf("it comes in again: %v", err)
	}
	if _, err := g.Enter(sourceAt(2), nil); err != nil {
		t.Errorf("another one: %v", err)
	}
}

func TestClose(t *testing.T) {
	g := gateFor(4, 4, 4)
	silent, talker, in := visit(t, g, 1), visit(t, g, 2), visit(t, g, 3)
	talker.Talk()
	_ = in.Admit()
	g.Close()
	g.EvictSilent()
	if !silent.gone() || talker.gone() || in.gone() {
		t.Error("others than those who say nothing lost their places")
	}
	if _, err := g.Enter(Source{}, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("the gate is open: %v", err)
	}
}

// TestGate checks what holds whatever comes and goes: the limits, whose turn it is to give way, and that nothing stays behind.
func TestGate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 8)
		g := gateFor(limit.Draw(t, "unauthenticated"), limit.Draw(t, "per address"), limit.Draw(t, "admitted"))
		var all []*Place
		for range rapid.IntRange(0, 200).Draw(t, "steps") {
			what := rapid.IntRange(0, 5).Draw(t, "what")
			if what < 3 || len(all) == 0 {
				place, err := g.Enter(Source{pid: rapid.Int32Range(0, 4).Draw(t, "pid")}, func() {})
				if err == nil {
					all = append(all, place)
				}
			} else {
				act(t, what, all[rapid.IntRange(0, len(all)-1).Draw(t, "who")])
			}
			checkGate(t, g)
		}
		for _, p := range all {
			p.Leave()
		}
		if len(g.crowds)+len(g.ranking)+g.waiting+g.admitted != 0 {
			t.Fatalf("left behind: %+v", g)
		}
	})
}

func act(t *rapid.T, what int, p *Place) {
	was := p.stage
	switch what {
	case 3:
		if p.Talk() != (was == silent || was == talking || was == admitted) {
			t.Fatalf("one at stage %d talks", was)
		}
	case 4:
		if errors.Is(p.Admit(), ErrEvicted) != (was == evicted || was == left) {
			t.Fatalf("one at stage %d is admitted", was)
		}
	default:
		p.Leave()
	}
}

func checkGate(t *rapid.T, g *Gate) {
	waiting, most, all := 0, 0, 0
	for _, c := range g.crowds {
		checkRow(t, &c.silent, silent)
		checkRow(t, &c.talking, talking)
		if c.all < c.waiting() || c.all > g.limits.PerAddress {
			t.Fatalf("%d of one source", c.all)
		}
		waiting, most, all = waiting+c.waiting(), max(most, c.waiting()), all+c.all
	}
	if waiting != g.waiting || waiting > g.limits.Unauthenticated || all != waiting+g.admitted || g.admitted > g.limits.Admitted {
		t.Fatalf("%d of %d wait: %+v", waiting, all, g)
	}
	for i := range g.ranking {
		if i > 0 && g.ranking.Less(i, (i-1)/2) || g.ranking[i].rank != i {
			t.Fatal("the ranking isn't one")
		}
	}
	if waiting > 0 && g.ranking[0].waiting() != most {
		t.Fatal("another crowd would have to give way")
	}
}

func checkRow(t *rapid.T, r *row, s stage) {
	n := 0
	for p := r.oldest; p != nil; p = p.newer {
		if p.stage != s || p.newer != nil && p.newer.older != p || p.newer == nil && r.newest != p {
			t.Fatal("a row is out of order")
		}
		n++
	}
	if n != r.n {
		t.Fatalf("%d in a row of %d", n, r.n)
	}
}
