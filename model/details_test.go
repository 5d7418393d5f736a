package model

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"goapptrace/protocol"
)

// detail says one thing of a call.
func detail(g uint64, start int64, kind byte, text protocol.Text) *protocol.DetailsPacket {
	return &protocol.DetailsPacket{Gs: []uint64{g}, Starts: []int64{start}, Kinds: []byte{kind}, Texts: []protocol.Text{text}}
}

func TestDetailsOfACall(t *testing.T) {
	s := open(t, Limits{}, 2)
	feed(s, script("+1", "+2", "~2")...) // at 10, 20, 30
	for kind, text := range map[byte]protocol.Text{
		protocol.DetailArgs: "id=17", protocol.DetailResults: "nil, error", protocol.DetailError: "not found",
	} {
		s.Packet(record(detail(1, 20, kind, text)))
	}
	s.Packet(record(detail(1, 10, protocol.DetailSpan, "TestLoad/empty")))
	s.Packet(record(detail(1, 10, protocol.DetailSpan+1, "of a later version")))
	rows := s.Calls(CallQuery{Before: 9}).Rows
	outer, inner := rows[0], rows[1]
	if outer.Span != "TestLoad/empty" || outer.Args != "" || outer.End != EndOpen {
		t.Errorf("outer call: %+v", outer)
	}
	if inner.Args != "id=17" || inner.Results != "nil, error" || inner.Err != "not found" || inner.Span != "" || inner.End != EndError {
		t.Errorf("inner call: %+v", inner)
	}
	if row := s.Row(epoch); row.DetailsLost != 0 || row.Malformed != 0 {
		t.Errorf("row: %+v", row)
	}
}

// What finds no call is lost, and counted with what the tracee lost.
func TestDetailsLost(t *testing.T) {
	s := open(t, Limits{}, 1)
	feed(s, script("+1", "-1")...)
	p := detail(1, 15, protocol.DetailArgs, "at a time when no call began")
	p.Lost = 5
	s.Packet(record(p))
	s.Packet(record(detail(2, 10, protocol.DetailArgs, "of a goroutine without calls")))
	if row := s.Row(epoch); row.DetailsLost != 7 {
		t.Errorf("%d lost, want 7", row.DetailsLost)
	}
}

func TestDetailsThatDoNotPair(t *testing.T) {
	s := open(t, Limits{}, 1)
	for i, cut := range []func(*protocol.DetailsPacket){
		func(p *protocol.DetailsPacket) { p.Gs = nil },
		func(p *protocol.DetailsPacket) { p.Starts = nil },
		func(p *protocol.DetailsPacket) { p.Kinds = nil },
		func(p *protocol.DetailsPacket) { p.Texts = nil },
	} {
		p := detail(1, 10, protocol.DetailArgs, "x")
		p.Lost = 3
		cut(p)
		s.Packet(record(p))
		if row := s.Row(epoch); row.Malformed != uint64(i+1) || row.DetailsLost != 0 {
			t.Errorf("%+v: %+v", p, row)
		}
	}
}

// Every call gets its own details, however the calls lie in the log: many at the same time, a little out of order,
// in sealed chunks and in open ones, ended or not.
func TestDetailsFindTheirCalls(t *testing.T) {
	const goroutines = 7
	rng := rand.New(rand.NewPCG(1, 2))
	s := open(t, Limits{}, 1)
	type key struct {
		g     uint64
		start int64
	}
	var last [goroutines]int64
	var keys []key
	for range 5 {
		var b protocol.BatchBuilder
		for range chunkLen {
			g := rng.IntN(goroutines)
			// A few at once; goroutines are apart by up to twenty calls.
			last[g] = max(last[g]+1, int64(len(keys)/4)-rng.Int64N(20))
			k := key{uint64(g), last[g]}
			keys = append(keys, k)
			b.Add(protocol.Event{Time: k.start, G: k.g, Func: 1})
			if rng.IntN(10) > 0 {
				b.Add(protocol.Event{Time: k.start, G: k.g, Func: 1, Kind: protocol.Leave})
			}
		}
		s.Packet(record(b.Packet(1, 0)))
	}
	for _, i := range rng.Perm(len(keys)) {
		s.Packet(record(detail(keys[i].g, keys[i].start, protocol.DetailArgs, protocol.Text(fmt.Sprint(keys[i])))))
	}
	if row := s.Row(epoch); row.DetailsLost > 0 || row.Calls != uint64(len(keys)) {
		t.Errorf("%d details lost, %d calls", row.DetailsLost, row.Calls)
	}
	for i, row := range s.Calls(CallQuery{Before: len(keys)}).Rows {
		if want := protocol.Text(fmt.Sprint(keys[i])); row.Args != want {
			t.Fatalf("call %d has %q, want %q", row.Seq, row.Args, want)
		}
	}
}

// Details count among what the session holds, and go with their calls, the oldest first. Those of calls that are gone
// aren't lost.
func TestDetailsStayInBudget(t *testing.T) {
	const budget = 8 << 20
	s := open(t, Limits{Memory: budget, PacketBytes: 1}, 1)
	text := protocol.Text(strings.Repeat("x", 2*maxDetail))
	before := heap()
	const calls = 4 * chunkLen
	for i := range int64(calls) {
		feed(s, protocol.Event{Time: i, Func: 1}, protocol.Event{Time: i, Func: 1, Kind: protocol.Leave})
		s.Packet(record(detail(0, i, protocol.DetailArgs, text[i%5:]))) // not all the same string
	}
	s.Packet(record(detail(0, 0, protocol.DetailArgs, "of the first call")))
	row := s.Row(epoch)
	if row.RetainedOut == 0 || row.DetailsLost > 0 {
		t.Errorf("%d calls gone, %d details lost", row.RetainedOut, row.DetailsLost)
	}
	if got, ok := s.Call(calls, epoch); !ok || got.Args != text[:maxDetail] {
		t.Errorf("the last call: %d bytes, %t", len(got.Args), ok)
	}
	// The chunk that is being filled can't go.
	most := budget + chunkLen*(maxDetail+detailsCost(1)) + 2<<20
	if grown := int(heap()) - int(before); grown > most || s.bytes() > most {
		t.Errorf("%d bytes held by its own account, %d grown, want under %d", s.bytes(), grown, most)
	}
	runtime.KeepAlive(s)
}

// The same detail told again takes no more room.
func TestDetailToldAgain(t *testing.T) {
	s := open(t, Limits{}, 1)
	feed(s, script("+1")...)
	for _, text := range []protocol.Text{"", "longer", "long", "longer"} {
		s.Packet(record(detail(1, 10, protocol.DetailArgs, text)))
	}
	c := s.calls.log.chunks[0]
	if want := detailsCost(1) + taken(len("longer")); c.details.bytes != want || s.calls.log.held != c.bytes() {
		t.Errorf("%d bytes, want %d; the log holds %d, the chunk %d", c.details.bytes, want, s.calls.log.held, c.bytes())
	}
}

// FuzzDetails tells details of any calls, among batches of any contents.
func FuzzDetails(f *testing.F) {
	f.Add(uint64(1), int64(10), byte(1), "x", 0)
	f.Add(uint64(1), int64(math.MinInt64), byte(4), "\xff\x1b[2J", 1)
	f.Add(uint64(math.MaxUint64), int64(math.MaxInt64), byte(0), "", 3)
	f.Fuzz(func(t *testing.T, g uint64, start int64, kind byte, text string, unequal int) {
		s := open(t, Limits{Calls: 1}, 2)
		feed(s, script("+1", "+2", "-2")...)
		feed(s, protocol.Event{Time: start, G: g, Func: 1}, protocol.Event{Time: -start, G: g, Func: 1})
		p := detail(g, start, kind, protocol.Text(text))
		p.Gs = append(p.Gs, make([]uint64, unequal&3)...)
		s.Packet(record(p))
		s.Packet(record(&protocol.GoroutinesPacket{
			IDs: []uint64{g, 1}, Parents: []uint64{1, g}, Sites: []uint64{uint64(start), 1},
			SiteIDs: []uint64{uint64(start)}, Entries: p.Texts, Creators: p.Texts, Files: p.Texts, Lines: p.Gs,
		}))
		check(t, s)
		s.Goroutine(g)
		if c, i, ok := s.calls.log.at(s.calls.find(g, start)); !ok || c.call(i).g != g || c.call(i).start != start {
			t.Errorf("the call of %d at %d isn't found", g, start)
		}
		s.State(epoch.Add(time.Second), protocol.StateLost, "")
		check(t, s)
	})
}
