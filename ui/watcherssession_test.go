package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/watch"
)

// batchOf is a session of a program in which a watcher finds a panic.
func (f *fixture) batchOf(app protocol.Text, pid int64) *model.Session {
	s := f.open(app, pid, time.Minute)
	begin := s.Row(fixtureNow).Opened
	f.frame(s, begin, protocol.In, &protocol.SymbolPacket{Symbols: &protocol.Symbols{
		Funcs:      []*protocol.FuncSymbol{{ID: 3, Name: "main.load"}},
		FuncStatus: []*protocol.FuncStatus{{ID: 3, Func: 3, Line: 17}},
	}})
	f.send(s, begin, 1, []protocol.Event{
		{Time: 1000, G: 1, Func: 3}, {Time: 2000, G: 1, Func: 3, Kind: protocol.LeavePanic},
	})
	return s
}

// watchedRuns is the Watch tab of several runs of a program.
func watchedRuns(t *testing.T, size [2]int, app protocol.Text, pids ...int64) *stage {
	f := newFixture(t)
	w := watch.New(f.store, watch.Defaults()[:1])
	for _, pid := range pids {
		f.batchOf(app, pid)
	}
	for i := range 3 {
		w.Look(fixtureNow.Add(time.Second + time.Duration(i)))
	}
	return newStage(t, watchersTab(w)(newTestEnv()), slotTab, size, f.shop)
}

// Findings of several sessions are told apart, where there is room in their lines, and always below.
func TestFindingsOfSeveralSessions(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			s := watchedRuns(t, size, "import", 5001, 5002, 5003)
			s.press("j")
			for _, want := range []string{"import 5001", "import 5002", "import 5003", "in import (5001), session 5"} {
				s.shows(want)
			}
			compareGolden(t, s.text()+"\n")
		})
	}
	s := watchedRuns(t, [2]int{120, 36}, "import", 5001)
	s.press("j")
	s.lacks("  session  ")
	s.shows("in import (5001), session 5")
	s = watchedRuns(t, [2]int{120, 36}, "import", 1, 1)
	s.shows("import #5")
	s.shows("import #6")
	s = watchedRuns(t, [2]int{80, 24}, protocol.Text(strings.Repeat("x", 300)), 5001, 5002)
	s.shows("x… 5001")
	s.shows("x… 5002")
}
