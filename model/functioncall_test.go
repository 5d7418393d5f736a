package model

import (
	"testing"
	"time"

	"goapptrace/protocol"
)

func TestFuncCall(t *testing.T) {
	const others = 3 * chunkLen
	s := open(t, Limits{}, 3)
	var events []protocol.Event
	at := int64(0)
	call := func(fn uint64, lasted int64, kind protocol.EventKind) {
		events = append(events, protocol.Event{Time: at, Func: fn, G: 1}, protocol.Event{Time: at + lasted, Func: fn, G: 1, Kind: kind})
		at += 1e6
	}
	call(1, 1000, protocol.LeaveError)    // number 1
	call(1, 50_000, protocol.Leave)       // 2
	call(1, 50_100, protocol.Leave)       // 3
	call(1, 2000, protocol.LeavePanic)    // 4
	call(1, 900_000, protocol.LeavePanic) // 5
	call(1, 3000, protocol.Leave)         // 6
	for range others {
		call(2, 777_777, protocol.LeaveError)
	}
	events = append(events, protocol.Event{Time: at, Func: 1, G: 1})
	feed(s, events...)
	span := func(first, last int64) Span { // of the starts of calls
		return Span{From: epoch.Add(time.Duration(first-1) * 1e6), To: epoch.Add(time.Duration(last)*1e6 - 1)}
	}
	for name, tt := range map[string]struct {
		q    FuncCallQuery
		want uint64
	}{
		"newest of about that":      {FuncCallQuery{Function: 1, Near: 50_000}, 3},
		"nearest":                   {FuncCallQuery{Function: 1, Near: 500_000}, 5},
		"nearest of short ones":     {FuncCallQuery{Function: 1, Near: 0}, 1},
		"newest that failed":        {FuncCallQuery{Function: 1, Failed: true}, 5},
		"newest that failed before": {FuncCallQuery{Function: 1, Failed: true, Until: 3}, 1},
		"in a span":                 {FuncCallQuery{Function: 1, Near: 50_000, Span: span(1, 2)}, 2},
		"failed in a span":          {FuncCallQuery{Function: 1, Failed: true, Span: span(2, 4)}, 4},
		"none in a span":            {FuncCallQuery{Function: 1, Near: 50_000, Span: span(100, 200)}, 0},
		"none":                      {FuncCallQuery{Function: 3, Near: 50_000}, 0},
	} {
		if got, ok := s.FuncCall(tt.q); got.Seq != tt.want || ok != (tt.want != 0) {
			t.Errorf("%s: call %d, want %d", name, got.Seq, tt.want)
		}
	}
}
