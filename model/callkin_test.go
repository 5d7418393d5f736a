package model

import (
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"goapptrace/protocol"
	"goapptrace/query"
)

// family is the calls of a session with who made them, found by going through all of them.
type family struct {
	rows   []CallRow
	caller map[uint64]uint64
	passes map[uint64]bool
}

func newFamily(rows []CallRow, passing []CallRow) *family {
	f := &family{rows: rows, caller: map[uint64]uint64{}, passes: map[uint64]bool{}}
	stacks := map[uint64]map[int]uint64{} // by goroutine and depth: the last call
	for _, row := range rows {
		if stacks[row.G] == nil {
			stacks[row.G] = map[int]uint64{}
		}
		f.caller[row.Seq] = stacks[row.G][row.Depth-1]
		stacks[row.G][row.Depth] = row.Seq
	}
	for _, row := range passing {
		f.passes[row.Seq] = true
	}
	return f
}

// find is what [Session.FindKin] ought to find.
func (f *family) find(q KinQuery) (found uint64) {
	var of CallRow
	for _, row := range f.rows {
		if row.Seq == q.Of {
			of = row
		}
	}
	if q.Kin == Caller {
		for found = f.caller[q.Of]; found != 0 && !f.passes[found]; found = f.caller[found] {
		}
		return found
	}
	longest := time.Duration(-1)
	for _, row := range f.rows {
		beside := row.G == of.G && row.Depth == of.Depth && f.caller[row.Seq] == f.caller[q.Of]
		below := f.caller[row.Seq] == q.Of && row.G == of.G && row.Depth == of.Depth+1
		if q.Of == 0 {
			below = row.G == q.G && row.Depth == 0
		}
		switch {
		case !f.passes[row.Seq] || q.Until != 0 && row.Seq > q.Until:
		case q.Kin == PreviousCall && beside && row.Seq < q.Of:
			found = row.Seq
		case q.Kin == NextCall && beside && row.Seq > q.Of && found == 0:
			found = row.Seq
		case q.Kin == LongestCall && below && row.Duration > longest:
			found, longest = row.Seq, row.Duration
		}
	}
	return found
}

// callers are those that [Session.Callers] ought to find.
func (f *family) callers(seq uint64) (seqs []uint64) {
	for seq = f.caller[seq]; seq != 0; seq = f.caller[seq] {
		seqs = append(seqs, seq)
	}
	return seqs
}

// Callers, the calls beside one and the longest that it made are found whatever was sealed, forgotten or filtered.
func TestKinEqualsOracle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		goroutines := rapid.SampledFrom([]int{1, 3, 40, 3000}).Draw(rt, "goroutines")
		s := open(t, Limits{Calls: rapid.SampledFrom([]int{0, 1}).Draw(rt, "kept")}, 16)
		w := newWorkload(16, goroutines)
		w.rng = rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 7))
		for range 5 {
			s.Packet(record(w.batch(4096)))
		}
		if rapid.Bool().Draw(rt, "ended") {
			s.State(epoch, protocol.StateClosed, "")
		}
		now := epoch.Add(time.Duration(w.now))
		var filter *query.Filter
		if rapid.Bool().Draw(rt, "filtered") {
			filter = callsLike("func ~ f[1-5]")
		}
		var span Span
		if rapid.Bool().Draw(rt, "in a span") {
			from := rapid.Int64Range(0, w.now).Draw(rt, "from")
			span = Span{epoch.Add(time.Duration(from)), epoch.Add(time.Duration(rapid.Int64Range(from, w.now).Draw(rt, "to")))}
		}
		all := s.Calls(CallQuery{Before: 100_000, Now: now}).Rows
		f := newFamily(all, s.Calls(CallQuery{Filter: filter, Span: span, Before: 100_000, Now: now}).Rows)
		for range 12 {
			q := KinQuery{
				Of:     all[rapid.IntRange(0, len(all)-1).Draw(rt, "call")].Seq,
				Kin:    rapid.SampledFrom([]Kin{Caller, PreviousCall, NextCall, LongestCall}).Draw(rt, "kin"),
				Filter: filter, Span: span, Now: now,
			}
			if q.Kin != Caller && rapid.Bool().Draw(rt, "paused") {
				q.Until = q.Of + rapid.Uint64Range(0, 500).Draw(rt, "until")
			}
			if q.Kin == LongestCall && rapid.Bool().Draw(rt, "outermost") {
				q.Of, q.G = 0, rapid.Uint64Range(1, uint64(goroutines)).Draw(rt, "g")
			}
			if got, _ := s.FindKin(q); got != f.find(q) {
				rt.Fatalf("%+v: call %d, want %d", q, got, f.find(q))
			}
			if q.Of == 0 {
				continue
			}
			callers, whole := s.Callers(q.Of, 1000, now)
			got := seqs(callers)
			for len(got) > 0 && got[len(got)-1] < all[0].Seq { // open ones are known when they are forgotten
				got = got[:len(got)-1]
			}
			want := f.callers(q.Of)
			if len(got) != len(want) || len(got) > 0 && got[len(got)-1] != want[len(want)-1] {
				rt.Fatalf("callers of %d: %v, want %v", q.Of, got, want)
			}
			if first, _ := s.Call(q.Of, now); whole != (first.Depth == len(callers)) {
				rt.Fatalf("%d callers of a call of depth %d, whole: %v", len(callers), first.Depth, whole)
			}
		}
	})
}

// What lies in a span is found by the times alone.
func TestCallsInASpan(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := open(t, Limits{}, 16)
		w := newWorkload(16, rapid.SampledFrom([]int{1, 20}).Draw(rt, "goroutines"))
		w.rng = rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 7))
		for range 5 {
			s.Packet(record(w.batch(4096)))
		}
		now := epoch.Add(time.Duration(w.now))
		for range 2 {
			from := rapid.Int64Range(-10, w.now).Draw(rt, "from")
			span := Span{epoch.Add(time.Duration(from)), epoch.Add(time.Duration(from + rapid.Int64Range(1, w.now/4).Draw(rt, "for")))}
			var want []uint64
			for _, row := range s.Calls(CallQuery{Before: 100_000, Now: now}).Rows {
				end := row.Start.Add(row.Duration)
				if row.Start.Before(span.To) && (end.After(span.From) || !row.Start.Before(span.From)) {
					want = append(want, row.Seq)
				}
			}
			got := seqs(s.Calls(CallQuery{Span: span, Before: 100_000, Now: now}).Rows)
			if len(got) != len(want) || len(got) > 0 && (got[0] != want[0] || got[len(got)-1] != want[len(want)-1]) {
				rt.Fatalf("%v to %v: %d calls, want %d", span.From, span.To, len(got), len(want))
			}
			for _, rest := range [][]CallRow{ // by what the chunks remember
				s.Calls(CallQuery{Span: span, Anchor: 1, After: 100_000, Now: now}).Rows,
				s.Calls(CallQuery{Span: span, Before: 100_000, Now: now}).Rows,
			} {
				if len(rest) != len(want) {
					rt.Fatalf("asked again: %d calls, want %d", len(rest), len(want))
				}
			}
		}
	})
}
