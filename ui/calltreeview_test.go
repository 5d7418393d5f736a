package ui

import (
	"fmt"
	"testing"

	"goapptrace/model"
)

// callsStage shows the Calls tab and does what its commands ask for, as the root does.
type callsStage struct {
	*stage
	calls *callsPane
}

func newCallsStage(tb testing.TB, size [2]int, s *model.Session) callsStage {
	p := newCallsPane(newTestEnv())
	return callsStage{newStage(tb, p, slotTab, size, s), p}
}

func (s callsStage) press(keys ...string) {
	s.tb.Helper()
	for _, k := range keys {
		s.stage.press(k)
		s.work()
	}
}

// work does what was asked for last, and what there is to do, until nothing is left.
func (s callsStage) work() {
	s.tb.Helper()
	if n := len(s.got); n > 0 {
		if msg, ok := s.got[n-1].(workedMsg); ok {
			s.got = s.got[:n-1]
			msg.done()
		}
	}
	for {
		s.pane.refresh(s.at)
		cmd := s.calls.work()
		if cmd == nil {
			return
		}
		cmd().(workedMsg).done()
	}
}

// notice is what the last key has said.
func (s callsStage) notice() string {
	if n := len(s.got); n > 0 {
		if msg, ok := s.got[n-1].(noticeMsg); ok {
			return msg.text
		}
	}
	return ""
}

func TestCallTree(t *testing.T) {
	f := newFixture(t)
	told := f.told()
	for name, prepare := range map[string]func(s callsStage){
		"entered":  func(s callsStage) { s.press("v") },
		"folded":   func(s callsStage) { s.press("v", "u", "u", "c", "u", "u", "c", "c") },
		"unfolded": func(s callsStage) { s.press("v", "E", "g") },
		"outline":  func(s callsStage) { s.press("v", "C", "g", "e", "j", "e") },
		"filtered": func(s callsStage) { s.calls.setFilter("err"); s.press("v", "E", "g") },
	} {
		for _, size := range goldenSizes {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s := newCallsStage(t, size, told)
				prepare(s)
				compareGolden(t, s.text()+"\n")
			})
		}
	}
}
