package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"goapptrace/model"
)

// newDetailStage shows the detail of a function, with its work done.
func newDetailStage(tb testing.TB, e *env, size [2]int, s *model.Session, function uint64) *stage {
	st := newStage(tb, newFunctionDetail(e, here(s), function, nil), slotOpened, size, s)
	st.workOff()
	st.at.now = st.at.now.Add(functionDetailInterval)
	st.pane.refresh(st.at)
	return st
}

func TestFunctionDetail(t *testing.T) {
	f := newFixture(t)
	told, zoo, moded := f.told(), f.zoo(), f.moded()
	for name, test := range map[string]struct {
		session  *model.Session
		function uint64
		prepare  func(*stage)
	}{
		"order":     {told, 3, func(s *stage) {}},
		"bottom":    {told, 4, func(s *stage) { s.press("G") }},
		"recursion": {zoo, 6, func(s *stage) {}},
		"open":      {f.shop, 2, func(s *stage) {}},
		"counted":   {moded, 5, func(s *stage) {}},
	} {
		for _, size := range goldenSizes {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				st := newDetailStage(t, newTestEnv(), size, test.session, test.function)
				test.prepare(st)
				compareGolden(t, st.text()+"\n")
			})
		}
	}
}

// Without colours enough, and in ASCII, shades are characters.
func TestFunctionDetailWithoutColours(t *testing.T) {
	told := newFixture(t).told()
	for name, e := range map[string]*env{
		"16":    {styles: NewStyles(true, colorprofile.ANSI), glyphs: newGlyphs(false)},
		"ascii": {styles: NewStyles(true, colorprofile.TrueColor), glyphs: newGlyphs(true)},
	} {
		t.Run(name, func(t *testing.T) {
			st := newDetailStage(t, e, [2]int{120, 36}, told, 3)
			compareGolden(t, st.text()+"\n")
		})
	}
}

func TestFunctionDetailLeadsOn(t *testing.T) {
	f := newFixture(t)
	s := newDetailStage(t, newTestEnv(), [2]int{200, 60}, f.shop, 4)
	s.press("enter")
	caller := s.opened([2]int{200, 60})
	caller.workOff()
	if got := caller.pane.(*functionDetail).function; got != 3 {
		t.Fatalf("the caller is function %d, want 3", got)
	}
	caller.press("esc")
	if back := caller.got[len(caller.got)-1].(openMsg); back.pane != s.pane {
		t.Errorf("back led to %v", back)
	}
	if s.press("esc"); s.got[len(s.got)-1] != (closeMsg{}) {
		t.Errorf("back from the first led to %v", s.got)
	}
	s.press("G", "enter")
	seq, ok := s.got[len(s.got)-1].(showCallMsg)
	if call, _ := f.shop.Call(seq.seq, fixtureNow); !ok || call.Func != 4 {
		t.Errorf("the last of the slowest led to %v", s.got)
	}
	s.press("m")
	longest := s.got[len(s.got)-1].(showCallMsg)
	if row, _ := f.shop.Function(4, fixtureNow); row.MaxCall != longest.seq {
		t.Errorf("the longest call is %d, want %d", longest.seq, row.MaxCall)
	}
}

// The detail goes on with a live program, not while paused, and is of the range when there is one.
func TestFunctionDetailGoesOn(t *testing.T) {
	f := newFixture(t)
	s := newDetailStage(t, newTestEnv(), [2]int{120, 36}, f.shop, 2)
	s.shows("of the 1 call retained")
	f.serve(50)
	later := func(d time.Duration) {
		s.at.now = s.at.now.Add(d)
		s.workOff()
		s.at.now = s.at.now.Add(d)
		s.pane.refresh(s.at)
	}
	s.at.paused = true
	later(time.Second)
	s.shows("of the 1 call retained")
	s.at.paused = false
	later(time.Second)
	s.shows("of the 51 calls retained")
	s.at.span = model.Span{From: fixtureNow.Add(-500 * time.Millisecond), To: fixtureNow.Add(-250 * time.Millisecond)}
	later(time.Second)
	if text := s.text(); !strings.Contains(text, "of the range") {
		t.Errorf("the range isn't told:\n%s", text)
	}
}
