package model

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goapptrace/protocol"
)

// describe writes the calls of a session as lines of goroutine, depth, function, duration in ns and end.
func describe(s *Session) string {
	var b strings.Builder
	for _, r := range s.Calls(CallQuery{Before: 1000}).Rows {
		fmt.Fprintf(&b, "%d. g%d %d f%d %d %s\n", r.Seq, r.G, r.Depth, r.Func, r.Duration,
			[]string{"open", "return", "panic", "unknown"}[r.End])
	}
	return b.String()
}

// Events are 10 ns apart, the first is at 10 ns.
func TestPairing(t *testing.T) {
	tests := []struct {
		name    string
		script  string
		calls   string
		orphans uint64
		open    int
	}{
		{"nesting", "+1 +2 -2 -1", "1. g1 0 f1 30 return\n2. g1 1 f2 10 return\n", 0, 0},
		{"siblings", "+1 -1 +1 -1", "1. g1 0 f1 10 return\n2. g1 0 f1 10 return\n", 0, 0},
		{"goroutines", "1:+1 2:+1 1:-1 2:-1", "1. g1 0 f1 20 return\n2. g2 0 f1 20 return\n", 0, 0},
		{"open", "+1 +2", "1. g1 0 f1 10 open\n2. g1 1 f2 0 open\n", 0, 2},
		{"panic", "+1 +2 !2 !1", "1. g1 0 f1 30 panic\n2. g1 1 f2 10 panic\n", 0, 0},
		{"recovered", "+1 +2 !2 -1", "1. g1 0 f1 30 return\n2. g1 1 f2 10 panic\n", 0, 0},
		{"lost leave", "+1 +2 +3 -1", "1. g1 0 f1 30 return\n2. g1 1 f2 20 unknown\n3. g1 2 f3 10 unknown\n", 0, 0},
		{"lost enter", "+1 -2 -1", "1. g1 0 f1 20 return\n", 1, 0},
		{"nothing but a leave", "-1", "", 1, 0},
		{"leave after the end", "+1 -1 -1", "1. g1 0 f1 10 return\n", 1, 0},
		{"leave elsewhere", "1:+1 2:-1", "1. g1 0 f1 10 open\n", 1, 1},
		{"recursion", "+1 +1 -1 -1", "1. g1 0 f1 30 return\n2. g1 1 f1 10 return\n", 0, 0},
		{
			"huge IDs", "1099511627776:+1099511627776 1099511627776:-1099511627776",
			"1. g1099511627776 0 f1099511627776 10 return\n", 0, 0,
		},
		{"function zero", "+0 -0", "1. g1 0 f0 10 return\n", 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, Limits{}, 3)
			feed(s, script(strings.Fields(tt.script)...)...)
			if diff := cmp.Diff(tt.calls, describe(s)); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			row := s.Row(epoch)
			if row.Orphans != tt.orphans || row.Open != tt.open || row.Events != uint64(len(strings.Fields(tt.script))) {
				t.Errorf("row: %+v", row)
			}
		})
	}
}

func TestOpenCallsTick(t *testing.T) {
	s := open(t, Limits{}, 1)
	feed(s, script("+1")...)
	for _, after := range []time.Duration{0, time.Second, time.Minute} {
		row, ok := s.Call(1, epoch.Add(after))
		if !ok || row.Duration != after || row.End != EndOpen {
			t.Errorf("after %v: %+v, %v", after, row, ok)
		}
	}
}

// A session's end ends its open calls, as of the newest that was heard.
func TestEndOfSession(t *testing.T) {
	s := open(t, Limits{}, 2)
	feed(s, script("+1", "2:+2", "+2", "-2")...)
	s.State(epoch.Add(time.Hour), protocol.StateLost, "connection reset")
	want := "1. g1 0 f1 30 unknown\n2. g2 0 f2 20 unknown\n3. g1 1 f2 10 return\n"
	if diff := cmp.Diff(want, describe(s)); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if row := s.Row(epoch); row.Open != 0 || row.Goroutines != 0 {
		t.Errorf("row: %+v", row)
	}
}

func TestWallClock(t *testing.T) {
	s := New(Limits{}).Open(1, epoch, "")
	s.Hello(&protocol.ClientHelloPacket{WallClock: epoch.UnixNano(), MonoClock: 5_000}, protocol.Current)
	feed(s, protocol.Event{Time: 5_007, Func: 1, G: 1})
	if row, _ := s.Call(1, epoch); !row.Start.Equal(epoch.Add(7)) {
		t.Errorf("start %v, want 7 ns after %v", row.Start, epoch)
	}
}

// Without a clock in the hello, the first batch's arrival stands for its end.
func TestWallClockMissing(t *testing.T) {
	s := New(Limits{}).Open(1, epoch, "")
	s.Hello(&protocol.ClientHelloPacket{}, protocol.Current)
	feed(s, protocol.Event{Time: 5_007, Func: 1, G: 1})
	if row, _ := s.Call(1, epoch); !row.Start.Equal(epoch) {
		t.Errorf("start %v, want %v", row.Start, epoch)
	}
}

// Times that run backwards or span everything give no negative durations.
func TestAbsurdTimes(t *testing.T) {
	s := open(t, Limits{}, 2)
	const least, most = -1 << 63, 1<<63 - 1
	feed(s, protocol.Event{Time: 100, Func: 1, G: 1}, protocol.Event{Time: 50, Func: 1, G: 1, Kind: protocol.Leave})
	for g := range uint64(4) {
		feed(s, protocol.Event{Time: least, Func: 2, G: g}, protocol.Event{Time: most, Func: 2, G: g, Kind: protocol.Leave})
		feed(s, protocol.Event{Time: 0, Func: 2, G: g}, protocol.Event{Time: most, Func: 2, G: g, Kind: protocol.Leave})
	}
	for _, r := range s.Calls(CallQuery{Before: 100, Now: epoch}).Rows {
		if r.Duration < 0 {
			t.Errorf("call %d lasted %v", r.Seq, r.Duration)
		}
	}
	for _, f := range s.Functions(FuncQuery{Limit: 10}).Rows {
		if f.Total < 0 || f.Self < 0 || f.Mean < 0 || f.Max < 0 {
			t.Errorf("function: %+v", f)
		}
	}
}

// Calls beyond the depth that is followed are counted, and what lies below them ends as it should.
func TestDepthLimit(t *testing.T) {
	const over = 10
	s := open(t, Limits{}, 1)
	var events []protocol.Event
	for i := range 2 * (maxDepth + over) {
		e := protocol.Event{Time: int64(i), Func: 1, G: 1}
		if i >= maxDepth+over {
			e.Kind = protocol.Leave
		}
		events = append(events, e)
	}
	for len(events) > 0 {
		n := min(len(events), 1<<15)
		feed(s, events[:n]...)
		events = events[n:]
	}
	row := s.Row(epoch)
	if row.Calls != maxDepth || row.Unkept != over || row.Open != 0 || row.Orphans != 0 {
		t.Errorf("row: %+v", row)
	}
	if r, _ := s.Call(maxDepth, epoch); r.Depth != maxDepth-1 || r.Duration != 2*over+1 {
		t.Errorf("deepest: %+v", r)
	}
	if n := cap(s.calls.stacks.get(1).frames); n > 4*shallow {
		t.Errorf("an empty stack keeps room for %d frames", n)
	}
}

// Far up a stack, too, a leave without an enter is told from a call that lost its callees' leaves.
func TestOrphanOnDeepStack(t *testing.T) {
	s := open(t, Limits{}, 2)
	feed(s, script("2:+2")...)
	for range 3 * shallow {
		feed(s, script("+1")...)
	}
	feed(s, script("+2", "-2", "-2", "+2", "+1", "-2")...)
	if row := s.Row(epoch); row.Orphans != 1 || row.Open != 3*shallow+1 {
		t.Errorf("row: %+v", row)
	}
}

// A tracee that invents goroutines and functions does not make us grow without bounds.
func TestIDLimits(t *testing.T) {
	s := open(t, Limits{Calls: 1}, 0)
	var events []protocol.Event
	for i := range uint64(maxGoroutines + 5000) {
		events = append(events, protocol.Event{Func: i << 20, G: i << 20})
		if len(events) == 1<<15 {
			feed(s, events...)
			events = nil
		}
	}
	feed(s, events...)
	row := s.Row(epoch)
	if row.Functions != maxFunctions-1 || row.Goroutines != maxGoroutines || row.Unkept != 5000 {
		t.Errorf("row: %+v", row)
	}
	feed(s, protocol.Event{Func: 0, G: 0, Kind: protocol.Leave}, protocol.Event{Func: 1, G: 7})
	if row := s.Row(epoch); row.Goroutines != maxGoroutines || row.Unkept != 5000 {
		t.Errorf("there was no room for one in the place of one: %+v", row)
	}
}

// Calls that aren't kept leave no orphans behind, whichever bound they hit.
func TestUnkeptCallsEnd(t *testing.T) {
	s := open(t, Limits{Calls: 1}, 1)
	each := func(n uint64, kind protocol.EventKind) {
		var b protocol.BatchBuilder
		for g := range n {
			for range 3 {
				b.Add(protocol.Event{Func: 1, G: g, Kind: kind})
			}
			if b.Len() > 1<<15 || g == n-1 {
				s.Packet(record(b.Packet(1, 0)))
				b.Reset()
			}
		}
	}
	const over = 100
	each(maxGoroutines+over, protocol.Enter)
	each(maxGoroutines+over, protocol.Leave)
	if row := s.Row(epoch); row.Unkept != 3*over || row.Orphans != 0 || row.Open != 0 {
		t.Errorf("row: %+v", row)
	}
	feed(s, script("-1")...)
	if row := s.Row(epoch); row.Orphans != 1 {
		t.Errorf("an orphan went unseen: %+v", row)
	}
}
