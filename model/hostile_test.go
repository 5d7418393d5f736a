package model

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"goapptrace/protocol"
)

// What a tracee makes us keep is in proportion to what it sends, and has an end.
func TestHostileBytes(t *testing.T) {
	const events = 1 << 14
	batch := func(event func(i uint64) protocol.Event) func(round int) protocol.Packet {
		return func(round int) protocol.Packet {
			var b protocol.BatchBuilder
			for i := range uint64(events) {
				b.Add(event(uint64(round)*events + i))
			}
			return b.Packet(uint64(round+1), 0)
		}
	}
	for _, tt := range []struct {
		name   string
		packet func(round int) protocol.Packet
	}{
		{"calls that never end", batch(func(uint64) protocol.Event { return protocol.Event{Func: 1, G: 1} })},
		{"goroutines without end", batch(func(i uint64) protocol.Event { return protocol.Event{Func: 1, G: i} })},
		{"functions without end", batch(func(i uint64) protocol.Event { return protocol.Event{Func: i << 20, Kind: protocol.Leave} })},
		{"one high function", batch(func(i uint64) protocol.Event { return protocol.Event{Func: i & 1 * (denseIDs - 1)} })},
		{"calls on many goroutines", batch(func(i uint64) protocol.Event {
			return protocol.Event{Func: 1, G: i / 2 % 5000, Kind: protocol.EventKind(i & 1)}
		})},
		{"losses", func(round int) protocol.Packet {
			return &protocol.FuncLogBatchPacket{Seq: uint64(2 * round), LostFuncs: make([]uint64, events), LostEvents: make([]uint64, events)}
		}},
		{"goroutines", func(round int) protocol.Packet {
			p := &protocol.GoroutinesPacket{}
			for i := range uint64(events) {
				p.IDs = append(p.IDs, uint64(round)*events+i)
				p.Entries = append(p.Entries, protocol.Text(fmt.Sprint(round, i)))
			}
			p.Parents, p.Sites, p.SiteIDs, p.Lines = p.IDs, p.IDs, p.IDs, p.IDs
			p.Creators, p.Files = p.Entries, p.Entries
			return p
		}},
		{"spans", func(round int) protocol.Packet {
			p := &protocol.DetailsPacket{}
			for i := range uint64(events) {
				p.Gs, p.Starts = append(p.Gs, uint64(round)*events+i), append(p.Starts, 0)
				p.Kinds, p.Texts = append(p.Kinds, protocol.DetailSpan), append(p.Texts, "x")
			}
			return p
		}},
		{"logged newlines", func(round int) protocol.Packet {
			return &protocol.LogPacket{Time: int64(-round), Message: protocol.Text(strings.Repeat("\n", events)), Stream: "log"}
		}},
		{"counters", func(round int) protocol.Packet {
			p := &protocol.CountersPacket{Calls: make([]uint64, events), TotalNS: make([]uint64, events), MaxNS: make([]uint64, events)}
			for i := range uint64(events) {
				p.Funcs = append(p.Funcs, uint64(round)*events+i)
				p.LostCauses = append(p.LostCauses, protocol.Text(fmt.Sprint(round, i)))
			}
			p.LostEvents = p.Funcs
			return p
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := New(Limits{Memory: 4 << 20, PacketBytes: 1}).Open(1, epoch, "")
			before, wire := heap(), 0
			for round := range 10 {
				p := tt.packet(round)
				frame, err := protocol.AppendFrame(nil, p)
				if err != nil {
					t.Fatal(err)
				}
				wire += len(frame)
				s.Packet(protocol.Record{At: epoch, Packet: p, Raw: frame})
			}
			grown := float64(heap()) - float64(before)
			t.Logf("%.1f MiB for %.1f MiB, %.0f bytes a byte", grown/(1<<20), float64(wire)/(1<<20), grown/float64(wire))
			if grown > 40*float64(wire)+8<<20 {
				t.Errorf("%d bytes make us keep %.0f", wire, grown)
			}
			check(t, s)
			runtime.KeepAlive(s)
		})
	}
}

// Attributes by the ten thousands, as a hostile peer sends them, take time and memory in proportion to the line that is kept.
func TestLogLineOfManyAttributes(t *testing.T) {
	p := &protocol.LogPacket{Message: "m"}
	for range 65_000 {
		p.Keys, p.Values = append(p.Keys, "key"), append(p.Values, "value")
	}
	if got := logText(p); len(got) > 2*maxLine || !strings.HasPrefix(got, "m key=value key=value") {
		t.Errorf("%d bytes: %.40q", len(got), got)
	}
}
