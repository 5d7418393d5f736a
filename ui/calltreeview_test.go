package ui

import (
	"fmt"
	"slices"
	"strings"
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

// chosen is what the cursor is on: a goroutine, and the function of its call.
func (s callsStage) chosen() string {
	row, _ := s.calls.tree.list.selected()
	if row.Seq == 0 {
		return goroutineName(row.G)
	}
	return goroutineName(row.G) + " " + string(shortName(row.Call.Name))
}

// Keys go up and down in the tree, fold and unfold it, and lead back to the log.
func TestTreeKeys(t *testing.T) {
	s := newCallsStage(t, [2]int{120, 36}, newFixture(t).told())
	s.press("k", "[ e") // an order's Load, which failed
	for i, step := range []struct{ key, want string }{
		{"v", "g17 store.(*DB).Load"},
		{"l", "g17 store.decode"},
		{"u", "g17 store.(*DB).Load"},
		{"n", "g17 orders.price"},
		{"p", "g17 store.(*DB).Load"},
		{"u", "g17 main.(*Server).order"},
		{"enter", "g17 main.(*Server).order"}, // folded
		{"k", "g17 orders.(*Pool).Submit"},    // of the order before it
		{"j", "g17 main.(*Server).order"},
		{"j", "g18"},
		{"k", "g17 main.(*Server).order"},
		{"e", "g17 main.(*Server).order"},
		{"j", "g17 store.(*DB).Load"},
		{"c", "g17 store.(*DB).Load"}, // folded
		{"c", "g17 main.(*Server).order"},
		{"u", "g17"},
		{"l", "g17 main.(*Server).order"},
		{"u", "g17"},
		{"c", "g17"},
		{"n", "g18"},
		{"n", "g19"},
		{"p", "g18"},
		{"u", "g5"},
		{"u", "g1"},
		{"G", "g199"},
		{"e", "g199"},
		{"G", "g199 orders.(*Pool).Submit.func1"},
		{"g", "g1"},
		{"[ e", "g1"}, // no call of main's is that late
		{"E", "g1"},
		{"j", "g1 main.main"},
		{"] e", "g19 main.(*Server).order"},
		{"C", "g19"},
		{"e", "g19"},
		{"j", "g19 main.(*Server).order"},
	} {
		if s.press(step.key); s.chosen() != step.want {
			t.Fatalf("step %d, %s: on %s, want %s\n%s", i, step.key, s.chosen(), step.want, s.text())
		}
	}
	row, _ := s.calls.tree.list.selected()
	s.press("v")
	if here, _ := s.calls.list.selected(); here.Seq != row.Seq || s.calls.tree.on {
		t.Errorf("back in the log the cursor is on %+v, want call %d", here, row.Seq)
	}
}

// In the log the same keys go to callers and siblings.
func TestKinKeysInTheLog(t *testing.T) {
	s := newCallsStage(t, [2]int{120, 36}, newFixture(t).told())
	s.press("k", "[ e", "u")
	order, _ := s.calls.list.selected()
	if order.Name != "main.(*Server).order" || order.G != 17 {
		t.Fatalf("u went to %+v", order)
	}
	for _, key := range []string{"p", "n", "l", "u"} {
		s.press(key)
		row, _ := s.calls.list.selected()
		same := row.Seq == order.Seq
		if row.G != 17 || same != (key == "n" || key == "u") {
			t.Fatalf("%s went to %+v", key, row)
		}
	}
	for _, tt := range []struct{ key, want string }{
		{"u", "outermost traced call"}, {"n", "no later call of the same caller"},
	} {
		if s.press(tt.key); !strings.Contains(s.notice(), tt.want) {
			t.Errorf("%s says %q, want %q", tt.key, s.notice(), tt.want)
		}
	}
	s.calls.setFilter("store") // then n is for matches
	if _, handled := s.calls.update(press("n")); handled {
		t.Error("n was taken from the filter")
	}
	s.press("k", "u", "u")
	if !strings.Contains(s.notice(), "no such call that matches") {
		t.Errorf("u says %q", s.notice())
	}
}

// While the filter's calls are looked for nothing is shown, and the order of goroutines is right again without it.
func TestTreeSearches(t *testing.T) {
	s := newCallsStage(t, [2]int{120, 36}, newFixture(t).told())
	s.press("v", "E")
	s.calls.setFilter("panic")
	s.pane.refresh(s.at)
	s.shows("nothing found yet")
	s.shows("searching: 0 % of")
	if !s.calls.searching() {
		t.Error("a search isn't told")
	}
	s.work()
	s.shows("goroutines with calls that match")
	s.lacks("g109")
	s.press("g", "j", "j", "j")
	if row, _ := s.calls.tree.list.selected(); row.Call.End != model.EndPanic {
		t.Errorf("on %+v, want a call that panicked", row.Call)
	}
	s.calls.setFilter("")
	s.work()
	s.shows("16 goroutines")
	s.press("g", "G")
	if want := "g199 orders.(*Pool).Submit.func1"; s.chosen() != want {
		t.Errorf("on %s, want %s", s.chosen(), want)
	}
}

// In a range the tree has the calls that lie in it.
func TestTreeInARange(t *testing.T) {
	s := newCallsStage(t, [2]int{120, 36}, newFixture(t).told())
	s.press("v", "E")
	s.at.span = lately()
	s.work()
	var seqs []uint64
	for _, row := range s.calls.tree.fetch(model.TreePlace{}, 0, 1000) {
		if row.Seq != 0 {
			seqs = append(seqs, row.Seq)
		}
	}
	slices.Sort(seqs)
	s.press("v")
	var want []uint64
	for _, row := range s.at.session.Calls(model.CallQuery{Span: lately(), Before: 1000, Now: s.at.now}).Rows {
		want = append(want, row.Seq)
	}
	if len(want) == 0 || !slices.Equal(seqs, want) {
		t.Errorf("calls %v, want %v", seqs, want)
	}
}

// A mark leads back to its call from anywhere in its session.
func TestMarks(t *testing.T) {
	f, s, _ := shopScreen(t)
	s.press("'")
	s.wants("no call is marked")
	s.press("[", "e", "m")
	s.wants("m and a letter mark this call")
	marked := s.here().Seq
	s.press("q") // is a letter here
	s.wants("has the mark q")
	s.press("G", "'")
	s.wants("' and a letter go to a marked call: q")
	s.press("q")
	if got := s.here().Seq; got != marked {
		t.Errorf("the mark led to call %d, want %d", got, marked)
	}
	s.press("'", "esc")
	s.wants("a mark is a letter from a to z")
	s.press("'", "w")
	s.wants("no call has the mark w")
	s.press("v", "g", "'", "q")
	if row, _ := s.root.calls.selected(); row.Seq != marked {
		t.Errorf("in the tree the mark led to %+v, want call %d", row, marked)
	}
	s.selectSession(f.batch.ID())
	s.press("'", "q")
	s.wants("is of another session")
}

// The wheel may have been turned when the calls that matched are no longer kept.
func TestTreeScrollsWhenAllIsGone(t *testing.T) {
	s := newCallsStage(t, [2]int{120, 36}, newFixture(t).told())
	s.press("v", "E", "G")
	tree := &s.calls.tree
	for _, n := range []int{-3, 3} {
		rows := tree.list.rows
		tree.spawn = &model.SpawnTree{}
		tree.list.scroll = n
		tree.list.load()
		tree.list.rows = rows
	}
}
