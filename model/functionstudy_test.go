package model

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"goapptrace/protocol"
)

func studyOf(s *Session, function uint64, span Span) FuncPicture {
	t := NewFuncStudy(s, function, span)
	for t.Advance(epoch, 0, enough) {
	}
	return t.Picture(epoch)
}

// What is said of callers and callees is what looking at each call for itself gives.
func TestStudyKin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var study *FuncStudy
		const function = 2
		s := fed(rt, t, program(rt), func(s *Session) {
			if study == nil {
				study = NewFuncStudy(s, function, Span{})
			}
			study.Advance(epoch, 0, enough)
		})
		rows := s.Calls(CallQuery{Before: 1000}).Rows
		callers, callees := map[uint64]uint64{}, map[uint64]uint64{}
		stacks := map[uint64][]uint64{}
		var calls, open uint64
		for _, c := range rows {
			stack := append(stacks[c.G][:c.Depth], c.Func)
			stacks[c.G] = stack
			caller := uint64(0)
			if c.Depth > 0 {
				caller = stack[c.Depth-1]
			}
			if c.Func == function {
				callers[caller]++
				if calls++; c.End == EndOpen {
					open++
				}
			}
			if caller == function {
				callees[c.Func]++
			}
		}
		p := study.Picture(epoch)
		count := func(kin []FuncKin) map[uint64]uint64 {
			m := map[uint64]uint64{}
			for _, k := range kin {
				m[k.ID] += k.Calls
			}
			return m
		}
		if got := count(p.Callers); !maps.Equal(got, callers) {
			rt.Fatalf("callers: %v, want %v", got, callers)
		}
		if got := count(p.Callees); !maps.Equal(got, callees) {
			rt.Fatalf("callees: %v, want %v", got, callees)
		}
		if p.Open != open || p.Open+p.Returned+p.Errors+p.Panics+p.Unknown != calls {
			rt.Fatalf("of %d calls, %d of them open: %+v", calls, open, p)
		}
		var inColumns uint64
		for i := range p.Columns {
			inColumns += p.Columns[i].Count()
		}
		if inColumns != calls-open || p.Took.Count() != inColumns {
			rt.Fatalf("%d calls are in columns, %d in the histogram, want %d", inColumns, p.Took.Count(), calls-open)
		}
	})
}

func TestStudyShares(t *testing.T) {
	s := open(t, Limits{}, 3)
	feed(s, script("+1", "+2", "-2", "+3", "+2", "-2", "-3", "-1", "+2", "!2")...) // events are 10 ns apart
	p := studyOf(s, 2, Span{})
	var callers []string
	for _, k := range p.Callers {
		callers = append(callers, string(k.Name))
		if k.Calls != 1 || k.Time != 10 || k.Share < 0.33 || k.Share > 0.34 {
			t.Errorf("%+v", k)
		}
	}
	if want := []string{"main.f1", "main.f3", ""}; !slices.Equal(callers, want) {
		t.Errorf("callers: %q, want %q", callers, want)
	}
	if p.Callers[2].Kind != KinNone || p.Panics != 1 || p.Returned != 2 || len(p.Slowest) != 3 || p.Self != 30 {
		t.Errorf("%+v", p)
	}
	p = studyOf(s, 1, Span{})
	if len(p.Callees) != 2 || p.Callees[0].Name != "main.f3" || p.Callees[0].Time != 30 || p.Self != 30 {
		t.Errorf("%+v, self %d", p.Callees, p.Self)
	}
}

// However long a program runs, there are only so many columns, and nothing falls out of them.
func TestStudyColumns(t *testing.T) {
	s := open(t, Limits{}, 1)
	study := NewFuncStudy(s, 1, Span{})
	const calls = 3000
	for i := range int64(calls) {
		at := i * i * 1e5
		feed(s, protocol.Event{Time: at, Func: 1, G: 1}, protocol.Event{Time: at + 1000 + i, Func: 1, G: 1, Kind: protocol.Leave})
		study.Advance(epoch, 0, enough)
	}
	p := study.Picture(epoch)
	all := uint64(0)
	for i, from := range p.Columns {
		if all += from.Count(); i == 0 && from.Count() == 0 {
			t.Error("the first column is empty")
		}
	}
	last := p.From.Add(time.Duration(len(p.Columns)) * p.Unit)
	if n := len(p.Columns); all != calls || n > studyColumns || n < studyColumns/2 || last.Before(epoch.Add(calls*calls*1e5-p.Unit*2)) {
		t.Errorf("%d calls in %d columns up to %v", all, n, last)
	}
	if p.Slowest[0].Seq != calls || len(p.Slowest) != studySlowest {
		t.Errorf("the slowest are %+v", p.Slowest)
	}
}

func TestStudyOfSpan(t *testing.T) {
	s := open(t, Limits{}, 1)
	feed(s, script("+1", "-1", "+1", "-1", "+1", "-1")...)
	p := studyOf(s, 1, Span{From: epoch.Add(21), To: epoch.Add(35)})
	if p.Returned != 1 || p.Slowest[0].Seq != 2 || p.Took.Count() != 1 {
		t.Errorf("%+v", p)
	}
}
