package model

import (
	"testing"
	"time"

	"goapptrace/protocol"
)

// endings is a session with n calls of functions 1 and 2 by turns, those of the numbers in ends ending so.
func endings(t *testing.T, n int, ends map[int]protocol.EventKind) *Session {
	s := open(t, Limits{}, 2)
	var b protocol.BatchBuilder
	for i := 1; i <= n; i++ {
		fn := uint64(i%2 + 1)
		kind := protocol.Leave
		if k, ok := ends[i]; ok {
			kind = k
		}
		b.Add(protocol.Event{Time: int64(2 * i), Func: fn, G: 1})
		b.Add(protocol.Event{Time: int64(2*i + 1), Func: fn, G: 1, Kind: kind})
		if b.Len() == protocol.MaxBatchEvents || i == n {
			s.Packet(record(b.Packet(1, 0)))
			b.Reset()
		}
	}
	return s
}

func TestFindEnd(t *testing.T) {
	s := endings(t, 20_000, map[int]protocol.EventKind{
		1: protocol.LeaveError, 63: protocol.LeaveError, 64: protocol.LeavePanic, 4096: protocol.LeaveError,
		12_290: protocol.LeaveError, 19_999: protocol.LeaveError, 20_000: protocol.LeavePanic,
	})
	for _, tt := range []struct {
		name string
		q    EndQuery
		want uint64
	}{
		{"newest error", EndQuery{End: EndError, Back: true}, 19_999},
		{"newest panic", EndQuery{End: EndPanic, Back: true}, 20_000},
		{"not the call itself", EndQuery{End: EndError, From: 4096, Back: true}, 63},
		{"nor forwards", EndQuery{End: EndError, From: 63}, 4096},
		{"over chunks that are packed", EndQuery{End: EndError, From: 4096}, 12_290},
		{"back over them", EndQuery{End: EndError, From: 12_290, Back: true}, 4096},
		{"the neighbour", EndQuery{End: EndPanic, From: 63}, 64},
		{"none after it", EndQuery{End: EndError, From: 19_999}, 0},
		{"none from the end on", EndQuery{End: EndError}, 0},
		{"none before the first", EndQuery{End: EndError, From: 1, Back: true}, 0},
		{"none of the kind", EndQuery{End: EndUnknown, Back: true}, 0},
		{"of a function", EndQuery{End: EndError, Filter: callsLike("F1"), Back: true}, 12_290},
		{"of a function, forwards", EndQuery{End: EndError, Filter: callsLike("F1"), From: 1}, 4096},
		{"beyond a paused view", EndQuery{End: EndError, From: 4096, Until: 10_000}, 0},
		{"within a paused view", EndQuery{End: EndError, From: 15_000, Back: true, Until: 12_000}, 4096},
		{"plain returns", EndQuery{End: EndReturn, From: 64, Back: true}, 62},
	} {
		if got, ok := s.FindEnd(tt.q); got != tt.want || ok != (tt.want != 0) {
			t.Errorf("%s: call %d, %v, want %d", tt.name, got, ok, tt.want)
		}
	}
	if _, ok := open(t, Limits{}, 1).FindEnd(EndQuery{End: EndError, Back: true}); ok {
		t.Error("found a call where there is none")
	}
}

// A call that was open when its chunk was packed is found by the end that it came to.
func TestFindEndOfLongCalls(t *testing.T) {
	s := open(t, Limits{}, 2)
	var b protocol.BatchBuilder
	b.Add(protocol.Event{Time: 1, Func: 1, G: 7})
	for i := int64(1); i < 10_000; i++ {
		b.Add(protocol.Event{Time: 2 * i, Func: 2, G: 1})
		b.Add(protocol.Event{Time: 2*i + 1, Func: 2, G: 1, Kind: protocol.Leave})
	}
	s.Packet(record(b.Packet(1, 0)))
	feed(s, protocol.Event{Time: 30_000, Func: 1, G: 7, Kind: protocol.LeaveError})
	if got, _ := s.FindEnd(EndQuery{End: EndError, Back: true}); got != 1 {
		t.Errorf("call %d, want 1", got)
	}
}

func TestFindEndAmongTheKept(t *testing.T) {
	s := manyCalls(t, Limits{Calls: 5000}, 40_000)
	if _, ok := s.FindEnd(EndQuery{End: EndError, From: 17, Back: true}); ok {
		t.Error("found a call that isn't kept")
	}
	if seq, _ := s.FindEnd(EndQuery{End: EndReturn, From: 17}); seq <= s.Row(epoch).RetainedOut {
		t.Errorf("found call %d, which isn't kept", seq)
	}
}

func TestCallAt(t *testing.T) {
	s := open(t, Limits{}, 3)
	feed(s, script("+1", "+2", "-2", "2:+3", "+2", "2:-3", "!2", "~1", "+1")...)
	at := func(ns int) time.Time { return epoch.Add(time.Duration(ns)) }
	for _, tt := range []struct {
		name  string
		g     uint64
		ns    int
		want  uint64
		never bool
	}{
		{name: "innermost", g: 1, ns: 25, want: 2},
		{name: "its very start", g: 1, ns: 20, want: 2},
		{name: "behind a call that is over", g: 1, ns: 35, want: 1},
		{name: "the second one", g: 1, ns: 55, want: 4},
		{name: "another goroutine", g: 2, ns: 45, want: 3},
		{name: "open", g: 1, ns: 1000, want: 5},
		{name: "between calls", g: 1, ns: 85, never: true},
		{name: "over", g: 2, ns: 65, never: true},
		{name: "before all", g: 1, ns: 5, never: true},
		{name: "before all, any", g: 0, ns: 5, never: true},
		{name: "any", g: 0, ns: 45, want: 3},
		{name: "nobody", g: 9, ns: 45, never: true},
	} {
		if got, ok := s.CallAt(tt.g, at(tt.ns)); got != tt.want || ok == tt.never {
			t.Errorf("%s: call %d, %v, want %d", tt.name, got, ok, tt.want)
		}
	}
}

// A call that began long ago is found behind chunks that know nothing of its goroutine.
func TestCallAtFarBack(t *testing.T) {
	s := open(t, Limits{}, 2)
	var b protocol.BatchBuilder
	b.Add(protocol.Event{Time: 1, Func: 1, G: 7})
	for i := int64(1); i < 15_000; i++ {
		b.Add(protocol.Event{Time: 2 * i, Func: 2, G: 1})
		b.Add(protocol.Event{Time: 2*i + 1, Func: 2, G: 1, Kind: protocol.Leave})
	}
	s.Packet(record(b.Packet(1, 0)))
	if got, _ := s.CallAt(7, epoch.Add(29_000)); got != 1 {
		t.Errorf("call %d, want 1", got)
	}
	if got, _ := s.CallAt(1, epoch.Add(20_000)); got != 10_001 {
		t.Errorf("call %d, want 10,001", got)
	}
}
