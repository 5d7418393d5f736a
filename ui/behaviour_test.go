package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
)

// serve adds n finished calls of main.(*Server).Serve to the shop, one after the other.
func (f *fixture) serve(n int) {
	begin := f.shop.Row(fixtureNow).Opened
	at := fixtureNow.Sub(begin).Nanoseconds()
	var events []protocol.Event
	for i := range int64(n) {
		events = append(events,
			protocol.Event{Time: at + i*1000, Func: 2, G: 99},
			protocol.Event{Time: at + i*1000 + 500, Func: 2, G: 99, Kind: protocol.Leave})
	}
	f.send(f.shop, begin, 200, events)
}

func TestCallsFollow(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, newCallsPane(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	f.serve(1)
	s.send()
	s.pane.refresh(s.at)
	s.shows("Serve")

	s.press("up")
	before := s.text()
	f.serve(1000)
	s.pane.refresh(s.at)
	if got := s.text(); starts(got) != starts(before) {
		t.Errorf("the rows moved while not following:\n%s\nbefore:\n%s", got, before)
	}
	s.shows("1,001 newer, G follows")
	s.press("G")
	if strings.Contains(s.text(), "newer") || !strings.Contains(s.text(), "Serve") {
		t.Errorf("does not follow:\n%s", s.text())
	}
}

// rows is a pane's text without its first and last line.
func rows(text string) string {
	lines := strings.Split(text, "\n")
	return strings.Join(lines[1:len(lines)-1], "\n")
}

// starts is the beginning of each row: the durations of open calls go on.
func starts(text string) string {
	lines := strings.Split(rows(text), "\n")
	for i, line := range lines {
		lines[i] = string([]rune(line)[:30])
	}
	return strings.Join(lines, "\n")
}

func TestCallsPause(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, newCallsPane(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	s.at.paused = true
	s.pane.refresh(s.at)
	before := s.text()
	f.serve(12_300)
	s.pane.refresh(s.at)
	s.shows("paused, 12.3k calls behind")
	if got := s.text(); rows(got) != rows(before) {
		t.Errorf("a paused view changed:\n%s\nbefore:\n%s", got, before)
	}
	s.press("up", "up", "G")
	if got := s.text(); starts(got) != starts(before) {
		t.Errorf("a paused view went on:\n%s\nbefore:\n%s", got, before)
	}
	s.at.paused = false
	s.pane.refresh(s.at)
	if got := s.text(); strings.Contains(got, "paused") || !strings.Contains(got, "Serve") {
		t.Errorf("the view does not go on:\n%s", got)
	}
}

func TestPauseBeforeTheFirstFrame(t *testing.T) {
	f := newFixture(t)
	p := newCallsPane(newTestEnv())
	p.resize(60, 10)
	at := moment{now: fixtureNow, paused: true, session: f.shop}
	p.refresh(at)
	f.serve(50)
	p.refresh(at)
	if got := p.view(); !strings.Contains(got, "50 calls behind") {
		t.Errorf("not 50 behind:\n%s", got)
	}
}

func TestCallsTellWhatIsNotKept(t *testing.T) {
	store := model.New(model.Limits{Calls: 1000})
	f := &fixture{tb: t, store: store}
	f.shop = f.open("shop", 1, time.Minute)
	f.trade(f.shop, 1)
	f.serve(20_000)
	s := newStage(t, newCallsPane(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	if strings.Contains(s.text(), "older") {
		t.Errorf("speaks of older calls at the end of the log:\n%s", s.text())
	}
	s.press("g")
	s.shows("older calls no longer kept")
	for range 3 * s.size[1] {
		s.press("down")
	}
	if strings.Contains(s.text(), "older") {
		t.Errorf("speaks of older calls in the middle of the log:\n%s", s.text())
	}
	row, ok := s.pane.(*callsPane).list.selected()
	first := s.pane.(*callsPane).first
	if want := first + uint64(3*s.size[1]); !ok || row.Seq != want {
		t.Errorf("the cursor is on call %d, want %d", row.Seq, want)
	}
}

func TestAnotherSessionBeginsAnew(t *testing.T) {
	f := newFixture(t)
	zoo := f.zoo()
	s := newStage(t, newCallsPane(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	s.press("g", "j")
	s.at.session = zoo
	s.pane.refresh(s.at)
	if p := s.pane.(*callsPane); !p.list.following {
		t.Errorf("does not follow the other session:\n%s", s.text())
	}
	s.shows("main.fibona")
	s.at.session = nil
	s.pane.refresh(s.at)
	s.shows("no session")
}

func TestClicks(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, newCallsPane(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	want := s.pane.(*callsPane).list.rows[3].Seq
	s.send(tea.MouseClickMsg{Y: 4})
	row, _ := s.pane.(*callsPane).list.selected()
	if row.Seq != want || len(s.got) != 0 {
		t.Errorf("a click chose call %d and asked for %v, want call %d", row.Seq, s.got, want)
	}
	s.send(tea.MouseClickMsg{Y: 4})
	if len(s.got) != 1 {
		t.Fatalf("a second click asked for %v", s.got)
	}
	s.opened([2]int{80, 24})

	table := newStage(t, newFunctionsPane(newTestEnv()), slotTab, [2]int{120, 36}, f.shop)
	table.send(tea.MouseClickMsg{X: strings.Index(table.lines()[0], "mean") + 1, Y: 0})
	table.shows("mean↓")
	table.send(tea.MouseClickMsg{X: strings.Index(table.lines()[0], "mean") + 1, Y: 0})
	table.shows("mean↑")
}

func TestWheelLeavesTheCursor(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, newCallsPane(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	s.press("k", "k", "k", "k", "k", "k")
	p := s.pane.(*callsPane)
	cursor, top := p.list.cursor, p.list.top
	s.send(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	if p.list.cursor != cursor || p.list.top != top-wheelLines {
		t.Errorf("cursor on %d below %d, want on %d below %d", p.list.cursor, p.list.top, cursor, top-wheelLines)
	}
}

func TestFunctionKeepsTheCursor(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, newFunctionsPane(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	s.press("j", "j")
	want, _ := s.pane.(*functionsPane).list.selected()
	for range sorts {
		s.press("s", "S")
		if got, _ := s.pane.(*functionsPane).list.selected(); got.Name != want.Name {
			t.Errorf("sorting took the cursor from %s to %s", want.Name, got.Name)
		}
	}
	s.press("enter")
	if want := (showCallsMsg{string(want.Name)}); len(s.got) != 1 || s.got[0] != want {
		t.Errorf("enter asked for %v, want %v", s.got, want)
	}
}

func TestFunctionsChangeAtLeisure(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, newFunctionsPane(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	before := s.text()
	f.serve(4321)
	after := func(d time.Duration, paused bool) string {
		s.at.now, s.at.paused = fixtureNow.Add(d), paused
		s.pane.refresh(s.at)
		return s.text()
	}
	if got := after(functionsInterval/2, false); got != before {
		t.Errorf("changed too early:\n%s", got)
	}
	if got := after(functionsInterval, false); !strings.Contains(got, "4,32") {
		t.Errorf("did not change:\n%s", got)
	}
	paused := after(functionsInterval, true)
	f.serve(1000)
	if got := after(time.Hour, true); got != paused {
		t.Errorf("changed while paused:\n%s\nbefore:\n%s", got, paused)
	}
	if got := after(time.Hour, false); !strings.Contains(got, "5,32") {
		t.Errorf("does not go on:\n%s", got)
	}
}

func TestCopyAndLocation(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, newCallsPane(newTestEnv()), slotTab, [2]int{80, 24}, f.shop)
	s.pane.(filterable).setFilter("store.decode")
	s.send()
	s.pane.refresh(s.at)
	copied := s.pane.(copier).copyText()
	for _, want := range []string{"g20", "example.com/shop/store.decode", "3.10 ms", "/home/ada/shop/store/codec.go:9"} {
		if !strings.Contains(copied, want) {
			t.Errorf("%q is not in %q", want, copied)
		}
	}
	file, line := s.pane.(interface{ location() (string, int) }).location()
	if file != "/home/ada/shop/store/codec.go" || line != 9 {
		t.Errorf("location is %s:%d", file, line)
	}
}

// fakeInput is a program's standard input.
type fakeInput struct {
	lines  []string
	closed bool
	err    error
}

func (f *fakeInput) Write(b []byte) (int, error) {
	f.lines = append(f.lines, string(b))
	return len(b), f.err
}

func (f *fakeInput) Close() error {
	f.closed = true
	return f.err
}

func TestTypingToTheProgram(t *testing.T) {
	f := newFixture(t)
	e := newTestEnv()
	p := newOutputPane(e)
	if p.update(press("i")); p.(typist).typing() {
		t.Fatal("types to a program whose input isn't ours")
	}
	input := new(fakeInput)
	e.input = input
	s := newStage(t, p, slotTab, [2]int{80, 24}, f.shop)
	s.press("i")
	if !p.(typist).typing() {
		t.Fatal("i does not open the input line")
	}
	s.press("h", "i", "space", "G", "enter")
	s.shows("stdin> ")
	s.press("q", "esc")
	if p.(typist).typing() {
		t.Error("esc does not leave the input line")
	}
	s.press("i", "enter", "ctrl+d")
	if want := []string{"hi G\n", "q\n"}; !slices.Equal(input.lines, want) || !input.closed {
		t.Errorf("the program got %q, closed %v, want %q, closed", input.lines, input.closed, want)
	}
	s.got = nil
	input.err = errors.New("the program has ended\x1b[2J")
	s.press("i", "x", "enter")
	if want := (noticeMsg{`the program has ended\x1b[2J`, true}); !slices.Contains(s.got, tea.Msg(want)) {
		t.Errorf("a failure was told as %v", s.got)
	}
}

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

// Whatever the size, every pane fills it exactly.
func TestPanesFitEverywhere(t *testing.T) {
	f := newFixture(t)
	f.miss(f.shop, 5)
	zoo := f.zoo()
	zoo.Output(fixtureNow, "stdout", []byte("注文\t🚀 "+strings.Repeat("長", 300)+"\n"))
	for name, newPane := range map[string]func(*env) pane{
		"calls": newCallsPane, "functions": newFunctionsPane, "packets": newPacketsPane, "output": newOutputPane,
	} {
		for _, session := range []*model.Session{nil, zoo, f.shop} {
			for width := 0; width < 130; width += 3 {
				for _, height := range []int{1, 2, 3, 9} {
					s := &stage{tb: t, pane: newPane(newTestEnv()), size: [2]int{width, height}}
					s.at = moment{now: fixtureNow, session: session, focused: true, paused: height == 9}
					s.pane.resize(width, height)
					s.pane.refresh(s.at)
					s.press("k", "enter")
					s.lines()
					if t.Failed() {
						t.Fatalf("%s at %dx%d", name, width, height)
					}
				}
			}
		}
	}
}

func TestBeginningKeepsLettersWhole(t *testing.T) {
	long := protocol.Text("a" + strings.Repeat("注", 4096))
	for width := range 100 {
		got := clean(long, width)
		if strings.Contains(got, `\x`) || !strings.HasPrefix(string(long), got) {
			t.Fatalf("the first %d cells are %q", width, got)
		}
		if len(got) < 2*width || len(got) > 20*(width+1) {
			t.Fatalf("the first %d cells take %d bytes", width, len(got))
		}
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
