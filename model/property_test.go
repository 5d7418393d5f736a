package model

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"goapptrace/protocol"
)

// program is a random well-formed run: enters and leaves of a few functions on a few goroutines.
func program(t *rapid.T) []protocol.Event {
	const goroutines = 3
	var stacks [goroutines][]uint64
	var events []protocol.Event
	now := int64(0)
	for range rapid.IntRange(0, 200).Draw(t, "events") {
		now += rapid.Int64Range(0, 50).Draw(t, "dt")
		g := rapid.IntRange(0, goroutines-1).Draw(t, "g")
		st := stacks[g]
		e := protocol.Event{Time: now, G: uint64(g)}
		if len(st) > 0 && rapid.Bool().Draw(t, "leave") {
			e.Func, e.Kind = st[len(st)-1], protocol.Leave
			switch rapid.IntRange(0, 9).Draw(t, "end") {
			case 0:
				e.Kind = protocol.LeavePanic
			case 1:
				e.Kind = protocol.LeaveError
			}
			stacks[g] = st[:len(st)-1]
		} else {
			e.Func = rapid.Uint64Range(1, 4).Draw(t, "func")
			stacks[g] = append(st, e.Func)
		}
		events = append(events, e)
	}
	return events
}

// oracleCall is a call as the oracle sees it: found by looking at all events again and again.
type oracleCall struct {
	event       protocol.Event
	depth       int
	end         CallEnd
	lasted      int64
	self        int64
	inRecursion bool
}

// oracle finds the calls of a well-formed run, each by itself.
func oracle(events []protocol.Event) []oracleCall {
	var all []oracleCall
	for i, e := range events {
		if e.Kind == protocol.Enter {
			all = append(all, oracleOne(events, i))
		}
	}
	return all
}

func oracleOne(events []protocol.Event, i int) oracleCall {
	e := events[i]
	c := oracleCall{event: e}
	var callers []uint64
	for _, p := range events[:i] {
		if p.G != e.G {
			continue
		}
		if p.Kind == protocol.Enter {
			callers = append(callers, p.Func)
		} else {
			callers = callers[:len(callers)-1]
		}
	}
	c.depth = len(callers)
	for _, f := range callers {
		c.inRecursion = c.inRecursion || f == e.Func
	}
	depth, mark := 0, e.Time // depth within the call; time is the call's own while it is 1
	for _, p := range events[i:] {
		if p.G != e.G {
			continue
		}
		if depth == 1 {
			c.self += p.Time - mark
		}
		mark = p.Time
		if p.Kind == protocol.Enter {
			depth++
			continue
		}
		if depth--; depth == 0 {
			c.lasted, c.end = p.Time-e.Time, EndReturn
			switch p.Kind {
			case protocol.LeavePanic:
				c.end = EndPanic
			case protocol.LeaveError:
				c.end = EndError
			}
			return c
		}
	}
	c.lasted = events[len(events)-1].Time - e.Time
	return c
}

// sumUp is the function's row that the calls give.
func sumUp(calls []oracleCall, fn uint64) FuncRow {
	var r FuncRow
	var all, finished int64
	for i, c := range calls {
		if c.event.Func != fn {
			continue
		}
		r.Calls++
		if c.end == EndOpen {
			r.Open++
			continue
		}
		switch c.end {
		case EndPanic:
			r.Panics++
		case EndError:
			r.Errors++
		}
		finished++
		all += c.lasted
		r.Timed++
		if !c.inRecursion {
			r.Total += time.Duration(c.lasted)
		}
		r.Self += time.Duration(c.self)
		// Of calls equally long, the one that ends first counts, which only the model knows.
		r.Max = max(r.Max, time.Duration(calls[i].lasted))
	}
	if finished > 0 {
		r.Mean = time.Duration(all / finished)
	}
	return r
}

func TestCallsEqualOracle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		events := program(rt)
		s := open(t, Limits{}, 4)
		for rest := events; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "batch")
			feed(s, rest[:n]...)
			rest = rest[n:]
		}
		want := oracle(events)
		got := s.Calls(CallQuery{Before: len(events)}).Rows
		if len(got) != len(want) {
			rt.Fatalf("%d calls, want %d", len(got), len(want))
		}
		for i, w := range want {
			g := got[i]
			same := g.Seq == uint64(i+1) && g.G == w.event.G && g.Func == w.event.Func && g.Depth == w.depth &&
				g.End == w.end && g.Duration == time.Duration(w.lasted) && g.Start.Equal(epoch.Add(time.Duration(w.event.Time)))
			if !same {
				rt.Fatalf("call %d: got %+v, want %+v", i+1, g, w)
			}
		}
		for _, f := range s.Functions(FuncQuery{Limit: 10}).Rows {
			w := sumUp(want, f.ID)
			w.ID, w.Name, w.File, w.Line, w.MaxCall = f.ID, f.Name, f.File, f.Line, f.MaxCall
			f.CallsPerSecond, f.P50, f.P90, f.P99 = 0, 0, 0, 0
			if f != w {
				rt.Fatalf("function: got %+v, want %+v", f, w)
			}
			if f.MaxCall > 0 && got[f.MaxCall-1].Duration != f.Max {
				rt.Fatalf("call %d is not the longest of %+v", f.MaxCall, f)
			}
		}
	})
}

// Whatever is lost, every event is a call's start, a call's end or an orphan.
func TestLossAddsUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := open(t, Limits{}, 4)
		var enters, leaves uint64
		for _, e := range program(rt) {
			if rapid.IntRange(0, 4).Draw(rt, "lost") == 0 {
				continue
			}
			if e.Kind == protocol.Enter {
				enters++
			} else {
				leaves++
			}
			feed(s, e)
		}
		row := s.Row(epoch)
		var ended uint64
		open := 0
		for _, r := range s.Calls(CallQuery{Before: 1000}).Rows {
			switch r.End {
			case EndReturn, EndPanic, EndError:
				ended++
			case EndOpen:
				open++
			}
			if r.Duration < 0 {
				rt.Fatalf("call: %+v", r)
			}
		}
		if row.Calls != enters || row.Events != enters+leaves || ended+row.Orphans != leaves || open != row.Open {
			rt.Fatalf("%d enters, %d leaves, %d ended, %d open: %+v", enters, leaves, ended, open, row)
		}
	})
}
