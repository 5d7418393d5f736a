package model

import (
	"slices"
	"testing"

	"goapptrace/protocol"
)

// A call is touched by a gap when it was open during any of it: what it made then may be missing.
func TestTouchedCalls(t *testing.T) {
	s := open(t, Limits{}, 4)
	send := func(seq uint64, end int64, lost uint64, events ...protocol.Event) {
		b := batchOf(events...)
		b.Seq, b.End = seq, end
		if lost > 0 {
			b.LostFuncs, b.LostEvents = []uint64{4}, []uint64{lost}
		}
		s.Packet(record(b))
	}
	on := func(at int64, fn uint64) protocol.Event { return protocol.Event{Time: at, G: 1, Func: fn} }
	off := func(at int64, fn uint64) protocol.Event {
		return protocol.Event{Time: at, G: 1, Func: fn, Kind: protocol.Leave}
	}
	send(1, 100, 0, on(10, 1), on(20, 2), off(30, 2))                              // calls 1, 2
	send(2, 200, 5, on(150, 2), off(160, 2))                                       // 3
	send(3, 300, 0, on(210, 2), off(220, 2), on(290, 3))                           // 4, 5
	send(5, 500, 0, on(450, 2), off(460, 2), off(470, 3), off(480, 1), on(490, 2)) // 6; 7 stays open
	send(6, 600, 0, off(510, 2), on(520, 2), off(530, 2), on(540, 1))              // 8; 9
	want := map[uint64]bool{1: true, 3: true, 5: true, 6: true, 7: true}
	for _, row := range s.Calls(CallQuery{Before: 20}).Rows {
		if row.Touched != want[row.Seq] {
			t.Errorf("touched: %t, %+v", row.Touched, row)
		}
	}
	var touched []uint64
	for id := range uint64(4) {
		touched = append(touched, byID(t, s, id+1).Touched)
	}
	if !slices.Equal(touched, []uint64{1, 3, 1, 0}) {
		t.Errorf("by function: %v", touched)
	}
	if lost := byID(t, s, 4).Lost; lost != 5 {
		t.Errorf("%d events lost of function 4", lost)
	}
}
