package model

import (
	"testing"

	"pgregory.net/rapid"

	"goapptrace/protocol"
)

func TestPacketsAndCalls(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := open(t, Limits{Calls: rapid.SampledFrom([]int{0, 5000}).Draw(rt, "calls")}, 2)
		packetOf := map[uint64]uint64{} // by call
		calls, packets, now := uint64(0), s.Row(epoch).Packets, int64(0)
		for range rapid.IntRange(1, 12).Draw(rt, "packets") {
			packets++
			if rapid.IntRange(0, 3).Draw(rt, "other") == 0 {
				s.Packet(record(&protocol.PingPacket{}))
				continue
			}
			var b protocol.BatchBuilder
			for range rapid.SampledFrom([]int{0, 1, 3, chunkLen / 2, chunkLen - 1, 2*chunkLen + 5}).Draw(rt, "events") {
				e := protocol.Event{Time: now, Func: 1, G: 1}
				if now++; now%2 == 0 {
					e.Kind = protocol.Leave
				} else {
					calls++
					packetOf[calls] = packets
				}
				b.Add(e)
			}
			s.Packet(record(b.Packet(1, now)))
		}
		first := s.Row(epoch).RetainedOut + 1
		for seq := uint64(1); seq <= calls+1; seq++ {
			got, ok := s.PacketOfCall(seq)
			want := packetOf[seq]
			if seq < first {
				want = 0
			}
			if got != want || ok != (want != 0) {
				rt.Fatalf("call %d came in packet %d, %v, want %d", seq, got, ok, want)
			}
		}
		for packet := uint64(0); packet <= packets+1; packet++ {
			var from, to uint64
			for seq := first; seq <= calls; seq++ {
				if packetOf[seq] == packet {
					to = seq
					from = min(from-1, seq-1) + 1
				}
			}
			gotFrom, gotTo, ok := s.CallsOfPacket(packet)
			if ok != (from != 0) || ok && (gotFrom != from || gotTo != to) {
				rt.Fatalf("packet %d brought calls %d to %d, %v, want %d to %d", packet, gotFrom, gotTo, ok, from, to)
			}
		}
	})
}

// Of 1.0 each call comes in a packet of its own; what that takes counts among what the session holds.
func TestLinksAreCounted(t *testing.T) {
	s := open(t, Limits{}, 1)
	for i := range int64(10_000) {
		feed(s, protocol.Event{Time: i, Func: 1, G: 1})
	}
	held := 0
	for _, c := range s.calls.log.chunks {
		held += c.bytes()
	}
	if least := 10_000 * linkSize; s.calls.log.held != held || held < least {
		t.Errorf("the log holds %d bytes, want those of its chunks, %d, and at least %d", s.calls.log.held, held, least)
	}
	if from, to, ok := s.CallsOfPacket(5002); from != 5001 || to != 5001 || !ok {
		t.Errorf("packet 5,002 brought calls %d to %d, %v", from, to, ok)
	}
}
