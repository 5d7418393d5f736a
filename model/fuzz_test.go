package model

import (
	"testing"

	"goapptrace/protocol"
)

// FuzzBatch feeds batches of any contents: nothing may panic, and the sums stay consistent.
func FuzzBatch(f *testing.F) {
	good := newWorkload(8, 3).batch(40)
	f.Add(good.Base, good.End, good.Count, good.Tags, good.Times, good.Goroutines, uint64(3), uint64(7))
	for n := range good.Tags {
		f.Add(good.Base, good.End, good.Count, good.Tags[:n], good.Times, good.Goroutines, uint64(0), uint64(0))
	}
	f.Add(int64(-1<<63), int64(1<<63-1), uint64(1e9), []byte{0, 1, 2}, []byte{}, []byte{1}, uint64(1)<<40, uint64(1)<<63)
	f.Fuzz(func(t *testing.T, base, end int64, count uint64, tags, times, goroutines []byte, lostFunc, lost uint64) {
		s := open(t, Limits{Calls: 1, PacketBytes: 1}, 4)
		p := &protocol.FuncLogBatchPacket{
			Base: base, End: end, Count: count, Tags: tags, Times: times, Goroutines: goroutines,
			LostFuncs: []uint64{lostFunc}, LostEvents: []uint64{lost},
		}
		for range 3 {
			s.Packet(record(p))
		}
		check(t, s)
		s.State(epoch, protocol.StateLost, "")
		check(t, s)
		if row := s.Row(epoch); row.Open != 0 || row.Goroutines != 0 {
			t.Errorf("open calls after the end: %+v", row)
		}
	})
}

// check compares what the session says of itself in different places.
func check(t *testing.T, s *Session) {
	t.Helper()
	row := s.Row(epoch)
	var calls, open uint64
	for _, f := range s.Functions(FuncQuery{Limit: 1 << 30, Now: epoch}).Rows {
		calls += f.Calls
		open += f.Open
		if f.Total < 0 || f.Self < 0 || f.Mean < 0 || f.Calls < f.Open+f.Panics {
			t.Errorf("function: %+v", f)
		}
	}
	if calls != row.Calls || open != uint64(row.Open) || row.Events < row.Calls+row.Orphans {
		t.Errorf("functions have %d calls, %d open: %+v", calls, open, row)
	}
	for _, r := range s.Calls(CallQuery{Before: 1 << 20, Now: epoch}).Rows {
		if r.Duration < 0 {
			t.Errorf("call: %+v", r)
		}
	}
}
