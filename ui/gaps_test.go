package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
)

// holes is a session of calls with a gap ahead of every third one, and one at its end.
func (f *fixture) holes(calls int) *model.Session {
	s := f.open("holes", 7, time.Minute)
	f.trade(s, 1)
	begin := s.Row(fixtureNow).Opened
	at := fixtureNow.Sub(begin).Nanoseconds()
	for i := range calls {
		var b protocol.BatchBuilder
		at += 1000
		b.Add(protocol.Event{Time: at, Func: 8, G: 5})
		b.Add(protocol.Event{Time: at + 500, Func: 8, G: 5, Kind: protocol.Leave})
		if i%3 == 2 {
			b.Lose(8, 1204)
		}
		f.frame(s, fixtureNow, protocol.In, b.Packet(uint64(i+3), at+500))
	}
	var end protocol.BatchBuilder
	end.Lose(8, 1204)
	f.frame(s, fixtureNow, protocol.In, end.Packet(uint64(calls+3), at+500))
	f.frame(s, fixtureNow, protocol.In, &protocol.CountersPacket{
		LostCauses: []protocol.Text{"ring full: call not recorded"}, LostEvents: []uint64{uint64(calls/3+1) * 1204},
	})
	return s
}

func TestGapsAreInTheLog(t *testing.T) {
	f := newFixture(t)
	s := f.holes(62)
	st := newStage(t, callsTab(newTestEnv()), slotTab, [2]int{80, 24}, s)
	const gap = "┄┄ 1,204 events lost here: ring full ┄"
	check := func(when string, cursor bool) {
		t.Helper()
		lines := st.lines()
		seen := 0
		for i, line := range lines {
			if strings.Contains(line, gap) {
				seen++
				if strings.Contains(lines[i-1], gap) || i > 4 && !strings.Contains(lines[i-4], gap) {
					t.Errorf("%s, line %d: a gap must come after three calls:\n%s", when, i, st.text())
				}
			}
		}
		if seen < 3 {
			t.Errorf("%s, %d gaps are to be seen:\n%s", when, seen, st.text())
		}
		if cursor != strings.Contains(st.text(), "▸") {
			t.Errorf("%s, the cursor's row must be in view:\n%s", when, st.text())
		}
	}
	check("following", false)
	if last := st.lines()[12]; !strings.Contains(last, gap) {
		t.Errorf("behind the newest call there is %q", last)
	}
	for range 40 {
		st.press("up")
		check("going up", true)
	}
	for range 30 {
		st.press("down")
		check("going down", true)
	}
	for range 5 {
		st.press("up")
		check("going up again", true)
	}
	st.send(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	check("after the wheel", true)
}

// A click finds the row that is drawn there.
func TestClickBesideGaps(t *testing.T) {
	f := newFixture(t)
	st := newStage(t, callsTab(newTestEnv()), slotTab, [2]int{80, 24}, f.holes(60))
	st.press("up", "up", "up", "up", "up")
	for y := 1; y < 12; y++ {
		line := st.lines()[y]
		if strings.Contains(line, "lost here") {
			continue
		}
		st.send(tea.MouseClickMsg{Y: y})
		if got := st.lines()[y]; !strings.HasPrefix(got, "▸") {
			t.Fatalf("a click on line %d, %q, chose another one:\n%s", y, line, st.text())
		}
	}
}

func TestMissingBatches(t *testing.T) {
	f := newFixture(t)
	s := f.holes(1)
	f.send(s, s.Row(fixtureNow).Opened, 10, []protocol.Event{{Time: int64(time.Minute) + 9000, Func: 8, G: 5}})
	st := newStage(t, callsTab(newTestEnv()), slotTab, [2]int{80, 24}, s)
	st.shows("┄┄ 1,204 events lost here: ring full, 5 packets of ev… ")
}

func TestLossesAreExplained(t *testing.T) {
	f := newFixture(t)
	f.miss(f.shop, 12_345)
	f.frame(f.shop, fixtureNow, protocol.In, &protocol.CountersPacket{
		Emitted:    99,
		LostCauses: []protocol.Text{"ring full: end of call not recorded", "ring full: call not recorded", "moon\x1b[1m"},
		LostEvents: []uint64{345, 12_000, 0},
	})
	s := newScreen(t, Config{Store: f.store, Addresses: addresses}, 120, 50)
	s.wants("▲ losing, 12.3k events: ring full ", "▲ lost 12,345 events", "12,000 ring full: call", "345 ring full: end of",
		"→ trace fewer functions:")
	s.harmlessScreen()
	s.send(tea.WindowSizeMsg{Width: 44, Height: 30})
	s.wants("▲ losing, 12.3k events ")
	s.now = s.now.Add(2 * recent)
	s.send(tea.WindowSizeMsg{Width: 120, Height: 50})
	s.wants("lost 12.3k: ring full  ")
}

func TestLedgerIsTold(t *testing.T) {
	f := newFixture(t)
	for name, test := range map[string]struct {
		emitted uint64
		want    string
	}{
		"exact": {2, "ledger  exact"},
		"off":   {9, "7 events more were recorded"},
	} {
		t.Run(name, func(t *testing.T) {
			s := f.open(protocol.Text(name), 7, time.Minute)
			f.send(s, fixtureNow, 1, []protocol.Event{{Time: 5, Func: 1, G: 1}, {Time: 6, Func: 1, G: 1, Kind: protocol.Leave}})
			f.frame(s, fixtureNow, protocol.In, &protocol.CountersPacket{Emitted: test.emitted})
			f.close(s, 0, "")
			p := newHandshakePane(newTestEnv())
			p.resize(90, 40)
			p.refresh(moment{now: fixtureNow, session: here(s)})
			if got := plainText(p.view()); !strings.Contains(got, test.want) {
				t.Errorf("%q is not in\n%s", test.want, got)
			}
		})
	}
}

// What isn't shown is in the status line of the smallest screen, too.
func TestLedgerInTheStatusLine(t *testing.T) {
	f := &fixture{tb: t, store: model.New(model.Limits{Calls: 1})}
	s := f.open("app", 7, time.Minute)
	for i := range uint64(8) {
		var b protocol.BatchBuilder
		for range 2048 {
			b.Add(protocol.Event{Time: int64(i), Func: 1, G: 1})
			b.Add(protocol.Event{Time: int64(i), Func: 1, G: 1, Kind: protocol.Leave})
		}
		b.Lose(1, 30)
		f.frame(s, fixtureNow, protocol.In, b.Packet(i+1, int64(i)))
	}
	for range 2 { // the first is before the end, and the other settles it
		f.frame(s, fixtureNow, protocol.In, &protocol.CountersPacket{
			Emitted: 8*4096 + 247, LostCauses: []protocol.Text{"ring full: call not recorded"}, LostEvents: []uint64{240},
		})
	}
	f.close(s, 0, "")
	view := newScreen(t, Config{Store: f.store, Addresses: addresses}, 80, 24)
	view.now = view.now.Add(2 * recent)
	view.send()
	view.wants("lost 240: ring full  dropped 8,192  ledger off by 7")
	view.golden(t)
}
