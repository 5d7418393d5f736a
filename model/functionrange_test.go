package model

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"goapptrace/protocol"
)

// fed is a session that is given a run in parts; look is called between them, and at the end.
func fed(rt *rapid.T, t *testing.T, events []protocol.Event, look func(s *Session)) *Session {
	s := open(t, Limits{}, 4)
	for rest := events; len(rest) > 0; {
		n := rapid.IntRange(1, len(rest)).Draw(rt, "part")
		feed(s, rest[:n]...)
		rest = rest[n:]
		look(s)
	}
	look(s)
	return s
}

// Of all time, a range says what the table of all calls says.
func TestFuncRangeOfEverything(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		span := rapid.SampledFrom([]Span{{}, {From: epoch.Add(-time.Hour), To: epoch.Add(time.Hour)}}).Draw(rt, "span")
		var r *FuncRange
		s := fed(rt, t, program(rt), func(s *Session) {
			if r == nil {
				r = NewFuncRange(s, span)
			}
			for r.Advance(epoch, 0, enough) {
			}
		})
		got := r.Functions(FuncQuery{Limit: 9, Now: epoch}).Rows
		want := slices.DeleteFunc(s.Functions(FuncQuery{Limit: 9, Now: epoch}).Rows, func(r FuncRow) bool { return r.Calls == 0 })
		if len(got) != len(want) {
			rt.Fatalf("%d functions, want %d", len(got), len(want))
		}
		for i := range want {
			g, w := got[i], want[i]
			g.CallsPerSecond, g.Trend, g.MaxCall = w.CallsPerSecond, w.Trend, w.MaxCall
			if g != w {
				rt.Fatalf("got  %+v\nwant %+v", g, w)
			}
		}
	})
}

// A range adds up what was running in it, as far as it was.
func TestFuncRange(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		from := rapid.Int64Range(-10, 3000).Draw(rt, "from")
		to := from + rapid.Int64Range(1, 2000).Draw(rt, "length")
		var r *FuncRange
		events := program(rt)
		s := fed(rt, t, events, func(s *Session) {
			if r == nil {
				r = NewFuncRange(s, Span{From: epoch.Add(time.Duration(from)), To: epoch.Add(time.Duration(to))})
			}
			if s.calls.last >= to { // ranges are of the past
				r.Advance(epoch, 0, func() bool { return false })
			}
		})
		for r.Advance(epoch, 0, enough) {
		}
		want := map[uint64]FuncRow{}
		for _, c := range oracle(events) {
			end := c.event.Time + c.lasted
			if c.end != EndOpen && (c.event.Time >= to || end <= from && c.event.Time < from) || c.event.Time >= to {
				continue
			}
			w := want[c.event.Func]
			w.Calls++
			if c.end == EndOpen {
				w.Open++
			} else {
				w.Max = max(w.Max, time.Duration(c.lasted))
				if !c.inRecursion {
					w.Total += time.Duration(min(end, to) - max(c.event.Time, from))
				}
				if c.end == EndError {
					w.Errors++
				}
			}
			want[c.event.Func] = w
		}
		rows := r.Functions(FuncQuery{Limit: 9, Now: epoch}).Rows
		if len(rows) != len(want) {
			rt.Fatalf("%d functions, want %d", len(rows), len(want))
		}
		var self, roots time.Duration
		for _, g := range rows {
			w := want[g.ID]
			if g.Calls != w.Calls || g.Open != w.Open || g.Max != w.Max || g.Total != w.Total || g.Errors != w.Errors {
				rt.Fatalf("got  %+v\nwant %+v", g, w)
			}
			if self += g.Self; g.Self < 0 {
				rt.Fatalf("self is negative: %+v", g)
			}
		}
		for _, c := range s.Calls(CallQuery{Before: len(events)}).Rows { // time in calls is somebody's own
			start := c.Start.Sub(epoch)
			if c.End != EndOpen && c.Depth == 0 {
				roots += max(0, min(start+c.Duration, time.Duration(to))-max(start, time.Duration(from)))
			}
		}
		if self < roots {
			rt.Fatalf("self times are %v in all, and calls took %v", self, roots)
		}
	})
}

// A range leaves out functions that weren't called, and says which counted calls nobody can place.
func TestFuncRangeRows(t *testing.T) {
	s := open(t, Limits{}, 3)
	feed(s, script("+1", "-1", "+2", "-2", "+2", "-2")...) // events are 10 ns apart
	s.Packet(record(&protocol.CountersPacket{Funcs: []uint64{2}, Calls: []uint64{7}, TotalNS: []uint64{70}, MaxNS: []uint64{10}}))
	r := NewFuncRange(s, Span{From: epoch.Add(25), To: epoch.Add(65)})
	r.Advance(epoch, 0, enough)
	rows := r.Functions(FuncQuery{Limit: 9, Now: epoch.Add(time.Second)}).Rows
	if len(rows) != 1 || rows[0].ID != 2 || rows[0].Unseen != 7 || rows[0].Counted != 0 {
		t.Fatalf("%+v", rows)
	}
	if share, older := r.Progress(); share != 1 || older {
		t.Errorf("progress is %v, older %v", share, older)
	}
	if rate := rows[0].CallsPerSecond; rate < 0.9*2e9/40 || rate > 1.1*2e9/40 {
		t.Errorf("two calls in 40 ns are %v a second", rate)
	}
}

func BenchmarkFuncRange(b *testing.B) {
	const functions, goroutines, calls = 3000, 64, 1 << 19
	s := open(b, Limits{}, functions)
	busy(s, functions, goroutines, calls)
	b.ResetTimer()
	for b.Loop() {
		r := NewFuncRange(s, Span{From: epoch.Add(-time.Hour), To: epoch.Add(time.Hour)})
		r.Advance(time.Time{}, 0, enough)
	}
	b.ReportMetric(float64(b.N)*calls/b.Elapsed().Seconds(), "calls/s")
}
