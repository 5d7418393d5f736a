package model

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"goapptrace/protocol"
)

func TestCountedCalls(t *testing.T) {
	s := open(t, Limits{}, 2)
	feed(s, script("+1", "-1", "+1")...)
	s.Packet(record(&protocol.CountersPacket{
		Funcs: []uint64{1, 2}, Calls: []uint64{3, 5}, TotalNS: []uint64{30, 500}, MaxNS: []uint64{9, 400},
		Modes: []byte{protocol.FuncFull, protocol.FuncCount}, Unhooked: 212,
	}))
	s.Packet(record(&protocol.CountersPacket{ // sums since the beginning, of what changed
		Funcs: []uint64{1}, Calls: []uint64{4}, TotalNS: []uint64{60}, MaxNS: []uint64{25},
	}))
	f1, f2 := byID(t, s, 1), byID(t, s, 2)
	f1.CallsPerSecond, f2.CallsPerSecond = 0, 0
	f1.P50, f1.P90, f1.P99 = 0, 0, 0
	want1 := FuncRow{ID: 1, Name: "main.f1", File: "main.go", Line: 10, Calls: 6, Counted: 4, Timed: 1, Open: 1, Total: 70, Self: 10, Mean: 14, Max: 25}
	want2 := FuncRow{
		ID: 2, Name: "main.f2", File: "main.go", Line: 20, Mode: protocol.FuncCount,
		Calls: 5, Counted: 5, Total: 500, Mean: 100, Max: 400,
	}
	if f1 != want1 || f2 != want2 {
		t.Errorf("got  %+v\nand  %+v\nwant %+v\nand  %+v", f1, f2, want1, want2)
	}
	if row := s.Row(epoch); row.Counted != 9 || row.Calls != 2 || row.Unhooked != 212 {
		t.Errorf("row: %+v", row)
	}
	for by, want := range map[FuncSort]uint64{SortTotal: 2, SortCalls: 1, SortMean: 2, SortMax: 2, SortSelf: 1} {
		if rows := s.Functions(FuncQuery{Sort: by, Limit: 1}).Rows; rows[0].ID != want {
			t.Errorf("sorted by %d: %+v", by, rows[0])
		}
	}
	if p := s.Functions(FuncQuery{}); p.Busiest != 500 {
		t.Errorf("busiest %v", p.Busiest)
	}
}

// A streamed call that is longer than all that were counted can be jumped to.
func TestLongestCall(t *testing.T) {
	s := open(t, Limits{}, 1)
	s.Packet(record(&protocol.CountersPacket{Funcs: []uint64{1}, Calls: []uint64{3}, TotalNS: []uint64{20}, MaxNS: []uint64{10}}))
	feed(s, script("+1", "+1", "-1", "-1")...)
	if f := byID(t, s, 1); f.Max != 30 || f.MaxCall != 1 || f.Calls != 5 || f.Mean != 12 {
		t.Errorf("function: %+v", f)
	}
}

func TestCountersThatDoNotPair(t *testing.T) {
	s := open(t, Limits{}, 1)
	one, none := []uint64{1}, []uint64(nil)
	for i, p := range []*protocol.CountersPacket{
		{Funcs: one, Calls: none, TotalNS: one, MaxNS: one},
		{Funcs: one, Calls: one, TotalNS: none, MaxNS: one},
		{Funcs: one, Calls: one, TotalNS: one, MaxNS: none},
		{Funcs: none, Calls: one, TotalNS: one, MaxNS: one},
		{Funcs: one, Calls: one, TotalNS: one, MaxNS: one, Modes: []byte{1, 1}},
		{LostCauses: []protocol.Text{"x"}},
	} {
		s.Packet(record(p))
		if row := s.Row(epoch); row.Malformed != uint64(i+1) || row.Counted != 0 || row.Emitted != 0 {
			t.Errorf("%+v: %+v", p, row)
		}
	}
}

// Absurd sums give neither negative times nor rates, and sums never shrink.
func TestAbsurdCounters(t *testing.T) {
	s := open(t, Limits{}, 2)
	const most = math.MaxUint64
	for _, n := range []uint64{7, most, 0} {
		s.Packet(protocol.Record{At: epoch.Add(time.Second), Packet: &protocol.CountersPacket{
			Funcs: []uint64{1, 2, most}, Calls: []uint64{n, n, n}, TotalNS: []uint64{n, n, n}, MaxNS: []uint64{n, n, n},
			Modes: []byte{99, 99, 99}, Emitted: n,
			LostCauses: []protocol.Text{"a", "b"}, LostEvents: []uint64{n, n},
		}})
		feed(s, script("+1", "-1")...)
	}
	row := s.Row(epoch.Add(2 * time.Second))
	if row.Counted != 3*maxCounted || row.CallsPerSecond < 0 || row.Lost != 0 {
		t.Errorf("row: %+v", row)
	}
	for _, f := range s.Functions(FuncQuery{Limit: 9, Now: epoch.Add(2 * time.Second)}).Rows {
		if f.Counted != maxCounted || f.Total != math.MaxInt64 || f.Mean < 0 || f.Max < 0 || f.CallsPerSecond < 0 || f.Mode != 0 {
			t.Errorf("function: %+v", f)
		}
	}
}

func TestCausesOfLosses(t *testing.T) {
	st := New(Limits{})
	var causes []protocol.Text
	var counts []uint64
	for i := range 3 * maxCauses {
		causes, counts = append(causes, protocol.Text(fmt.Sprint(i, strings.Repeat("x", 4096)))), append(counts, 1)
	}
	for id, p := range []*protocol.CountersPacket{
		{LostCauses: []protocol.Text{"ring full", "viewer slow"}, LostEvents: []uint64{3, 4}},
		{LostCauses: []protocol.Text{"viewer slow", "viewer slow"}, LostEvents: []uint64{5, 1}},
	} {
		st.Open(uint64(id), epoch, "").Packet(record(p))
	}
	want := []Loss{{"ring full", 3}, {"viewer slow", 10}}
	if got := st.Totals(epoch); !slices.Equal(got.Losses, want) || got.Lost != 13 {
		t.Errorf("totals: %+v, want %+v", got, want)
	}
	s := st.Open(9, epoch, "")
	s.Packet(record(&protocol.CountersPacket{LostCauses: causes, LostEvents: counts}))
	row := s.Row(epoch)
	last := row.Losses[len(row.Losses)-1]
	if len(row.Losses) != maxCauses || last.Cause != otherCauses || last.Events != 2*maxCauses+1 || len(row.Losses[0].Cause) > maxCause {
		t.Errorf("%d causes, the last: %+v", len(row.Losses), last)
	}
}

// Whatever happens to the events, the ledger adds up, and says by how much it would not.
func TestLedger(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := open(t, Limits{}, 4)
		var b protocol.BatchBuilder
		var emitted, lost, counted, vanished, missing uint64
		seq := uint64(0)
		flush := func() {
			seq++
			if rapid.IntRange(0, 9).Draw(rt, "vanishes") == 0 {
				vanished += uint64(b.Len())
				missing++
			} else {
				s.Packet(record(b.Packet(seq, 0)))
				missing = 0
			}
			b.Reset()
		}
		for _, e := range program(rt) {
			switch emitted++; rapid.IntRange(0, 9).Draw(rt, "fate") {
			case 0:
				lost++
				b.Lose(e.Func, 1)
			case 1:
				emitted++
				counted++
			case 2:
				b.Add(e)
				flush()
			default:
				b.Add(e)
			}
		}
		flush()
		if s.Row(epoch).Settled {
			rt.Fatal("settled without totals")
		}
		s.Packet(record(&protocol.CountersPacket{
			Funcs: []uint64{1}, Calls: []uint64{counted}, TotalNS: []uint64{0}, MaxNS: []uint64{0},
			Emitted: emitted, LostCauses: []protocol.Text{"ring full"}, LostEvents: []uint64{lost},
		}))
		if row := s.Row(epoch); row.Settled || row.Difference != 0 {
			rt.Fatalf("settled while it goes on: %+v", row)
		}
		s.State(epoch, protocol.StateClosed, "")
		row := s.Row(epoch)
		if !row.Settled || row.Difference != int64(vanished) || row.Emitted != emitted || row.Lost != lost {
			rt.Fatalf("%d emitted, %d lost, %d vanished: %+v", emitted, lost, vanished, row)
		}
		if row.MissingBatches+missing > seq || vanished > 0 && missing == 0 && row.MissingBatches == 0 {
			rt.Fatalf("of %d batches %d are missing", seq, row.MissingBatches)
		}
	})
}

// Events behind the totals unsettle the ledger.
func TestLedgerThatIsBehind(t *testing.T) {
	s := open(t, Limits{}, 1)
	s.Packet(record(&protocol.CountersPacket{Emitted: 2}))
	feed(s, script("+1", "-1", "+1")...)
	s.State(epoch, protocol.StateLost, "")
	if row := s.Row(epoch); row.Settled || row.Difference != 0 {
		t.Errorf("row: %+v", row)
	}
}

func TestGaps(t *testing.T) {
	s := open(t, Limits{}, 2)
	send := func(seq uint64, at int64, lost uint64, words ...string) {
		b := batchOf(script(words...)...)
		b.Seq, b.Base, b.End = seq, at, at+100
		if lost > 0 {
			b.LostFuncs, b.LostEvents = []uint64{1}, []uint64{lost}
		}
		s.Packet(record(b))
	}
	send(1, 1000, 0, "+1", "-1", "+2", "-2")
	send(2, 2000, 7, "+1", "-1")
	send(5, 3000, 0, "+2", "-2")
	send(6, 4000, 1, "+1", "-1")
	send(7, 5000, 2)
	send(8, 6000, 3)
	first := Gap{BeforeSeq: 3, At: epoch.Add(2000), Lost: 7}
	second := Gap{BeforeSeq: 4, At: epoch.Add(3000), Batches: 2}
	third := Gap{BeforeSeq: 5, At: epoch.Add(4000), Lost: 1}
	end := Gap{BeforeSeq: 6, At: epoch.Add(4100), Lost: 5}
	for _, tt := range []struct {
		name string
		q    CallQuery
		want []Gap
	}{
		{"all", CallQuery{Before: 9}, []Gap{first, second, third, end}},
		{"the end", CallQuery{Before: 1}, []Gap{third, end}},
		{"the beginning", CallQuery{Anchor: 1, After: 2}, nil},
		{"the middle", CallQuery{Anchor: 1, After: 3}, []Gap{first}},
		{"paused", CallQuery{Before: 2, Until: 3}, []Gap{first}},
		{"filtered", CallQuery{Filter: callsLike("f2"), Before: 2}, []Gap{first, second}},
		{"nothing", CallQuery{Filter: callsLike("none"), Before: 2}, nil},
	} {
		if got := s.Calls(tt.q).Gaps; fmt.Sprint(got) != fmt.Sprint(tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	if row := s.Row(epoch); row.MissingBatches != 2 || row.Lost != 13 {
		t.Errorf("row: %+v", row)
	}
}

// Of many gaps the older ones become fewer, and none is forgotten.
func TestManyGaps(t *testing.T) {
	var l gapLog
	const n = 10 * maxGaps
	for i := range uint64(n) {
		l.add(gap{next: i + 1, lost: 1})
	}
	lost := uint64(0)
	for i, g := range l.list {
		lost += g.lost
		if i > 0 && g.next <= l.list[i-1].next {
			t.Fatalf("gap %d is before call %d, the one before it before %d", i, g.next, l.list[i-1].next)
		}
	}
	if len(l.list) > maxGaps || lost != n || l.list[len(l.list)-1] != (gap{next: n, lost: 1}) {
		t.Errorf("%d gaps with %d events", len(l.list), lost)
	}
}
