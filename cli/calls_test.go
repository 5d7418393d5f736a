package cli

import (
	"testing"

	"pgregory.net/rapid"

	"goapptrace/protocol"
)

// ledger is a sink that checks that every call that begins ends once, innermost first.
type ledger struct {
	t     *rapid.T
	open  map[uint64][]*function
	begun int
	how   [stillOpen + 1]int
}

func (l *ledger) enter(g *goroutine) {
	l.begun++
	l.open[g.id] = append(l.open[g.id], g.stack[len(g.stack)-1].fn)
}

func (l *ledger) leave(g *goroutine, c *call, _ int64, how ending) {
	stack := l.open[g.id]
	if len(stack) == 0 || stack[len(stack)-1] != c.fn || len(g.stack) != len(stack)-1 {
		l.t.Fatalf("goroutine %d leaves %q with %d calls open", g.id, c.fn.name, len(stack))
	}
	l.open[g.id] = stack[:len(stack)-1]
	l.how[how]++
}

// Whatever the order of events, each one is accounted for.
func TestPairingAccountsForEveryEvent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &ledger{t: t, open: map[uint64][]*function{}}
		p := newPairing(l, newSieve(nil, 1))
		leaves := 0
		for i, n := range rapid.SliceOf(rapid.IntRange(0, 1<<6)).Draw(t, "events") {
			ev := protocol.Event{Time: int64(i), G: uint64(n & 3), Func: uint64(n >> 2 & 3), Kind: protocol.EventKind(n >> 4 % 3)}
			if ev.Kind != protocol.Enter {
				leaves++
			}
			p.event(ev)
		}
		inTheEnd := p.open
		p.end()
		var calls, timed, panics uint64
		for _, f := range p.funcs {
			calls, timed, panics = calls+f.calls, timed+f.timed, panics+f.panics
			if f.open != 0 || f.self > f.total && f.panics == f.calls {
				t.Errorf("%+v", f)
			}
		}
		paired := l.how[returned] + l.how[panicked]
		if int(calls) != l.begun || int(timed) != paired || int(panics) != l.how[panicked] {
			t.Errorf("%d calls begun, %d timed, %d panics; the sink saw %d and %v", calls, timed, panics, l.begun, l.how)
		}
		if l.how[stillOpen] != inTheEnd || leaves != paired+int(p.unpaired) || l.begun != paired+l.how[unknown]+inTheEnd {
			t.Errorf("%d leaves, %d unpaired, %d open in the end; the sink saw %d and %v", leaves, p.unpaired, inTheEnd, l.begun, l.how)
		}
	})
}

// Times of a recursive function count once, and what a call made isn't its own.
func TestPairingAddsUpTimes(t *testing.T) {
	p := newPairing(&ledger{open: map[uint64][]*function{}}, newSieve(nil, 1))
	const f, g = 1, 2
	for _, ev := range []protocol.Event{
		{Time: 0, Func: f},
		{Time: 10, Func: f},
		{Time: 20, Func: g},
		{Time: 50, Func: g, Kind: protocol.Leave},
		{Time: 60, Func: f, Kind: protocol.Leave},
		{Time: 100, Func: f, Kind: protocol.Leave},
	} {
		p.event(ev)
	}
	for id, want := range map[uint64][4]uint64{f: {100, 70, 100, 2}, g: {30, 30, 30, 1}} {
		fn := p.funcs[id]
		if got := [4]uint64{fn.total, fn.self, fn.max, fn.timed}; got != want {
			t.Errorf("function %d: total, self, max, calls are %v, want %v", id, got, want)
		}
	}
}

// What a peer says must not make us remember without bound. Calls too deep to be followed are told as such, and
// what lies below them ends as it should.
func TestPairingIsBounded(t *testing.T) {
	p := newPairing(&ledger{open: map[uint64][]*function{}}, newSieve(nil, 1))
	each := func(kind protocol.EventKind) {
		for i := range uint64(maxDepth + 10) {
			p.event(protocol.Event{Time: int64(i), Func: 1 << 40, G: 1 << 50, Kind: kind})
		}
	}
	each(protocol.Enter)
	if p.open != maxDepth || p.unkept != 10 {
		t.Errorf("%d calls open and %d unkept, want %d and 10", p.open, p.unkept, maxDepth)
	}
	each(protocol.Leave)
	if p.open != 0 || p.unkept != 10 || p.unpaired != 0 {
		t.Errorf("in the end %d calls are open, %d unkept, %d events unpaired", p.open, p.unkept, p.unpaired)
	}
}
