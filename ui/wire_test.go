package ui

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
)

func wireTab(e *env) pane { return newWirePane(e) }

// wireSizes are those of the Packets tab at [goldenSizes]: there is no log of packets below it.
func init() {
	paneSizes[slotWire] = map[[2]int][2]int{{80, 24}: {56, 20}, {120, 36}: {87, 32}, {200, 60}: {157, 56}}
}

const slotWire slot = -9

// troubled is a shop of which two batches and some events are missing, and which says things of all kinds.
func (f *fixture) troubled() *model.Session {
	s := f.open("shop", 4126, time.Minute)
	f.trade(s, 100)
	var b protocol.BatchBuilder
	b.Add(protocol.Event{Time: int64(time.Minute), Func: 4, G: 17})
	b.Add(protocol.Event{Time: int64(time.Minute) + 4000, Func: 5, G: 17})
	b.Add(protocol.Event{Time: int64(time.Minute) + 9000, Func: 5, G: 17, Kind: protocol.Leave})
	b.Lose(3, 1234)
	f.frame(s, fixtureNow, protocol.In, b.Packet(104, int64(time.Minute)+9000))
	f.explain(s, 3)
	f.frame(s, fixtureNow, protocol.In, &protocol.CountersPacket{
		Funcs: []uint64{4, 99}, Calls: []uint64{12_345, 1}, TotalNS: []uint64{5e9, 1}, MaxNS: []uint64{3e6, 1},
		Modes: []byte{protocol.FuncCount, protocol.FuncOff}, LostCauses: []protocol.Text{protocol.CauseCalls}, LostEvents: []uint64{1234},
	})
	f.frame(s, fixtureNow, protocol.Out, &protocol.StartTraceCmdPacket{FuncID: 5})
	return s
}

// to are the keys that lead to the newest packet of a type.
func wireTo(kind string) func(*stage) {
	return func(s *stage) {
		s.pane.(filterable).setFilter("type = " + kind)
		s.pane.refresh(s.at)
		s.press("l")
	}
}

func TestWirePane(t *testing.T) {
	f := newFixture(t)
	s := f.troubled()
	for name, prepare := range map[string]func(*stage){
		"following": func(*stage) {},
		"hello":     func(s *stage) { s.press("g", "l", "j", "j") },
		"batch": func(s *stage) {
			wireTo("FuncLogBatch")(s)
			s.press("G", "k")
		},
		"details":  func(s *stage) { wireTo("Details")(s); s.press("G", "k") },
		"counters": func(s *stage) { wireTo("Counters")(s); s.press("G", "k", "k", "k", "k") },
		"byte":     func(s *stage) { wireTo("StartTraceCmd")(s); s.press("b", "h", "k", "k") },
		"types":    func(s *stage) { s.press("v", "j") },
	} {
		t.Run(name, func(t *testing.T) { goldens(t, wireTab, slotWire, s, prepare) })
	}
}

func TestWireScreen(t *testing.T) {
	for _, size := range goldenSizes {
		for _, ascii := range []bool{false, true} {
			t.Run(fmt.Sprintf("%dx%d-ascii-%v", size[0], size[1], ascii), func(t *testing.T) {
				f := newFixture(t)
				shop := f.troubled()
				s := newScreen(t, Config{Store: f.store, Addresses: addresses, ASCII: ascii}, size[0], size[1])
				s.selectSession(shop.ID())
				s.press("6", "k", "k", "k", "l", "j")
				s.golden(t)
			})
		}
	}
}

// wireStage is the tab with the newest packet of a session.
func wireStage(t *testing.T, s *model.Session, size [2]int) (*stage, *wirePane) {
	t.Helper()
	st := newStage(t, wireTab(newTestEnv()), slotWire, size, s)
	return st, st.pane.(*wirePane)
}

func TestSecretsAreNotShown(t *testing.T) {
	f := newFixture(t)
	s := f.store.Open(77, fixtureNow, "unix")
	h := hello("shop", 1, fixtureNow)
	h.ClientSecret = "correct horse battery staple"
	f.frame(s, fixtureNow, protocol.In, h)
	st, p := wireStage(t, s, [2]int{200, 60})
	st.press("l")
	st.shows("(not shown)")
	st.press("Y")
	got := st.text() + p.copyText() + fmt.Sprint(st.got)
	for _, part := range strings.Fields(string(h.ClientSecret)) {
		if strings.Contains(got, part) {
			t.Errorf("%q of the secret is in\n%s", part, got)
		}
	}
}

// What the columns of a packet tell together, with the names of functions.
func TestRowsOfPackets(t *testing.T) {
	f := newFixture(t)
	for _, test := range []struct {
		packet protocol.Packet
		want   []string
	}{
		{
			&protocol.CountersPacket{
				Funcs: []uint64{4, 99}, Calls: []uint64{12_345, 1}, TotalNS: []uint64{5e9, 1}, MaxNS: []uint64{3e6, 1},
				Modes: []byte{protocol.FuncCount, protocol.FuncOff},
			},
			[]string{"12.3k   5.00 s  max 3.00 ms  count     4  store.(*DB).Load", "1     1 ns     max 1 ns  off      99 "},
		},
		{&protocol.StartTraceCmdPacket{FuncID: 5}, []string{"5, store.decode", "zero, not sent"}},
		{(&batch{}).lose(3, 1234), []string{"1,234 lost     3  main.(*Server).order"}},
		{
			&protocol.LogPacket{Stream: "slog", Keys: []protocol.Text{"k"}, Values: []protocol.Text{"v\x1b"}},
			[]string{"attributes", `k  v\x1b`},
		},
		{
			&protocol.RawFuncLogPacket{FuncLog: &protocol.RawFuncLog{
				ID: 1, Tag: "func\x1bStart", Timestamp: fixtureNow.UnixNano(), Frames: []uint64{7, 8}, GID: 17, TxID: 3,
			}},
			[]string{`"func\x1bStart"`, "(2026-03-14 12:03:44.120000)", "2 elements", "[1]  8"},
		},
	} {
		f.frame(f.shop, fixtureNow, protocol.In, test.packet)
		st, _ := wireStage(t, f.shop, [2]int{200, 60})
		for _, want := range test.want {
			st.shows(want)
		}
	}
}

type batch struct{ protocol.BatchBuilder }

func (b *batch) lose(function, events uint64) protocol.Packet {
	b.Lose(function, events)
	return b.Packet(1, 1)
}

// The bytes of the chosen field stand in brackets, and a byte leads to its field.
func TestFieldsAndTheirBytes(t *testing.T) {
	f := newFixture(t)
	f.frame(f.shop, fixtureNow, protocol.Out, &protocol.StartTraceCmdPacket{FuncID: 5, Pattern: "main.*"})
	st, p := wireStage(t, f.shop, [2]int{200, 60})
	st.press("l")
	for p.shown.parts.Parts[p.tree.chosen()].Name != "Pattern" {
		st.press("j")
	}
	st.shows("[03 06 6d  61 69 6e 2e 2a]")
	st.shows("6 bytes at ")
	if got := p.copyText(); got != "6d 61 69 6e 2e 2a" {
		t.Errorf("y copies %q", got)
	}
	st.press("b")
	if c := p.shown.parts.Frame[p.bytes.at]; c != 'm' {
		t.Errorf("the cursor is on %q", c)
	}
	for range 2 {
		st.press("h")
	}
	if p.shown.parts.Parts[p.tree.chosen()].Name != "Pattern" {
		t.Error("what says which field comes doesn't belong to it")
	}
	st.press("h")
	if name := p.shown.parts.Parts[p.tree.chosen()].Name; name == "Pattern" {
		t.Errorf("the byte ahead belongs to %s", name)
	}
	st.press("esc", "esc", "G")
	if p.part != wireList || !p.list.following {
		t.Errorf("part %d, following %v", p.part, p.list.following)
	}
	f.frame(f.shop, fixtureNow, protocol.Out, &protocol.StartTraceCmdPacket{FuncID: 5})
	st.at.now = st.at.now.Add(time.Second)
	st.pane.refresh(st.at)
	st.press("l", "G", "k")
	for p.shown.parts.Parts[p.tree.chosen()].Name != "Pattern" {
		st.press("k")
	}
	st.shows("not sent: no bytes of its own")
}

// Enter on a batch leads to its first call, and on an event to the event's.
func TestPacketsLeadToCallsAndBack(t *testing.T) {
	f := newFixture(t)
	s := newScreen(t, Config{Store: f.store}, 120, 36)
	s.selectSession(f.shop.ID())
	s.press("6", "k", "k")
	wire := s.root.wire
	s.press("/")
	s.press(strings.Split("FuncLogBatch", "")...)
	s.press("enter", "k", "k")
	number := wire.shown.row.Seq
	first, last, ok := f.shop.CallsOfPacket(number)
	if !ok || first == last {
		t.Fatalf("packet %d has calls %d to %d", number, first, last)
	}
	s.press("enter")
	if row := s.here(); s.root.tab != 0 || row.Seq != first {
		t.Fatalf("enter went to call %d on tab %d, want %d", row.Seq, s.root.tab, first)
	}
	for seq := first; seq <= last; seq++ {
		s.send(showPacketMsg{number, seq})
		if s.root.pane(slotTab) != pane(wire) || wire.shown.row.Seq != number || wire.part != wireFields || wire.filter() != "" {
			t.Fatalf("call %d led to packet %d, part %d", seq, wire.shown.row.Seq, wire.part)
		}
		s.wants(" at 0x")
		s.press("enter")
		if row := s.here(); s.root.tab != 0 || row.Seq != seq {
			t.Errorf("the event of call %d led to call %d", seq, row.Seq)
		}
	}
}

// The packets below the tabs go away while the tab is open, as the focus does.
func TestOneLogOfPackets(t *testing.T) {
	f := newFixture(t)
	s := newScreen(t, Config{Store: f.store}, 120, 36)
	s.selectSession(f.shop.ID())
	s.press("shift+tab")
	if s.root.focus == slotPackets {
		t.Fatal("shift+tab goes to the packets first")
	}
	s.press("tab", "tab", "k", "enter") // the packets below the tabs
	if !s.root.wireOpen() || s.root.wire.part != wireFields {
		t.Fatalf("enter did not open the packet:\n%s", s.text())
	}
	if _, shown := s.root.layout.find(slotPackets); shown {
		t.Error("there are two logs of packets")
	}
	for range 2 * slotCount {
		s.press("tab")
		if s.root.focus == slotPackets {
			t.Error("the focus is on a pane that isn't there")
		}
	}
	s.press("1")
	if _, shown := s.root.layout.find(slotPackets); !shown {
		t.Error("the packets do not come back")
	}
}

func TestMissingBatchesAreRows(t *testing.T) {
	f := newFixture(t)
	s := f.troubled()
	st, _ := wireStage(t, s, [2]int{120, 36})
	st.pane.(filterable).setFilter("FuncLogBatch")
	st.press("G")
	st.shows("┄┄ 2 batches missing: numbers 102 to 103, 1,234 events lost in the program ┄")
}

// Packets whose bytes are gone say so, and no keys lead into them.
func TestPacketsWithoutBytes(t *testing.T) {
	f := newFixture(t)
	store := model.New(model.Limits{PacketBytes: 64 << 10})
	s := store.Open(1, fixtureNow, "unix")
	big := &protocol.LogPacket{Message: protocol.Text(strings.Repeat("x", 20<<10))}
	for range 9 {
		f.frame(s, fixtureNow, protocol.In, big)
	}
	st, p := wireStage(t, s, [2]int{80, 24})
	st.press("g", "l", "b")
	st.shows("The bytes of this packet are no longer")
	if p.part != wireList || p.copyText() != "" {
		t.Errorf("part %d", p.part)
	}
	st.press("Y")
	if want := tea.Msg(noticeMsg{text: "there is no packet to copy here"}); !slices.Contains(st.got, want) {
		t.Errorf("Y said %v", st.got)
	}
}

// A packet that was found in the memory of a dead program has no bytes: it shows those that it would have had.
func TestSalvagedPackets(t *testing.T) {
	f := newFixture(t)
	f.shop.Packet(protocol.Record{At: fixtureNow, Packet: &protocol.StartTraceCmdPacket{FuncID: 5}})
	st, _ := wireStage(t, f.shop, [2]int{120, 36})
	st.shows("salvaged, never sent")
	st.shows("5, store.decode")
}

func TestPacketAsJSON(t *testing.T) {
	f := newFixture(t)
	var b protocol.BatchBuilder
	for i := range int64(5000) {
		b.Add(protocol.Event{Time: i, Func: 4, G: 17, Kind: protocol.EventKind(i % 2)})
	}
	f.frame(f.shop, fixtureNow, protocol.In, b.Packet(1, 5000))
	f.frame(f.shop, fixtureNow, protocol.In, &protocol.LogPacket{Message: nasty})
	st, p := wireStage(t, f.shop, [2]int{120, 36})
	for _, test := range []struct{ events, leftOut int }{{0, 0}, {512, 4488}} {
		text, ok := p.shown.json()
		var got struct {
			Type          string
			Packet        map[string]any
			Events        []eventJSON
			EventsLeftOut int
		}
		if err := json.Unmarshal([]byte(text), &got); err != nil || !ok {
			t.Fatalf("%v in %q", err, text)
		}
		if len(got.Events) != test.events || got.EventsLeftOut != test.leftOut || got.Type != p.shown.row.Type.String() {
			t.Errorf("%s has %d events, %d left out, want %+v", got.Type, len(got.Events), got.EventsLeftOut, test)
		}
		if test.events == 0 && (!harmless.MatchString(text) || got.Packet["Message"] != strings.ToValidUTF8(nasty, "\ufffd")) {
			t.Errorf("hidden characters in %q, %q", text, got.Packet["Message"])
		}
		st.press("k")
	}
}

func TestTypesOfPackets(t *testing.T) {
	f := newFixture(t)
	st, p := wireStage(t, f.troubled(), [2]int{120, 36})
	st.press("v")
	st.shows("←  FuncLogBatch")
	st.shows("from the program ")
	for idOf(p.kinds.rows[p.kinds.index()]) != (kindID{protocol.TypePing, protocol.Out}) {
		st.press("j")
	}
	st.press("enter")
	if got := p.filter(); got != "type = Ping and dir = out" {
		t.Errorf("enter filters by %q", got)
	}
	st.lacks("FuncLogBatch")
	st.at.span = model.Span{From: fixtureNow.Add(-time.Hour), To: fixtureNow.Add(-30 * time.Minute)}
	st.press("v")
	st.shows("no packets yet")
	st.press("v")
	st.shows("none of the packets kept is in the time range and matches the filter")
}

// Whatever the size, the parts lie within the pane, one below or beside the other, and whoever has the keys is seen.
func TestWireLayout(t *testing.T) {
	for width := 20; width < 400; width += 3 {
		for height := 2; height < 100; height++ {
			for _, part := range []wirePart{wireList, wireFields, wireHex} {
				a := layWire(width, height, part)
				covered := 0
				for _, r := range []rect{a.list, a.rule, a.fields, a.bytes} {
					if r.width < 0 || r.height < 0 || r.x+r.width > width || r.y+r.height > height {
						t.Fatalf("%dx%d, part %d: %+v", width, height, part, a)
					}
					covered += r.width * r.height
				}
				if a.beside && a.fields.height > 0 {
					covered += a.fields.height // the line between
				}
				if covered != width*height {
					t.Fatalf("%dx%d, part %d: %+v cover %d cells", width, height, part, a, covered)
				}
				if focused := []rect{a.list, a.fields, a.bytes}[part]; focused.height == 0 && height > 2 {
					t.Fatalf("%dx%d, part %d: %+v", width, height, part, a)
				}
			}
		}
	}
}

// An event's bytes lie in three columns, far apart: all are in view.
func TestHexdumpShowsAllMarks(t *testing.T) {
	e := newTestEnv()
	data := make([]byte, 4000)
	h := hexdump{env: e, data: data, row: 16, cursor: -1, marks: []protocol.Stretch{{From: 100, Len: 1}, {From: 1000, Len: 2}, {From: 3990, Len: 3}}}
	for lines := 5; lines < 300; lines++ {
		rows := h.around(lines)
		for _, want := range []int{100 / 16, 1000 / 16, 3990 / 16} {
			if !slices.Contains(rows, want) {
				t.Fatalf("%d lines: %v", lines, rows)
			}
		}
		if len(rows) > lines {
			t.Fatalf("%d lines: %v", lines, rows)
		}
	}
	if got := h.around(300); len(got) != 250 {
		t.Errorf("%d rows of 250", len(got))
	}
	h.data = []byte("ABC\x1b\xffFGHIJKLMNOPQRS")
	h.marks = []protocol.Stretch{{From: 3, Len: 4}, {From: 14, Len: 3}}
	for row, want := range []string{
		"000000  41 42 43[1b ff 46 47]48  49 4a 4b 4c 4d 4e[4f 50] ABC..FGHIJKLMNOP",
		"000010 [51]52 53                                          QRS             ",
	} {
		if got := plainText(h.draw(row)); got != want || len(want) != hexdumpWidth(16) {
			t.Errorf("row %d is\n%q, want\n%q of %d", row, got, want, hexdumpWidth(16))
		}
	}
}
