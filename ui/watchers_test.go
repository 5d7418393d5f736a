package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
	"goapptrace/watch"
)

// watched is a fixture in which watchers have found panics, errors, repeated calls and a leak, and one of them is off.
func watched(t *testing.T) (*fixture, *model.Session, *watch.Watch) {
	t.Helper()
	f := newFixture(t)
	w := watch.New(f.store, watch.Join([]watch.Watcher{
		{Name: "failed receipts", Text: "err and func ~ receipt and dur > 1ms"},
		{Name: "odd repeats", Text: "repeats(func) > 2 and func !~ nothing"},
		{Name: "hot function", Off: true},
	}))
	crew := f.crew()
	w.Look(fixtureNow) // rates are known from here on
	askAgain(f, crew)
	for i := range 4 {
		w.Look(fixtureNow.Add(time.Second + time.Duration(i)))
	}
	return f, crew, w
}

// askAgain feeds the crew an order that asks the same thing again and again, and fails to: rates rise.
func askAgain(f *fixture, crew *model.Session) {
	begin := crew.Row(fixtureNow).Opened
	at := int64(2 * time.Minute)
	events := []protocol.Event{{Time: at, G: 5000, Func: 4}}
	for range 40 {
		events = append(events, protocol.Event{Time: at + 1000, G: 5000, Func: 6}, protocol.Event{Time: at + 401_000, G: 5000, Func: 6, Kind: protocol.LeaveError})
		at += 500_000
	}
	events = append(events, protocol.Event{Time: at, G: 5000, Func: 4, Kind: protocol.Leave})
	f.send(crew, begin, 121, events)
	at += 1_000_000
	f.send(crew, begin, 123, []protocol.Event{ // one batch is missing
		{Time: at, G: 90, Func: 7}, {Time: at + 1000, G: 90, Func: 7, Kind: protocol.LeavePanic},
	})
}

func watchersTab(w *watch.Watch) func(*env) pane {
	return func(e *env) pane {
		c := Config{Watch: w}
		return newWatchersPane(e, c.found(), w)
	}
}

func TestWatchersPane(t *testing.T) {
	for name, prepare := range map[string]func(*stage){
		"found":   func(*stage) {},
		"finding": func(s *stage) { s.press("j") },
		"repeats": func(s *stage) { s.press("G", "k") },
		"seen":    func(s *stage) { s.press("A") },
		"folded":  func(s *stage) { s.press("enter", "G", "enter") },
		"off":     func(s *stage) { s.press("w") },
	} {
		t.Run(name, func(t *testing.T) {
			_, crew, w := watched(t)
			goldens(t, watchersTab(w), slotTab, crew, prepare)
		})
	}
	t.Run("quiet", func(t *testing.T) {
		f := newFixture(t)
		goldens(t, watchersTab(watch.New(f.store, watch.Defaults())), slotTab, f.shop, func(*stage) {})
	})
	t.Run("nobody", func(t *testing.T) { goldens(t, watchersTab(nil), slotTab, newFixture(t).shop, func(*stage) {}) })
}

// watchScreen is a screen on which the tab Watch is open.
func watchScreen(t *testing.T, config Config) (*screen, *watch.Watch) {
	f, _, w := watched(t)
	config.Store, config.Watch, config.Addresses = f.store, w, addresses
	s := newScreen(t, config, 120, 36)
	s.press("8")
	return s, w
}

func TestWatchersScreen(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		t.Run(fmt.Sprint("ascii=", ascii), func(t *testing.T) {
			s, _ := watchScreen(t, Config{ASCII: ascii})
			s.golden(t)
		})
	}
}

// find puts the cursor on what a watcher has found.
func (s *screen) find(t *testing.T, watcher string) *watchersPane {
	t.Helper()
	p := s.root.tabs[7].(*watchersPane)
	i := slices.IndexFunc(p.lines, func(l watchLine) bool { return l.finding != nil && l.finding.Watcher == watcher })
	if i < 0 {
		t.Fatalf("%s has found nothing", watcher)
	}
	s.press("g")
	for range i {
		s.press("j")
	}
	return p
}

func TestWatchersLeadToWhatTheyFound(t *testing.T) {
	s, _ := watchScreen(t, Config{})
	s.find(t, "panic")
	s.press("enter")
	if row := s.here(); s.root.tab != 0 || row.Name != "main.stray" || row.End != model.EndPanic {
		t.Errorf("a panic leads to %+v in tab %d", row, s.root.tab)
	}
	s.press("8")
	s.find(t, "N+1 calls")
	s.press("enter")
	if row := s.here(); s.root.tab != 0 || row.Name != "main.(*Server).order" {
		t.Errorf("repeats lead to %+v in tab %d", row, s.root.tab)
	}
	s.press("8")
	s.find(t, "error storm")
	s.press("enter")
	if got := s.root.tabs[s.root.tab].(filterable).filter(); s.root.tab != 1 || got != "func = main.(*Server).await" {
		t.Errorf("a rate leads to %q in tab %d", got, s.root.tab)
	}
	s.press("8")
	s.find(t, "goroutine leak")
	s.press("enter")
	if got := s.root.tabs[s.root.tab].(filterable).filter(); s.root.tab != 2 || got != "entry = main.(*Server).watch" {
		t.Errorf("a leak leads to %q in tab %d", got, s.root.tab)
	}
}

func TestWatchersAreAcknowledged(t *testing.T) {
	s, w := watchScreen(t, Config{})
	all := w.News()
	s.wants(fmt.Sprintf("⚑ %d watch", all))
	s.find(t, "panic")
	s.press("a")
	s.wants(fmt.Sprintf("⚑ %d watch", all-1))
	s.press("A")
	if w.News() != 0 {
		t.Errorf("A leaves %d", w.News())
	}
	s.lacks("⚑")
}

func TestWatchersAreAddedAndKept(t *testing.T) {
	var kept []watch.Watcher
	var fails error
	s, w := watchScreen(t, Config{KeepWatchers: func(own []watch.Watcher) error { kept = own; return fails }})
	s.root.calls.setFilter("dur > 10ms and err")
	s.press("+")
	s.typed(" and calls > 5")
	s.press("enter")
	s.typed("slow failures")
	s.press("enter")
	s.wants("slow failures")
	mine := watch.Watcher{Name: "slow failures", Text: "dur > 10ms and err and calls > 5"}
	if !slices.Contains(kept, mine) || len(kept) != 4 || !slices.Contains(w.Watchers(), mine) {
		t.Errorf("kept %+v", kept)
	}
	s.press("G", "w")
	if mine.Off = true; !slices.Contains(kept, mine) {
		t.Errorf("switched off, kept %+v", kept)
	}
	s.press("-")
	if len(kept) != 3 {
		t.Errorf("removed, kept %+v", kept)
	}
	s.press("g", "-")
	s.wants("always there")
	s.press("+")
	s.typed(" and")
	s.press("enter")
	if s.root.prompt == nil || s.root.prompt.naming || s.root.prompt.wrong == nil {
		t.Error("a condition that makes no sense gets a name")
	}
	s.press("esc")
	fails = errors.New("the disk is full")
	s.press("w")
	s.wants("the disk is full")
}

// What is said of a prompt's kind of rows is there for each.
func TestEachKindHasAnExample(t *testing.T) {
	for _, kind := range []query.Kind{query.Calls, query.Functions, query.Packets, query.Output, query.Sessions, query.Goroutines, query.Watches, query.Findings} {
		if (&prompt{kind: kind}).example() == "" {
			t.Errorf("%s have no example", kind)
		}
	}
}

// A paused view stays as it is, also this one: until the user does something to the watchers.
func TestPausedWatchers(t *testing.T) {
	s, w := watchScreen(t, Config{})
	s.press("space")
	before := s.text()
	w.Acknowledge(func(*watch.Finding) bool { return true })
	s.send()
	if found := strings.Count(s.text(), "⚑ n"); found == 0 || found != strings.Count(before, "⚑ n") {
		t.Errorf("the paused list goes on:\n%s", s.text())
	}
	w.Set(append(w.Watchers(), watch.Watcher{Name: "mine", Text: "dur > 1h"}))
	s.send()
	s.wants("mine", "seen")
	s.press("space")
	s.wants("mine", "seen")
}

// Whatever order commands run in, what is kept is how the watchers are.
func TestWatchersAreKeptAsTheyAre(t *testing.T) {
	var kept []watch.Watcher
	s, _ := watchScreen(t, Config{KeepWatchers: func(own []watch.Watcher) error { kept = own; return nil }})
	s.root.config.Watch.Switch("panic", true)
	first := s.root.keepWatchers("")
	s.root.config.Watch.Switch("panic", false)
	second := s.root.keepWatchers("")
	second()
	first()
	if slices.ContainsFunc(kept, func(q watch.Watcher) bool { return q.Name == "panic" }) {
		t.Errorf("kept %+v", kept)
	}
}

// The filter is of the same language as elsewhere: words are looked for in the names of watchers and of what was found, and a
// watcher of which nothing passes goes.
func TestWatchersAreFiltered(t *testing.T) {
	for _, tt := range []struct{ filter, shown, gone string }{
		{"await", "error storm", "goroutine leak"},
		{"hot", "hot function", "panic"}, // has found nothing, and is off
		{"watcher = panic", "main.stray", "await"},
		{"func = pool.receipt", "failed receipts", "main.stray"},
		{"pkg = pool", "failed receipts", "main.stray"},
		{"entry ~ watch", "goroutine leak", "error storm"},
		{"times > 100", "pool.receipt", "main.stray"},
		{"dur > 20ms and err", "pool.receipt", "40/s"},
		{"dur < 20ms", "main.stray", "40/s"}, // a rate has no time
		{"panic", "main.stray", "pool.receipt"},
		{"err", "error storm", "main.stray"},
		{"session = crew", "main.stray", "\x00"},
		{"pid = 4200", "main.stray", "\x00"},
		{"session = shop", "no finding matches", "main.stray"},
		{"file = nothing", "no finding matches", "main.stray"},
	} {
		s, _ := watchScreen(t, Config{})
		s.press("/")
		s.typed(tt.filter)
		s.press("enter")
		s.wants(tt.shown)
		if p := s.root.tabs[7].(*watchersPane); strings.Contains(p.view(), tt.gone) || p.filter() != tt.filter {
			t.Errorf("%s: %q is there:\n%s", tt.filter, tt.gone, s.text())
		}
		s.press("esc")
		s.wants("N+1 calls", "hot function")
	}
}

func TestFilterOfWatchers(t *testing.T) {
	s, w := watchScreen(t, Config{})
	all := w.News()
	s.press("/")
	s.typed("await")
	s.golden(t)
	s.press("enter", "A")
	if got := w.News(); got != all-4 {
		t.Errorf("of %d findings A leaves %d, though four were shown", all, got)
	}
	s.press("/")
	s.typed(" and depth > 3")
	s.wants("findings have no depth, only calls or goroutines")
	s.press("esc", "/")
	s.typed("func = main.st")
	s.press("tab")
	s.wants("func = main.stray")
	s.press("enter", "j", "enter")
	if row := s.here(); s.root.tab != 0 || row.Name != "main.stray" {
		t.Errorf("enter leads to %+v in tab %d", row, s.root.tab)
	}
}

// A range leaves the findings that have to do with it, with the figures of all time, which is said.
func TestWatchersOfARange(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			f, crew, w := watched(t)
			s := newStage(t, watchersTab(w)(newTestEnv()), slotTab, size, crew)
			s.shows("main.stray")
			s.at.span = model.Span{From: fixtureNow.Add(time.Second / 2), To: fixtureNow.Add(2 * time.Second)}
			s.pane.refresh(s.at)
			s.shows("in the range")
			s.shows("in the range, figures are of all time ")
			s.lacks("main.stray")
			s.press("j", "j")
			compareGolden(t, s.text()+"\n")
			s.at.span.From = f.batch.Row(fixtureNow).Opened
			s.pane.refresh(s.at)
			s.shows("main.stray")
			s.at.span.From, s.at.span.To = s.at.span.From.Add(-time.Hour), s.at.span.From
			s.pane.refresh(s.at)
			if p := s.pane.(*watchersPane); slices.ContainsFunc(p.lines, func(l watchLine) bool { return l.finding != nil }) {
				t.Errorf("before all began, there is\n%s", s.text())
			}
			s.at.span = model.Span{}
			s.pane.refresh(s.at)
			s.shows("main.stray")
			s.lacks("in the range")
		})
	}
}

// A name that another watcher has takes its place, which isn't done silently.
func TestWatcherReplacesAnother(t *testing.T) {
	s, w := watchScreen(t, Config{KeepWatchers: func([]watch.Watcher) error { return nil }})
	for _, step := range []struct{ name, condition, said string }{
		{"panic", "panic and pkg = main", `saved; it replaces the shipped watcher "panic"`},
		{"panic", "panic and pkg = store", `saved; it replaces your watcher "panic"`},
		{"odd repeats", "repeats(func) > 3", `saved; it replaces your watcher "odd repeats"`},
		{"a new one", "dur > 1s", "saved "},
	} {
		s.press("+")
		s.typed(step.condition)
		s.press("enter")
		s.typed(step.name)
		s.press("enter")
		s.wants(step.said)
		if !slices.Contains(w.Watchers(), watch.Watcher{Name: step.name, Text: step.condition}) {
			t.Errorf("%s isn't %q", step.name, step.condition)
		}
	}
}

// Findings of elsewhere are filtered here, though they can't be acknowledged here.
func TestWatchersOfElsewhereAreFiltered(t *testing.T) {
	_, _, w := watched(t)
	s, _ := watchScreen(t, Config{Findings: w})
	before := w.News()
	s.press("/")
	s.typed("func = main.stray")
	s.press("enter", "A")
	s.wants("main.stray", "they are changed where goapptrace runs")
	s.lacks("main.(*Server).await")
	if w.News() != before {
		t.Error("somebody elsewhere has acknowledged what was found")
	}
}
