package ui

import (
	"fmt"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"goapptrace/model"
)

// timelineStage is a timeline on a session, with its work done.
type timelineStage struct {
	*stage
	timeline *timelinePane
}

func newTimelineStage(tb testing.TB, e *env, size [2]int, s *model.Session) timelineStage {
	p := newTimelinePane(e)
	st := timelineStage{newStage(tb, p, slotTab, size, s), p}
	st.work()
	return st
}

// work does what there is to do, as the root does after each frame.
func (s timelineStage) work() {
	s.tb.Helper()
	for {
		s.pane.refresh(s.at)
		cmd := s.timeline.work()
		if cmd == nil {
			return
		}
		cmd().(workedMsg).done()
	}
}

// send gives messages to the pane and takes in what comes of them.
func (s timelineStage) send(msgs ...tea.Msg) {
	s.tb.Helper()
	for _, msg := range msgs {
		cmd, _ := s.pane.update(msg)
		s.run(cmd)
		s.work()
	}
}

func (s timelineStage) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case workedMsg:
		msg.done()
	case tea.BatchMsg:
		for _, c := range msg {
			s.run(c)
		}
	default:
		s.stage.got = append(s.stage.got, msg)
	}
}

func (s timelineStage) press(keys ...string) {
	s.tb.Helper()
	for _, k := range keys {
		s.send(press(k))
	}
}

// last is the last message that the pane sent.
func (s timelineStage) last() tea.Msg {
	s.tb.Helper()
	if len(s.got) == 0 {
		s.tb.Fatal("the pane has sent nothing")
	}
	return s.got[len(s.got)-1]
}

func TestTimelinePane(t *testing.T) {
	states := map[string]func(f *fixture, s timelineStage){
		"live": func(f *fixture, s timelineStage) {},
		"zoomed": func(f *fixture, s timelineStage) {
			s.press("j", "j", "j", "+", "+", "+", "+", "h", "h", "h", "h", "h", "h")
		},
		"deep":   func(f *fixture, s timelineStage) { s.press("j", "j", "+", "+", "+", "+", "+", "<", "f") },
		"whole":  func(f *fixture, s timelineStage) { s.press("a") },
		"folded": func(f *fixture, s timelineStage) { s.press("C") },
		"range": func(f *fixture, s timelineStage) {
			s.press("+", "+", "h", "h", "s", "<")
			s.at.span = s.timeline.selection()
		},
		"found":   func(f *fixture, s timelineStage) { s.timeline.setFilter("order"); s.press("+", "+", "+", "<") },
		"lossy":   func(f *fixture, s timelineStage) { f.miss(f.shop, 12345); s.work() },
		"nothing": func(f *fixture, s timelineStage) { s.press("+", "+", "+", "+", "+", "+", "+", "+", "+", "+", "<", "<") },
	}
	for name, prepare := range states {
		for _, size := range goldenSizes {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				f := newFixture(t)
				f.explain(f.shop, 100)
				s := newTimelineStage(t, newTestEnv(), size, f.shop)
				prepare(f, s)
				compareGolden(t, s.text()+"\n")
			})
		}
	}
}

// What colours tell apart is told without them, too: with 16 of them, with none, and in ASCII.
func TestTimelineWithoutColours(t *testing.T) {
	for name, profile := range map[string]colorprofile.Profile{"16": colorprofile.ANSI, "none": colorprofile.ASCII} {
		for _, ascii := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s-%v", name, ascii), func(t *testing.T) {
				f := newFixture(t)
				f.explain(f.shop, 100)
				e := &env{styles: NewStyles(false, profile), glyphs: newGlyphs(ascii)}
				s := newTimelineStage(t, e, [2]int{120, 36}, f.shop)
				s.press("j", "j", "j", "+", "+", "+", "+", "h", "h", "h", "h", "h", "h")
				compareGolden(t, s.text()+"\n")
			})
		}
	}
}

// A filter leaves the calls that pass it, and the lines and goroutines that have some; the picture before stays until there is another.
func TestTimelineFilter(t *testing.T) {
	f := newFixture(t)
	f.explain(f.shop, 100)
	s := newTimelineStage(t, newTestEnv(), [2]int{120, 36}, f.shop)
	p := s.timeline
	s.press("a")
	p.setFilter("func = store.decode")
	s.pane.refresh(s.at)
	s.shows("main.main")
	s.work()
	s.lacks("main.main")
	if len(p.lines) == 0 || len(p.lines) != len(p.picture.Rows) {
		t.Fatalf("%d lines of %d goroutines", len(p.lines), len(p.picture.Rows))
	}
	for _, line := range p.lines {
		if !line.first || line.depth != 2 {
			t.Errorf("line %+v", line)
		}
	}
	if s.press("C", "g"); len(p.lines) != len(p.picture.Rows) || p.lines[0].depth != 2 {
		t.Errorf("folded: %+v", p.lines)
	}
	p.setFilter("dur > 1h")
	s.work()
	s.shows("no call in view matches the filter")
	p.setFilter("dur >")
	s.work()
	s.shows("no call in view matches the filter")
	p.setFilter("")
	s.work()
	s.shows("main.main")
}
