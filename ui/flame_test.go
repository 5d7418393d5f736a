package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
)

// flameStage is a flame pane on a session, with its work done.
type flameStage struct {
	*stage
	flame *flamePane
}

func newFlameStage(tb testing.TB, f *fixture, size [2]int, s *model.Session) flameStage {
	p := newFlamePane(newTestEnv(), Local(f.store), func() (uint64, bool) { return 17, true })
	st := flameStage{newStage(tb, p, slotTab, size, s), p}
	st.work()
	return st
}

// work does what there is to do, as the root does after each frame.
func (s flameStage) work() {
	s.tb.Helper()
	for {
		s.pane.refresh(s.at)
		cmd := s.flame.work()
		if cmd == nil {
			return
		}
		cmd().(workedMsg).done()
	}
}

func (s flameStage) press(keys ...string) {
	s.tb.Helper()
	for _, k := range keys {
		s.stage.press(k)
		s.work()
	}
}

func TestFlamePane(t *testing.T) {
	states := map[string]func(f *fixture, s flameStage){
		"live":   func(f *fixture, s flameStage) {},
		"calls":  func(f *fixture, s flameStage) { s.press("w", "w", "down") },
		"self":   func(f *fixture, s flameStage) { s.press("w", "down") },
		"errors": func(f *fixture, s flameStage) { s.press("w", "w", "w") },
		"zoomed": func(f *fixture, s flameStage) { s.press("w", "w", "down", "down", "enter", "down") },
		"rest":   func(f *fixture, s flameStage) { s.press("down", "right", "right", "right", "enter", "down") },
		"match":  func(f *fixture, s flameStage) { s.flame.setFilter("load"); s.press("n") },
		"all":    func(f *fixture, s flameStage) { s.press("a", "a") },
		"goroutine": func(f *fixture, s flameStage) {
			s.press("a", "down")
		},
		"compared": func(f *fixture, s flameStage) {
			s.press("w", "w", "b")
			f.send(f.shop, fixtureNow, 200, lunch())
			s.at.now = s.at.now.Add(time.Minute)
			s.work()
		},
	}
	for name, prepare := range states {
		for _, size := range goldenSizes {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				f := newFixture(t)
				s := newFlameStage(t, f, size, f.shop)
				prepare(f, s)
				compareGolden(t, s.text()+"\n")
			})
		}
	}
}

// lunch is a burst of calls of one function.
func lunch() []protocol.Event {
	var events []protocol.Event
	for i := range int64(300) {
		at := int64(1e9) + i*1000
		events = append(events, protocol.Event{Time: at, Func: 8, G: 50}, protocol.Event{Time: at + 500, Func: 8, G: 50, Kind: protocol.Leave})
	}
	return events
}

func TestFlameOfNothing(t *testing.T) {
	f := newFixture(t)
	for name, s := range map[string]*model.Session{"no session": nil, "no calls yet": f.open("new", 1, 0)} {
		newFlameStage(t, f, [2]int{80, 24}, s).shows(name)
	}
}

// A goroutine without calls in the log is named, with what became of them.
func TestFlameOfAGoroutineWithoutCalls(t *testing.T) {
	f := &fixture{tb: t, store: model.New(model.Limits{Calls: 1})}
	shop := f.open("shop", 1, time.Minute)
	s := newFlameStage(t, f, [2]int{80, 24}, shop)
	s.press("a")
	s.shows("g17")
	s.shows("no calls of g17 yet")
	f.trade(shop, 5000)
	s.flame.g = 999 // of which the log knows nothing any more
	s.work()
	s.shows("total time · g999 · 0 calls")
	s.shows("the calls of g999 are no longer kept")
	s.at.now = s.at.now.Add(time.Second)
	s.flame.setFilter("dur > 1h")
	s.work()
	s.shows("no call of g999 that is kept passes the filter")
}

// The figures of a path are led by what its box is as wide as.
func TestFlameTellsItsMeasure(t *testing.T) {
	f := newFixture(t)
	s := newFlameStage(t, f, [2]int{200, 60}, f.shop)
	facts := func(want ...string) {
		t.Helper()
		line := strings.Split(s.text(), "\n")[s.size[1]-2]
		for _, w := range want {
			if !strings.Contains(line, w) {
				t.Errorf("%q is not in %q", w, line)
			}
		}
	}
	tree := func() *model.FlameTree { return s.flame.tree }
	all := func() string { return formatCount(tree().Weight(0)) }
	facts("100.0 % · total ", "512 calls")
	s.press("w")
	facts("100.0 % · self ", "512 calls")
	s.press("w")
	facts("100.0 % · 512 calls · total ")
	s.press("down")
	n := &tree().Nodes[s.flame.node]
	facts(" % · "+formatCount(n.Weight)+" of 512 calls · total ", formatCount(n.Calls)+" its own")
	s.press("w", "up")
	facts(" % · "+all()+" errors · total ", "512 calls")
	s.press("down", "down")
	n = &tree().Nodes[s.flame.node]
	facts(" % · "+formatCount(n.Weight)+" of "+all()+" errors · total ", formatCount(n.Calls)+" calls")
}

// What is copied is text: the path and its figures, without bars and keys.
func TestFlameCopies(t *testing.T) {
	f := newFixture(t)
	s := newFlameStage(t, f, [2]int{200, 60}, f.shop)
	copied := func(want string) {
		t.Helper()
		if got := s.flame.copyText(); !strings.HasPrefix(got, want) || strings.Contains(got, "█") || strings.Contains(got, "(c)") {
			t.Errorf("copied %q, want %q", got, want)
		}
	}
	copied("all of shop (4123)\n100.0 %, total ")
	s.press("w", "w", "down", "down")
	copied("main.(*Server).order\nexample.com/shop/store.(*DB).Load\n")
	s = newFlameStage(t, f, [2]int{80, 24}, f.shop)
	s.press("down", "right", "right", "right")
	if !s.flame.rest {
		t.Fatal("the cursor is not on narrow paths")
	}
	copied("all of shop")
}

func TestFlameTellsOfCountedCalls(t *testing.T) {
	f := newFixture(t)
	newFlameStage(t, f, [2]int{200, 60}, f.moded()).shows("12.3k counted calls aren't in the picture")
}

func TestFlameMoves(t *testing.T) {
	f := newFixture(t)
	s := newFlameStage(t, f, [2]int{200, 60}, f.shop)
	at := func(want string) {
		t.Helper()
		if got := strings.Join(names(s.flame.cursor), " "); got != want {
			t.Errorf("the cursor is at %q, want %q", got, want)
		}
	}
	at("")
	s.press("w", "w", "down")
	at("main.(*Server).order")
	s.press("right")
	at("example.com/shop/orders.(*Pool).Submit.func1")
	s.press("left", "down")
	at("main.(*Server).order example.com/shop/store.(*DB).Load")
	s.press("enter", "up")
	at("main.(*Server).order example.com/shop/store.(*DB).Load")
	s.press("esc", "up")
	at("main.(*Server).order")
	s.press("left")
	at("main.(*Server).order")
}

func names(path []protocol.Text) []string {
	all := make([]string, len(path))
	for i, name := range path {
		all[i] = string(name)
	}
	return all
}

// What is too narrow to be seen can be zoomed into, and back out of.
func TestFlameRest(t *testing.T) {
	f := newFixture(t)
	s := newFlameStage(t, f, [2]int{80, 24}, f.shop)
	s.press("down", "right", "right")
	s.shows("narrower than a cell")
	s.press("enter")
	s.shows("without the widest")
	s.shows("main.(*Server).order")
	s.press("esc")
	s.lacks("without the widest")
}

// Escape is the pane's own only as long as something is zoomed.
func TestFlameLeavesEscapeToTheRoot(t *testing.T) {
	f := newFixture(t)
	s := newFlameStage(t, f, [2]int{80, 24}, f.shop)
	s.press("down", "enter")
	if _, handled := s.pane.update(press("esc")); !handled {
		t.Error("escape didn't zoom out")
	}
	if _, handled := s.pane.update(press("esc")); handled {
		t.Error("escape did something where nothing was zoomed")
	}
}

func TestFlameMouse(t *testing.T) {
	f := newFixture(t)
	s := newFlameStage(t, f, [2]int{80, 24}, f.shop)
	click := tea.MouseClickMsg{X: 3, Y: 2, Button: tea.MouseLeft}
	s.send(click)
	if len(s.flame.cursor) != 1 || len(s.flame.zoom) != 0 {
		t.Errorf("a click chose %q", s.flame.cursor)
	}
	s.send(click)
	if len(s.flame.zoom) != 1 {
		t.Errorf("a second click zoomed to %q", s.flame.zoom)
	}
	s.send(tea.MouseWheelMsg{X: 3, Y: 2, Button: tea.MouseWheelDown})
	if len(s.flame.zoom) != 0 {
		t.Error("the wheel didn't zoom out")
	}
	s.send(tea.MouseWheelMsg{X: 3, Y: 2, Button: tea.MouseWheelUp})
	if len(s.flame.zoom) != 1 {
		t.Error("the wheel didn't zoom in")
	}
}

func TestFlameGoesToTheLongestCall(t *testing.T) {
	f := newFixture(t)
	s := newFlameStage(t, f, [2]int{80, 24}, f.shop)
	s.press("w", "w", "down", "c")
	msg, ok := s.got[len(s.got)-1].(showCallMsg)
	if !ok {
		t.Fatalf("got %v", s.got)
	}
	longest := s.flame.tree.Nodes[s.flame.node].Longest
	if row, _ := f.shop.Call(msg.seq, fixtureNow); row.Name != "main.(*Server).order" || row.Duration != longest {
		t.Errorf("it went to %+v", row)
	}
}

// A paused picture stays as it is, and says by how much the world is ahead.
func TestFlamePauses(t *testing.T) {
	f := newFixture(t)
	s := newFlameStage(t, f, [2]int{200, 60}, f.shop)
	s.at.paused = true
	s.work()
	before := s.text()
	f.send(f.shop, fixtureNow, 200, lunch())
	s.work()
	s.shows("300 calls behind")
	s.press("w", "w", "w", "w") // each makes the picture anew
	if after := s.text(); strings.Replace(after, ", 300 calls behind", strings.Repeat(" ", 18), 1) != before {
		t.Errorf("it was\n%s\nand is\n%s", before, after)
	}
	s.at.paused = false
	s.at.now = s.at.now.Add(flameInterval)
	s.work()
	s.shows("812 calls")
}

// A baseline may be asked for before there is a picture of the weight chosen.
func TestFlameBaselineIsOfTheWeightChosen(t *testing.T) {
	f := newFixture(t)
	s := newFlameStage(t, f, [2]int{200, 60}, f.shop)
	s.stage.press("w", "b")
	s.lacks("since the baseline")
	s.work()
	s.shows("since the baseline")
	if by := s.flame.base.Tree.By; by != model.FlameSelf {
		t.Errorf("the baseline is by %d", by)
	}
	s.press("b")
	s.lacks("since the baseline")
}

// A picture that is still being added up would make changes of what is added later.
func TestFlameBaselineIsComplete(t *testing.T) {
	f := newFixture(t)
	s := newFlameStage(t, f, [2]int{200, 60}, f.shop)
	s.flame.job.left, s.flame.tree.Left = true, 3*s.flame.tree.Seen
	s.stage.press("b")
	s.shows("adding up: 25 %, then baseline (b)")
	if s.flame.base != nil {
		t.Error("a quarter of the calls is the baseline")
	}
	s.stage.press("b")
	s.lacks("baseline")
	s.stage.press("b")
	s.work()
	s.shows("since the baseline")
	s.stage.press("b")
	s.flame.job.left, s.flame.tree.Left = true, 1 // as it is under load, all the time
	s.stage.press("b")
	s.lacks("adding up")
	s.shows("since the baseline")
}

// Other calls have other paths, or other figures.
func TestFlameBaselineIsOfItsScope(t *testing.T) {
	f := newFixture(t)
	s := newFlameStage(t, f, [2]int{200, 60}, f.shop)
	for _, scope := range []string{"g17", "all sessions", "shop"} {
		s.press("b")
		s.shows("since the baseline")
		s.press("a")
		s.lacks("since the baseline")
		if s.flame.base != nil || s.flame.basing {
			t.Errorf("%s is compared with the scope before", scope)
		}
	}
	s.press("a", "b")
	s.at.session = here(f.batch)
	s.work()
	if s.flame.base != nil {
		t.Error("a session is compared with a goroutine of another one")
	}
}

// Other work may be asked for before the last is done.
func TestFlameDropsWhatIsNoLongerAsked(t *testing.T) {
	f := newFixture(t)
	s := newFlameStage(t, f, [2]int{80, 24}, f.shop)
	s.stage.press("a")
	old := s.flame.work()
	s.stage.press("a")
	old().(workedMsg).done()
	if s.flame.tree != nil {
		t.Error("the picture of a goroutine is shown for all sessions")
	}
	s.work()
	s.shows("all sessions")
}

// What fails in the command fails the pane, where the root can close it.
func TestFlameWorkFails(t *testing.T) {
	f := newFixture(t)
	s := newFlameStage(t, f, [2]int{80, 24}, f.shop)
	s.flame.worked(flameOrder{sessions: []Session{nil}}.carryOut())()
	defer func() {
		if recover() == nil {
			t.Error("the pane goes on")
		}
	}()
	s.pane.refresh(s.at)
}

func TestFlameOfStrangers(t *testing.T) {
	f := newFixture(t)
	s := newFlameStage(t, f, [2]int{200, 60}, f.zoo())
	for _, keys := range [][]string{{}, {"w"}, {"w"}, {"down", "down"}, {"enter"}} {
		s.press(keys...)
		if text := s.text(); strings.ContainsAny(text, "\x1b\u202e") {
			t.Errorf("%q", text)
		}
	}
}
