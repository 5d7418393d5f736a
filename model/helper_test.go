package model

import (
	"fmt"
	"testing"
	"time"

	"goapptrace/protocol"
	"goapptrace/query"
)

// epoch is when the tests' tracee's clock stood at zero.
var epoch = time.Unix(1_700_000_000, 0)

func record(p protocol.Packet) protocol.Record {
	return protocol.Record{At: epoch, Packet: p, Raw: make([]byte, 100)}
}

// open makes a session that has said hello and named functions 1 to n as main.f1 to main.fn.
func open(tb testing.TB, limits Limits, n uint64) *Session {
	tb.Helper()
	s := New(limits).Open(1, epoch, "here")
	s.Hello(&protocol.ClientHelloPacket{AppName: "app", WallClock: epoch.UnixNano()}, protocol.Current)
	s.State(epoch, protocol.StateEstablished, "")
	sym := new(protocol.Symbols)
	for id := uint64(1); id <= n; id++ {
		sym.Funcs = append(sym.Funcs, &protocol.FuncSymbol{ID: id, Name: protocol.Text(fmt.Sprint("main.f", id)), File: "main.go"})
		sym.FuncStatus = append(sym.FuncStatus, &protocol.FuncStatus{ID: id, Func: id, Line: 10 * id})
	}
	s.Packet(record(&protocol.SymbolPacket{Symbols: sym}))
	return s
}

func batchOf(events ...protocol.Event) *protocol.FuncLogBatchPacket {
	var b protocol.BatchBuilder
	var last int64
	for _, e := range events {
		b.Add(e)
		last = e.Time
	}
	return b.Packet(1, last)
}

func feed(s *Session, events ...protocol.Event) { s.Packet(record(batchOf(events...))) }

// script makes events of goroutine 1, 10 ns apart: "+1" enters function 1, "-1" leaves it, "!1" leaves it by a panic,
// "~1" with an error.
// A number and a colon before choose another goroutine: "2:+1".
func script(words ...string) []protocol.Event {
	var events []protocol.Event
	for i, w := range words {
		e := protocol.Event{Time: int64(10 * (i + 1)), G: 1}
		var kind rune
		if n, _ := fmt.Sscanf(w, "%d:%c%d", &e.G, &kind, &e.Func); n < 3 {
			e.G = 1
			if _, err := fmt.Sscanf(w, "%c%d", &kind, &e.Func); err != nil {
				panic(w)
			}
		}
		e.Kind = map[rune]protocol.EventKind{'+': protocol.Enter, '-': protocol.Leave, '!': protocol.LeavePanic, '~': protocol.LeaveError}[kind]
		events = append(events, e)
	}
	return events
}

// filterOf is a filter that must make sense.
func filterOf(kind query.Kind, text string) *query.Filter {
	f, err := query.Compile(text, kind)
	if err != nil {
		panic(text + ": " + err.Error())
	}
	return f
}

func callsLike(text string) *query.Filter     { return filterOf(query.Calls, text) }
func functionsLike(text string) *query.Filter { return filterOf(query.Functions, text) }
func packetsLike(text string) *query.Filter   { return filterOf(query.Packets, text) }
func linesLike(text string) *query.Filter     { return filterOf(query.Output, text) }
func goroutinesLike(text string) *query.Filter {
	return filterOf(query.Goroutines, text)
}
