package ui

import (
	"fmt"
	"strings"
	"testing"

	"goapptrace/protocol"
)

func TestSecretsAreNotShown(t *testing.T) {
	f := newFixture(t)
	s := f.store.Open(77, fixtureNow, "unix")
	h := hello("shop", 1, fixtureNow)
	h.ClientSecret = "correct horse battery staple"
	f.frame(s, fixtureNow, protocol.In, h)
	st := newStage(t, newPacketsPane(newTestEnv()), slotPackets, [2]int{200, 60}, s)
	st.press("enter")
	detail := st.opened([2]int{200, 60})
	got := detail.text() + detail.pane.(copier).copyText()
	for _, part := range strings.Fields(string(h.ClientSecret)) {
		if strings.Contains(got, part) {
			t.Errorf("%q of the secret is in\n%s", part, got)
		}
	}
	detail.shows("(not shown)")
}

func TestDetailsOneAfterTheOther(t *testing.T) {
	f := newFixture(t)
	s := newScreen(t, Config{Store: f.store, Addresses: addresses}, 120, 36)
	s.selectSession(f.shop.ID())
	s.root.focus = slotPackets
	s.send()
	for range 2 {
		s.press("k", "enter")
		if !strings.Contains(s.text(), "from the program") {
			t.Fatalf("no packet on\n%s", s.text())
		}
		s.press("esc")
	}
}

func TestHexdump(t *testing.T) {
	e := newTestEnv()
	var data []byte
	for i := range 40 {
		data = append(data, byte('A'+i))
	}
	data[3], data[4] = 0x1b, 0xff
	lines := e.hexdump(data, 16)
	if len(lines) != 3 {
		t.Fatalf("%d lines of 40 bytes", len(lines))
	}
	for i, want := range []string{
		"000000  41 42 43 1b ff 46 47 48  49 4a 4b 4c 4d 4e 4f 50  ABC..FGHIJKLMNOP",
		"000010  51 52 53 54 55 56 57 58  59 5a 5b 5c 5d 5e 5f 60  QRSTUVWXYZ[\\]^_`",
		"000020  61 62 63 64 65 66 67 68                           abcdefgh        ",
	} {
		if got := plainText(lines[i]); got != want {
			t.Errorf("line %d is\n%s, want\n%s", i, got, want)
		}
		if len(want) != hexdumpWidth(16) {
			t.Errorf("a line is %d cells wide, hexdumpWidth says %d", len(want), hexdumpWidth(16))
		}
	}
	if got := e.hexdump(make([]byte, mostDumped+1234), 16); !strings.Contains(got[len(got)-1], "1.23 kB more") {
		t.Errorf("a long dump ends in %q", got[len(got)-1])
	}
}

func TestPacketFields(t *testing.T) {
	got := fmt.Sprint(packetFields(&protocol.RawFuncLogPacket{FuncLog: &protocol.RawFuncLog{
		ID: 1, Tag: "func\x1bStart", Timestamp: fixtureNow.UnixNano(), Frames: []uint64{7, 8}, GID: 17, TxID: 3,
	}}))
	for _, want := range []string{
		"FuncLog.ID 1", `FuncLog.Tag "func\x1bStart"`, "(2026-03-14 12:03:44.120000)", "FuncLog.Frames[2] 7 8", "FuncLog.TxID 3",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %s", want, got)
		}
	}
	if got := packetFields(&protocol.SymbolPacket{}); len(got) != 1 || got[0].value != "nil" {
		t.Errorf("a packet without symbols has %v", got)
	}
	many := packetFields(&protocol.CountersPacket{Funcs: make([]uint64, 5000)})
	if got := many[0].value; len(got) > 3*mostElements || !strings.HasSuffix(got, "…") {
		t.Errorf("5,000 numbers are shown as %q", got)
	}
}

func TestNamesBesideNumbers(t *testing.T) {
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
			[]string{
				" calls    total      max  mode   function",
				" 12.3k   5.00 s  3.00 ms  count     4  store.(*DB).Load",
				"     1     1 ns     1 ns  off      99  function 99",
			},
		},
		{&protocol.StartTraceCmdPacket{FuncID: 5}, []string{"    5  store.decode"}},
		{&protocol.StopTraceCmdPacket{FuncID: 77}, []string{"   77 "}},
		{(&batch{}).lose(3, 1234), []string{"events lost", "       1,234     3  main.(*Server).order"}},
	} {
		f.frame(f.shop, fixtureNow, protocol.In, test.packet)
		st := newStage(t, newPacketsPane(newTestEnv()), slotPackets, [2]int{200, 60}, f.shop)
		st.press("enter")
		detail := st.opened([2]int{200, 60})
		for _, want := range test.want {
			detail.shows(want)
		}
	}
}

type batch struct{ protocol.BatchBuilder }

func (b *batch) lose(function, events uint64) protocol.Packet {
	b.Lose(function, events)
	return b.Packet(1, 1)
}
