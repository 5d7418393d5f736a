package model

import (
	"slices"
	"strings"
	"testing"

	"goapptrace/protocol"
)

// manyCalls is a session with n calls, function 1 and 2 by turns, except that every 5,000th is of function 3.
func manyCalls(t *testing.T, limits Limits, n int) *Session {
	s := open(t, limits, 3)
	var b protocol.BatchBuilder
	for i := 1; i <= n; i++ {
		fn := uint64(i%2 + 1)
		if i%5000 == 0 {
			fn = 3
		}
		b.Add(protocol.Event{Time: int64(2 * i), Func: fn, G: 1})
		b.Add(protocol.Event{Time: int64(2*i + 1), Func: fn, G: 1, Kind: protocol.Leave})
		if b.Len() == protocol.MaxBatchEvents || i == n {
			s.Packet(record(b.Packet(1, 0)))
			b.Reset()
		}
	}
	return s
}

func seqs(rows []CallRow) []uint64 {
	var list []uint64
	for _, r := range rows {
		list = append(list, r.Seq)
	}
	return list
}

func TestCallsWindow(t *testing.T) {
	s := manyCalls(t, Limits{}, 20_010)
	tests := []struct {
		name  string
		q     CallQuery
		want  []uint64
		newer uint64
	}{
		{"newest", CallQuery{Before: 3}, []uint64{20_008, 20_009, 20_010}, 0},
		{"around", CallQuery{Anchor: 4097, Before: 2, After: 2}, []uint64{4095, 4096, 4097, 4098}, 0},
		{"oldest", CallQuery{Anchor: 1, Before: 5, After: 2}, []uint64{1, 2}, 0},
		{"last", CallQuery{Anchor: 20_010, After: 5}, []uint64{20_010}, 0},
		{"beyond", CallQuery{Anchor: 99_999, Before: 1, After: 1}, []uint64{20_010}, 0},
		{"rare function", CallQuery{Filter: callsLike("F3"), Before: 3}, []uint64{10_000, 15_000, 20_000}, 0},
		{"rare function, onwards", CallQuery{Filter: callsLike("f3"), Anchor: 5001, After: 2}, []uint64{10_000, 15_000}, 0},
		{"rare function, over a chunk without", CallQuery{Filter: callsLike("f3"), Anchor: 4000, After: 1}, []uint64{5000}, 0},
		{"every second", CallQuery{Filter: callsLike("f1"), Anchor: 4097, Before: 1, After: 2}, []uint64{4096, 4098, 4100}, 0},
		{"no function", CallQuery{Filter: callsLike("none"), Before: 3, After: 3, Anchor: 7}, nil, 0},
		{"paused", CallQuery{Before: 2, Until: 8192}, []uint64{8191, 8192}, 11_818},
		{"paused, onwards", CallQuery{Anchor: 8192, After: 3, Until: 8193}, []uint64{8192, 8193}, 11_817},
		{"nothing asked", CallQuery{}, nil, 0},
	}
	for _, tt := range tests {
		page := s.Calls(tt.q)
		if got := seqs(page.Rows); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		if page.Newer != tt.newer || page.First != 1 || page.Last != 20_010 || page.RetainedOut != 0 {
			t.Errorf("%s: newer %d, first %d, last %d", tt.name, page.Newer, page.First, page.Last)
		}
	}
}

func TestCallsFilterSeesNewNames(t *testing.T) {
	s := open(t, Limits{}, 1)
	feed(s, script("+1", "-1", "+2", "-2")...)
	if rows := s.Calls(CallQuery{Filter: callsLike("late"), Before: 5}).Rows; len(rows) != 0 {
		t.Fatalf("rows: %+v", rows)
	}
	s.Packet(record(&protocol.SymbolPacket{Symbols: &protocol.Symbols{Funcs: []*protocol.FuncSymbol{{ID: 2, Name: "main.Late"}}}}))
	if got := seqs(s.Calls(CallQuery{Filter: callsLike("late"), Before: 5}).Rows); !slices.Equal(got, []uint64{2}) {
		t.Errorf("calls %v, want the second", got)
	}
}

func TestEmptySession(t *testing.T) {
	s := New(Limits{}).Open(1, epoch, "")
	if p := s.Calls(CallQuery{Before: 5, After: 5, Now: epoch}); len(p.Rows) != 0 || p.First != 0 || p.Last != 0 {
		t.Errorf("calls: %+v", p)
	}
	if p := s.Packets(PacketQuery{Before: 5, After: 5}); len(p.Rows) != 0 || p.First != 0 {
		t.Errorf("packets: %+v", p)
	}
	if p := s.Functions(FuncQuery{Limit: 5}); len(p.Rows) != 0 {
		t.Errorf("functions: %+v", p)
	}
	if p := s.Lines(OutputQuery{Before: 5}); len(p.Rows) != 0 || p.Dropped != 0 {
		t.Errorf("output: %+v", p)
	}
	if _, ok := s.Call(1, epoch); ok {
		t.Error("there is a call")
	}
}

// Old calls go and are counted; an open one that goes still counts when it ends.
func TestRetention(t *testing.T) {
	s := open(t, Limits{Calls: chunkLen}, 2)
	feed(s, protocol.Event{Time: 0, Func: 2, G: 9})
	var b protocol.BatchBuilder
	for i := range int64(3 * chunkLen) {
		b.Add(protocol.Event{Time: i, Func: 1, G: 1})
		b.Add(protocol.Event{Time: i, Func: 1, G: 1, Kind: protocol.Leave})
	}
	s.Packet(record(b.Packet(2, 0)))
	row := s.Row(epoch)
	if row.Calls != 3*chunkLen+1 || row.RetainedOut != 2*chunkLen || row.Open != 1 {
		t.Errorf("row: %+v", row)
	}
	page := s.Calls(CallQuery{Anchor: 1, After: 1})
	if page.First != 2*chunkLen+1 || page.RetainedOut != 2*chunkLen || !slices.Equal(seqs(page.Rows), []uint64{2*chunkLen + 1}) {
		t.Errorf("page: %+v", page)
	}
	if _, ok := s.Call(1, epoch); ok {
		t.Error("the first call is still there")
	}
	feed(s, protocol.Event{Time: 99_999, Func: 2, G: 9, Kind: protocol.Leave})
	if f := byID(t, s, 2); f.Total != 99_999 || f.MaxCall != 1 || f.Open != 0 {
		t.Errorf("function of the dropped call: %+v", f)
	}
}

func TestPackets(t *testing.T) {
	s := open(t, Limits{}, 4)
	b := batchOf(script("+1", "-1")...)
	b.End = 12_345_678
	b.LostFuncs, b.LostEvents = []uint64{1}, []uint64{1234}
	packets := []protocol.Packet{
		b,
		&protocol.ClientHelloPacket{AppName: "app", ProtocolVersion: "1.1"},
		&protocol.ServerHelloPacket{Refused: "wrong secret"},
		&protocol.StartTraceCmdPacket{Pattern: "main.*", Mode: "count"},
		&protocol.StopTraceCmdPacket{FuncID: 3},
		&protocol.AckPacket{Matched: 1},
		&protocol.PingPacket{},
		&protocol.LogPacket{Stream: "slog", Level: "INFO", Message: "hi", Keys: []protocol.Text{"k"}, Values: []protocol.Text{"v"}},
	}
	for _, p := range packets {
		s.Packet(record(p))
	}
	want := []protocol.Text{
		"4 functions", "2 events  12.3ms  1,234 lost", "app  1.1", "refused: wrong secret", "main.*  count", "function 3",
		"1 function", "", "INFO hi k=v",
	}
	page := s.Packets(PacketQuery{Before: 100})
	for i, r := range page.Rows {
		if r.Summary != want[i] || r.Seq != uint64(i+1) || r.Bytes != 100 {
			t.Errorf("row %d: %+v, want %q", i, r, want[i])
		}
	}
	if page := s.Packets(PacketQuery{Before: 9, Filter: packetsLike("TRACECMD")}); page.Matches != 2 || len(page.Rows) != 2 || page.Last != 9 {
		t.Errorf("filtered: %+v", page)
	}
	if r, ok := s.PacketAt(2); !ok || r.Packet != packets[0] || len(r.Raw) != 100 {
		t.Errorf("packet 2: %+v, %v", r, ok)
	}
	if l := s.Lines(OutputQuery{Before: 1}).Rows; len(l) != 1 || l[0].Text != "hi k=v" || l[0].Level != "INFO" || l[0].Stream != "slog" {
		t.Errorf("output: %+v", l)
	}
}

// What became of a command is told where the command is.
func TestAcknowledge(t *testing.T) {
	s := open(t, Limits{}, 1)
	for _, p := range []protocol.Packet{
		&protocol.StartTraceCmdPacket{ID: 1, Pattern: "main.*"},
		&protocol.StopTraceCmdPacket{ID: 2, Pattern: "["},
		&protocol.StopTraceCmdPacket{Pattern: "asks for no answer"},
		&protocol.AckPacket{ID: 1, Matched: 3},
		&protocol.AckPacket{ID: 2, Error: "bad pattern"},
		&protocol.AckPacket{ID: 77},
		&protocol.AckPacket{},
	} {
		s.Packet(record(p))
	}
	var got []protocol.Text
	for _, r := range s.Packets(PacketQuery{Anchor: 2, After: 9}).Rows {
		got = append(got, r.Summary)
	}
	want := []protocol.Text{
		"main.*  acknowledged", "[  failed: bad pattern", "asks for no answer",
		"3 functions", "failed: bad pattern", "0 functions", "0 functions",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if n := s.Packets(PacketQuery{Filter: packetsLike("ACKNOWL")}).Matches; n != 1 {
		t.Errorf("%d packets match, want 1", n)
	}
}

func TestPacketLimits(t *testing.T) {
	for _, limits := range []Limits{{Packets: 10}, {PacketBytes: 10 * 1300}} {
		s := New(limits).Open(1, epoch, "")
		for range 100 {
			s.Packet(protocol.Record{At: epoch, Packet: &protocol.PingPacket{}, Raw: make([]byte, 1000)})
		}
		page := s.Packets(PacketQuery{Before: 100})
		if n := len(page.Rows); n < 9 || n > 10 || page.Last != 100 || page.First != uint64(101-n) {
			t.Errorf("%+v: %d rows, %d to %d", limits, n, page.First, page.Last)
		}
		if row := s.Row(epoch); row.Packets != 100 || row.Bytes != 100_000 {
			t.Errorf("row: %+v", row)
		}
	}
}

// Large packets lose their contents, so that small ones stay.
func TestBulkyPackets(t *testing.T) {
	s := New(Limits{PacketBytes: 1 << 20}).Open(1, epoch, "")
	s.Packet(record(&protocol.ClientHelloPacket{AppName: "app"}))
	for range 100 {
		s.Packet(protocol.Record{At: epoch, Packet: batchOf(script("+1", "-1")...), Raw: make([]byte, 64<<10)})
	}
	if page := s.Packets(PacketQuery{Before: 200}); len(page.Rows) != 101 || page.Rows[1].Bytes != 64<<10 ||
		page.Rows[1].Kept || !page.Rows[0].Kept || !page.Rows[100].Kept {
		t.Errorf("%d rows, the second is %+v", len(page.Rows), page.Rows[1])
	}
	if s.packets.bytes > 1<<20 {
		t.Errorf("%d bytes are kept", s.packets.bytes)
	}
	for seq, want := range map[uint64]bool{1: true, 2: false, 101: true} {
		if r, ok := s.PacketAt(seq); ok != want || ok && r.Raw == nil {
			t.Errorf("packet %d: %v", seq, ok)
		}
	}
}

// Contents that make no sense are said to be so, and the session goes on.
func TestMalformed(t *testing.T) {
	nonsense := []protocol.Packet{
		&protocol.FuncLogBatchPacket{Count: 1e9, Tags: []byte{1, 2, 3}},
		&protocol.FuncLogBatchPacket{LostFuncs: []uint64{1}},
		&protocol.RawFuncLogPacket{},
		&protocol.RawFuncLogPacket{FuncLog: &protocol.RawFuncLog{Tag: "x", Frames: []uint64{1}}},
		&protocol.RawFuncLogPacket{FuncLog: &protocol.RawFuncLog{Tag: protocol.TagFuncEnd}},
		&protocol.SymbolPacket{Symbols: &protocol.Symbols{Funcs: []*protocol.FuncSymbol{nil}}},
		&protocol.SymbolPacket{Symbols: &protocol.Symbols{FuncStatus: []*protocol.FuncStatus{nil}}},
		&protocol.CountersPacket{LostEvents: []uint64{1}},
		nil,
	}
	s := open(t, Limits{}, 1)
	for i, p := range nonsense {
		s.Packet(record(p))
		if n := s.Row(epoch).Malformed; n != uint64(i+1) {
			t.Fatalf("packet %d: %d malformed, want %d", i, n, i+1)
		}
		if rows := s.Packets(PacketQuery{Before: 1}).Rows; !strings.HasPrefix(string(rows[0].Summary), "malformed: ") {
			t.Errorf("packet %d: %+v", i, rows[0])
		}
	}
	feed(s, script("+1", "-1")...)
	if row := s.Row(epoch); row.Calls != 1 {
		t.Errorf("row: %+v", row)
	}
}
