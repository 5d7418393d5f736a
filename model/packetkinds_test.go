package model

import (
	"slices"
	"testing"
	"time"

	"goapptrace/protocol"
)

// second is the session's clock so many seconds after its beginning.
func second(n int) time.Time { return epoch.Add(time.Duration(n) * time.Second) }

func sent(n int, dir protocol.Direction, p protocol.Packet, bytes int) protocol.Record {
	return protocol.Record{At: second(n), Dir: dir, Packet: p, Raw: make([]byte, bytes)}
}

// Packets between two batches that never came, and what they were about, stand at the one behind.
func TestPacketsTellOfLosses(t *testing.T) {
	s := open(t, Limits{}, 3)
	var b protocol.BatchBuilder
	b.Add(protocol.Event{Time: 1, Func: 1, G: 1})
	s.Packet(record(b.Packet(1, 1)))
	s.Packet(record(new(protocol.PingPacket)))
	b.Reset()
	b.Add(protocol.Event{Time: 9, Func: 1, G: 1, Kind: protocol.Leave})
	b.Lose(2, 17)
	s.Packet(record(b.Packet(5, 9)))
	var missing, lost []uint64
	for _, row := range s.Packets(PacketQuery{Before: 9}).Rows {
		missing, lost = append(missing, row.Missing), append(lost, row.Lost)
	}
	if want := []uint64{0, 0, 0, 3}; !slices.Equal(missing, want) {
		t.Errorf("missing batches %v, want %v", missing, want)
	}
	if want := []uint64{0, 0, 0, 17}; !slices.Equal(lost, want) {
		t.Errorf("lost events %v, want %v", lost, want)
	}
}

// A batch counts with the time of its events, any other packet with the time at which it came.
func TestPacketsInASpan(t *testing.T) {
	s := open(t, Limits{}, 1)
	s.Packet(sent(10, protocol.In, batchOf(
		protocol.Event{Time: 2e9, Func: 1, G: 1}, protocol.Event{Time: 3e9, Func: 1, G: 1, Kind: protocol.Leave}), 500))
	s.Packet(sent(12, protocol.Out, new(protocol.PingPacket), 50))
	for _, test := range []struct {
		from, to int
		want     []uint64
	}{
		{-1, 1, []uint64{1}},
		{1, 2, nil},
		{2, 3, []uint64{2}},
		{3, 4, []uint64{2}},
		{4, 11, nil},
		{2, 13, []uint64{2, 3}},
	} {
		span := Span{second(test.from), second(test.to)}
		page := s.Packets(PacketQuery{Before: 9, Span: span})
		var got []uint64
		for _, row := range page.Rows {
			got = append(got, row.Seq)
		}
		if !slices.Equal(got, test.want) || page.Matches != len(test.want) {
			t.Errorf("from %d s to %d s there are %v, %d in all, want %v", test.from, test.to, got, page.Matches, test.want)
		}
		n := 0
		for _, k := range s.PacketKinds(span, second(20)) {
			n += int(k.Packets)
		}
		if n != len(test.want) {
			t.Errorf("from %d s to %d s %d packets are added up, want %d", test.from, test.to, n, len(test.want))
		}
	}
}

func TestPacketKinds(t *testing.T) {
	s := open(t, Limits{Packets: 2}, 1)
	for n := range 40 {
		s.Packet(sent(n, protocol.In, batchOf(protocol.Event{Time: int64(n) * 1e9, Func: 1, G: 1}), 1000+n))
		s.Packet(sent(n, protocol.In, new(protocol.PingPacket), 50))
		s.Packet(sent(n, protocol.Out, new(protocol.PingPacket), 60))
	}
	kinds := s.PacketKinds(Span{}, second(39))
	if len(kinds) != 4 {
		t.Fatalf("%d kinds: %+v", len(kinds), kinds)
	}
	first, out := kinds[0], kinds[1]
	if first.Type != protocol.TypeFuncLogBatch || first.Packets != 40 || first.Bytes != 40*1000+39*40/2 || first.Largest != 1039 ||
		!first.Last.Equal(second(39)) || first.PacketsPerSecond < 0.3 || first.PacketsPerSecond > 3 {
		t.Errorf("batches are %+v", first)
	}
	if out.Type != protocol.TypePing || out.Dir != protocol.Out || out.Packets != 40 || out.Bytes != 2400 {
		t.Errorf("the second most bytes have %+v", out)
	}
	if n := s.Packets(PacketQuery{}).Matches; n != 2 {
		t.Errorf("%d packets are retained", n)
	}
	in := s.PacketKinds(Span{second(39), second(41)}, second(50))
	if len(in) != 2 || in[0].Packets != 1 || in[0].PacketsPerSecond != 0.5 {
		t.Errorf("of the last second there are %+v", in)
	}
}

func TestOutputInASpan(t *testing.T) {
	s := open(t, Limits{}, 0)
	for n := range 5 {
		s.Output(second(n), "stdout", []byte("line\n"))
	}
	page := s.Lines(OutputQuery{Before: 9, Span: Span{second(1), second(3)}})
	if len(page.Rows) != 2 || page.Matches != 2 || page.Rows[0].Seq != 2 || page.Last != 5 {
		t.Errorf("from 1 s to 3 s there are %+v", page)
	}
}
