package model

import (
	"slices"
	"strings"
	"testing"
	"time"

	"goapptrace/protocol"
)

// byID is a function's row.
func byID(t *testing.T, s *Session, id uint64) FuncRow {
	t.Helper()
	rows := s.Functions(FuncQuery{Limit: 1000, Now: epoch}).Rows
	i := slices.IndexFunc(rows, func(r FuncRow) bool { return r.ID == id })
	if i < 0 {
		t.Fatalf("no function %d in %+v", id, rows)
	}
	return rows[i]
}

// Events are 10 ns apart.
func TestFunctionTimes(t *testing.T) {
	tests := []struct {
		name, script string
		f1           FuncRow // the figures of function 1
	}{
		{"one call", "+1 -1", FuncRow{Calls: 1, Total: 10, Self: 10, Mean: 10, Max: 10, MaxCall: 1}},
		{"self excludes callees", "+1 +2 -2 -1", FuncRow{Calls: 1, Total: 30, Self: 20, Mean: 30, Max: 30, MaxCall: 1}},
		{"recursion", "+1 +1 -1 -1", FuncRow{Calls: 2, Total: 30, Self: 30, Mean: 20, Max: 30, MaxCall: 1}},
		{"mutual recursion", "+1 +2 +1 -1 -2 -1", FuncRow{Calls: 2, Total: 50, Self: 30, Mean: 30, Max: 50, MaxCall: 1}},
		{"recursion on two goroutines", "1:+1 2:+1 1:-1 2:-1", FuncRow{Calls: 2, Total: 40, Self: 40, Mean: 20, Max: 20, MaxCall: 1}},
		{"longest", "+1 -1 +1 +2 -2 -1", FuncRow{Calls: 2, Total: 40, Self: 30, Mean: 20, Max: 30, MaxCall: 2}},
		{"open", "+1", FuncRow{Calls: 1, Open: 1}},
		{"panic", "+1 !1", FuncRow{Calls: 1, Panics: 1, Total: 10, Self: 10, Mean: 10, Max: 10, MaxCall: 1}},
		{"lost end", "+2 +1 -2", FuncRow{Calls: 1}},
		{"lost end has no part in the mean", "+1 -1 +2 +1 -2", FuncRow{Calls: 2, Total: 10, Self: 10, Mean: 10, Max: 10, MaxCall: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, Limits{}, 2)
			feed(s, script(strings.Fields(tt.script)...)...)
			got := byID(t, s, 1)
			got.ID, got.Name, got.File, got.Line, got.CallsPerSecond = 0, "", "", 0, 0
			got.P50, got.P90, got.P99, got.Timed = 0, 0, 0, 0
			if got != tt.f1 {
				t.Errorf("got  %+v\nwant %+v", got, tt.f1)
			}
		})
	}
}

func TestFunctionSymbols(t *testing.T) {
	s := open(t, Limits{}, 2)
	feed(s, script("+1", "-1", "+7", "-7")...)
	if f := byID(t, s, 1); f.Name != "main.f1" || f.File != "main.go" || f.Line != 10 {
		t.Errorf("function 1: %+v", f)
	}
	if f := byID(t, s, 7); f.Name != "function 7" {
		t.Errorf("unnamed: %+v", f)
	}
	s.Packet(record(&protocol.SymbolPacket{Symbols: &protocol.Symbols{
		Funcs: []*protocol.FuncSymbol{{ID: 7, Name: protocol.Text(strings.Repeat("x", 1<<20))}},
	}}))
	if f := byID(t, s, 7); len(f.Name) != maxName {
		t.Errorf("a name of %d bytes is kept", len(f.Name))
	}
}

func TestNamesAreBounded(t *testing.T) {
	s := open(t, Limits{}, 0)
	long := protocol.Text(strings.Repeat("x", maxName))
	for id := range uint64(maxNameBytes/maxName + 10) {
		s.Packet(record(&protocol.SymbolPacket{Symbols: &protocol.Symbols{Funcs: []*protocol.FuncSymbol{{ID: id, Name: long}}}}))
	}
	if s.calls.funcs.bytes > maxNameBytes+1<<20 {
		t.Errorf("names take %d bytes", s.calls.funcs.bytes)
	}
	if f := byID(t, s, 1); f.Name != long {
		t.Error("the first names are gone")
	}
}

func TestLosses(t *testing.T) {
	s := open(t, Limits{}, 2)
	b := batchOf(script("+1", "-1")...)
	b.LostFuncs, b.LostEvents = []uint64{2, 1, 2}, []uint64{5, 1, 5}
	s.Packet(record(b))
	if row := s.Row(epoch); row.Lost != 11 {
		t.Errorf("lost %d, want 11", row.Lost)
	}
	if f := byID(t, s, 2); f.Lost != 10 {
		t.Errorf("function 2 lost %d, want 10", f.Lost)
	}
	s.Packet(record(&protocol.CountersPacket{LostCauses: []protocol.Text{"ring full"}, LostEvents: []uint64{20}}))
	if row := s.Row(epoch); row.Lost != 20 {
		t.Errorf("lost %d, want the tracee's own 20", row.Lost)
	}
}

func TestFunctionQuery(t *testing.T) {
	s := open(t, Limits{}, 3)
	feed(s, script("+1", "+2", "-2", "-1", "+3", "-3", "+3", "-3")...)
	ids := func(q FuncQuery) []uint64 {
		var ids []uint64
		for _, r := range s.Functions(q).Rows {
			ids = append(ids, r.ID)
		}
		return ids
	}
	tests := []struct {
		name string
		q    FuncQuery
		want []uint64
	}{
		{"total", FuncQuery{Limit: 9}, []uint64{1, 3, 2}},
		{"reverse", FuncQuery{Limit: 9, Reverse: true}, []uint64{2, 3, 1}},
		{"self, ties in order of appearance", FuncQuery{Limit: 9, Sort: SortSelf}, []uint64{1, 3, 2}},
		{"calls", FuncQuery{Limit: 1, Sort: SortCalls}, []uint64{3}},
		{"name", FuncQuery{Limit: 9, Sort: SortName}, []uint64{1, 2, 3}},
		{"window", FuncQuery{Limit: 1, Offset: 1}, []uint64{3}},
		{"beyond", FuncQuery{Limit: 1, Offset: 7}, nil},
		{"filter", FuncQuery{Limit: 9, Filter: functionsLike("MAIN.F2")}, []uint64{2}},
	}
	for _, tt := range tests {
		if got := ids(tt.q); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	if p := s.Functions(FuncQuery{Filter: functionsLike("f2")}); p.Matches != 1 || p.Busiest != 10 {
		t.Errorf("page: %+v", p)
	}
}

func TestSortWindow(t *testing.T) {
	for _, n := range []int{0, 1, 64, 65, 1000, 5000} {
		items := make([]int, n)
		for i := range items {
			items[i] = i * 7919 % max(n, 1)
		}
		want := slices.Sorted(slices.Values(items))
		for _, from := range []int{0, n / 2, max(n-10, 0)} {
			got, to := slices.Clone(items), min(from+10, n)
			sortWindow(got, from, to, func(a, b int) int { return a - b })
			if !slices.Equal(got[from:to], want[from:to]) {
				t.Errorf("%d items, %d to %d: %v, want %v", n, from, to, got[from:to], want[from:to])
			}
		}
	}
}

func TestRates(t *testing.T) {
	s := open(t, Limits{}, 2)
	at := epoch
	for range 50 { // 5 s of 1,000 calls/s
		at = at.Add(100 * time.Millisecond)
		var events []protocol.Event
		for range 100 {
			events = append(events, script("+1", "-1")...)
		}
		s.Packet(protocol.Record{At: at, Packet: batchOf(events...), Raw: make([]byte, 200)})
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if got < 0.8*want || got > 1.2*want {
			t.Errorf("%s: %.0f, want about %.0f", what, got, want)
		}
	}
	row := s.Row(at)
	near("calls/s", row.CallsPerSecond, 1000)
	near("bytes/s", row.BytesPerSecond, 2000)
	near("calls/s of function 1", s.Functions(FuncQuery{Limit: 1, Now: at}).Rows[0].CallsPerSecond, 1000)
	if later := s.Row(at.Add(time.Second)).CallsPerSecond; later <= 0 || later >= row.CallsPerSecond/2 {
		t.Errorf("a second later it is %.0f", later)
	}
	silence := at.Add(3 * time.Second)
	if r := s.Row(silence); r.CallsPerSecond != 0 || r.BytesPerSecond != 0 {
		t.Errorf("after silence: %.0f calls/s, %.0f bytes/s", r.CallsPerSecond, r.BytesPerSecond)
	}
	s.Packet(protocol.Record{At: silence, Packet: &protocol.PingPacket{}})
	if r := s.Row(silence); r.CallsPerSecond != 0 {
		t.Errorf("a ping brought back %.0f calls/s", r.CallsPerSecond)
	}
}

// Percentiles are of streamed calls alone, and the last of few calls is the longest.
func TestPercentiles(t *testing.T) {
	s := open(t, Limits{}, 2)
	at := int64(0)
	for i := range int64(100) {
		feed(s, protocol.Event{Time: at, Func: 1, G: 1}, protocol.Event{Time: at + i*1000, Func: 1, G: 1, Kind: protocol.Leave})
		at += 1e6
	}
	s.Packet(record(&protocol.CountersPacket{Funcs: []uint64{1}, Calls: []uint64{1e6}, TotalNS: []uint64{1e15}, MaxNS: []uint64{1e9}}))
	f := byID(t, s, 1)
	for _, p := range []struct {
		name      string
		got, want time.Duration
	}{{"p50", f.P50, 49_000}, {"p90", f.P90, 89_000}, {"p99", f.P99, 98_000}} {
		if d := (p.got - p.want).Abs(); d > p.want/32 {
			t.Errorf("%s is %v, want about %v", p.name, p.got, p.want)
		}
	}
	feed(s, protocol.Event{Time: at, Func: 2, G: 1}, protocol.Event{Time: at + 123_456, Func: 2, G: 1, Kind: protocol.Leave})
	if f := byID(t, s, 2); f.P50 != 123_456 || f.P99 != 123_456 {
		t.Errorf("the percentiles of one call of 123.456 µs are %v and %v", f.P50, f.P99)
	}
}

// Every column puts functions in the order of what it shows.
func TestSorts(t *testing.T) {
	s := open(t, Limits{}, 3)
	for fn, lasted := range map[uint64][]int64{1: {10, 10, 10, 5000}, 2: {20, 20, 20, 20}, 3: {1, 1, 1, 1}} {
		for i, d := range lasted {
			at := int64(fn)*1e6 + int64(i)*1e5
			feed(s, protocol.Event{Time: at, Func: fn, G: fn}, protocol.Event{Time: at + d, Func: fn, G: fn, Kind: protocol.Leave})
		}
	}
	s.Packet(record(&protocol.CountersPacket{
		Funcs: []uint64{3}, Calls: []uint64{0}, TotalNS: []uint64{0}, MaxNS: []uint64{0}, Modes: []byte{protocol.FuncHeld},
	}))
	b := batchOf(script("+1", "-1")...)
	b.LostFuncs, b.LostEvents = []uint64{2}, []uint64{5}
	s.Packet(record(b))
	for by, want := range map[FuncSort]uint64{SortP50: 2, SortP90: 1, SortP99: 1, SortMode: 3, SortLost: 2} {
		if rows := s.Functions(FuncQuery{Sort: by, Limit: 1}).Rows; rows[0].ID != want {
			t.Errorf("sorted by %d, function %d comes first, want %d", by, rows[0].ID, want)
		}
	}
}

// How long calls took is forgotten when there is room for nothing else, and counts among what a session holds.
func TestHistogramsAreBounded(t *testing.T) {
	const memory = 1 << 20
	s := New(Limits{Memory: memory, Packets: 1}).Open(1, epoch, "")
	at := int64(0)
	for fn := range uint64(2000) {
		for size := range 60 {
			feed(s, protocol.Event{Time: at, Func: fn + 1, G: 1}, protocol.Event{Time: at + 1<<size, Func: fn + 1, G: 1, Kind: protocol.Leave})
			at -= 1 << size
		}
		if took := s.calls.funcs.took; took > memory {
			t.Fatalf("histograms take %d bytes", took)
		}
	}
	if held := s.bytes(); held > memory+4*heldStep+columnsSize {
		t.Errorf("%d bytes are held", held)
	}
	row, _ := s.Function(1, epoch)
	if row.Timed >= 60 || row.Timed+row.Untimed != 60 {
		t.Errorf("percentiles are of %d calls, and not of %d", row.Timed, row.Untimed)
	}
	if row, _ = s.Function(2000, epoch); row.Timed == 0 || row.Timed+row.Untimed != 60 {
		t.Errorf("of the last function, percentiles are of %d calls, and not of %d", row.Timed, row.Untimed)
	}
}
