package model

import (
	"testing"
	"time"

	"goapptrace/protocol"
)

// A trend tells of whole seconds of the packets' time, up to now.
func TestTrend(t *testing.T) {
	s := open(t, Limits{}, 1)
	at := epoch
	call := func(n int) {
		var events []protocol.Event
		for range n {
			events = append(events, script("+1", "-1")...)
		}
		s.Packet(protocol.Record{At: at, Packet: batchOf(events...)})
	}
	ping := func(later time.Duration) {
		at = at.Add(later)
		s.Packet(protocol.Record{At: at, Packet: &protocol.PingPacket{}})
	}
	last := func(now time.Time, want ...uint32) {
		t.Helper()
		row, _ := s.Function(1, now)
		if got := row.Trend[TrendLen-len(want):]; [TrendLen]uint32(append(make([]uint32, TrendLen-len(want)), got...)) !=
			[TrendLen]uint32(append(make([]uint32, TrendLen-len(want)), want...)) {
			t.Errorf("at %v: the trend is %v, want %v at its end", now.Sub(epoch), row.Trend, want)
		}
	}
	ping(0)
	call(3)
	last(at, 0, 0, 0)
	ping(time.Second)
	last(at, 0, 3)
	call(5)
	ping(500 * time.Millisecond)
	last(at, 0, 3)
	ping(500 * time.Millisecond)
	last(at, 0, 3, 5)
	ping(3 * time.Second)
	last(at, 3, 5, 0, 0, 0)
	call(7)
	last(at.Add(2*time.Second), 5, 0, 0, 0, 7, 0)
	last(at.Add(time.Minute), 0, 0, 0)
	ping(time.Minute)
	last(at, 0, 0, 0)
}
