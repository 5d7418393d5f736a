package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
)

// crew is a session of two minutes in which a pool works, orders come and go, a watcher is leaked each second, and
// one goroutine has told nothing of where it comes from.
func (f *fixture) crew() *model.Session {
	const length = 2 * time.Minute
	s := f.open("crew", 4200, length)
	begin := s.Row(fixtureNow).Opened
	symbols := new(protocol.Symbols)
	for i, name := range []protocol.Text{
		"main.main", "example.com/crew/pool.(*Pool).work", "example.com/crew/pool.receipt", "main.(*Server).order",
		"main.(*Server).watch", "main.(*Server).await", "main.stray",
	} {
		id := uint64(i + 1)
		symbols.Funcs = append(symbols.Funcs, &protocol.FuncSymbol{ID: id, Name: name, File: "/home/ada/crew/crew.go"})
		symbols.FuncStatus = append(symbols.FuncStatus, &protocol.FuncStatus{ID: id, Func: id, Line: 10 * id})
	}
	f.frame(s, begin, protocol.In, &protocol.SymbolPacket{Symbols: symbols})
	origins := &protocol.GoroutinesPacket{
		SiteIDs:  []uint64{1, 2, 3, 4, 5},
		Entries:  []protocol.Text{"runtime.main", "example.com/crew/pool.(*Pool).work", "main.(*Server).order", "main.(*Server).watch", "net/http.(*conn).serve"},
		Creators: []protocol.Text{"", "example.com/crew/pool.New", "net/http.(*Server).Serve", "main.(*Server).order", "net/http.(*Server).Serve"},
		Files:    []protocol.Text{"", "/home/ada/crew/pool.go", "/usr/local/go/src/net/http/server.go", "/home/ada/crew/crew.go", "/usr/local/go/src/net/http/server.go"},
		Lines:    []uint64{0, 21, 3454, 88, 3454},
	}
	var events []protocol.Event
	at := func(second int, ms int64) int64 { return int64(second)*int64(time.Second) + ms*int64(time.Millisecond) }
	add := func(t int64, g, fn uint64, kind protocol.EventKind) {
		events = append(events, protocol.Event{Time: t, G: g, Func: fn, Kind: kind})
	}
	start := func(g, parent, site uint64) {
		origins.IDs, origins.Parents, origins.Sites = append(origins.IDs, g), append(origins.Parents, parent), append(origins.Sites, site)
	}
	start(1, 0, 1)
	add(at(0, 1), 1, 1, protocol.Enter)
	for g := range uint64(4) {
		start(10+g, 1, 2)
		add(at(0, 2), 10+g, 2, protocol.Enter)
	}
	add(at(0, 3), 90, 7, protocol.Enter)
	add(at(0, 9), 90, 7, protocol.LeavePanic)
	for second := range int(length / time.Second) {
		n := uint64(second)
		add(at(second, 100), 10+n%4, 3, protocol.Enter)
		add(at(second, 130), 10+n%4, 3, protocol.LeaveError)
		start(1000+n, 50, 3)
		add(at(second, 200), 1000+n, 4, protocol.Enter)
		if second >= 100 {
			start(2000+n, 1000+n, 4)
			add(at(second, 250), 2000+n, 5, protocol.Enter)
			add(at(second, 251), 2000+n, 6, protocol.Enter)
		}
		if second%5 == 0 {
			start(3000+n, 50, 5)
			add(at(second, 300), 3000+n, 4, protocol.Enter)
			add(at(second, 320), 3000+n, 4, protocol.Leave)
		}
		add(at(second, 400), 1000+n, 4, protocol.Leave)
		f.frame(s, begin.Add(time.Duration(at(second, 0))), protocol.In, origins)
		f.send(s, begin, n+1, events)
		events, origins = nil, new(protocol.GoroutinesPacket)
	}
	return s
}

func TestGoroutinesPane(t *testing.T) {
	f := newFixture(t)
	crew, zoo := f.crew(), f.zoo()
	for name, test := range map[string]struct {
		session *model.Session
		prepare func(*stage)
	}{
		"grouped": {crew, func(*stage) {}},
		"opened":  {crew, func(s *stage) { s.press("enter", "j") }},
		"flat":    {crew, func(s *stage) { s.press("v", "j") }},
		"calls":   {crew, func(s *stage) { s.press("v", "s", "s", "s", "s", "s") }},
		"leaks":   {crew, func(s *stage) { s.press("L") }},
		"filter":  {crew, func(s *stage) { s.pane.(filterable).setFilter("POOL"); s.press("E") }},
		"odd":     {zoo, func(s *stage) { s.press("E") }},
		"none":    {f.worker, func(*stage) {}},
		"noleak":  {f.shop, func(s *stage) { s.press("L") }},
	} {
		t.Run(name, func(t *testing.T) { goldens(t, goroutinesTab, slotTab, test.session, test.prepare) })
	}
}

func TestGoroutineDetail(t *testing.T) {
	f := newFixture(t)
	crew := f.crew()
	for name, g := range map[string]uint64{"leaked": 2119, "ended": 1000, "worker": 10, "guess": 90, "unknown": 5} {
		t.Run(name, func(t *testing.T) {
			goldens(t, func(e *env) pane { return newGoroutineDetail(e, here(crew), g) }, slotOpened, crew, func(*stage) {})
		})
	}
}

func TestGroupsFold(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, goroutinesTab(newTestEnv()), slotTab, [2]int{120, 36}, f.crew())
	p := s.pane.(*goroutinesPane)
	groups := len(p.list.rows)
	s.press("enter")
	if got := len(p.list.rows); got != groups+20-max(0, groups+20-p.list.height) || p.list.rows[1].Group != nil {
		t.Errorf("%d lines with the first of %d groups open", got, groups)
	}
	s.press("j", "j", "c")
	if row, ok := p.list.selected(); !ok || row.Group == nil || row.Group.Entry != "main.(*Server).watch" || len(p.list.rows) != groups {
		t.Errorf("folding from within leads to %+v", row)
	}
	s.press("e", "C")
	if len(p.open) != 0 {
		t.Error("C leaves groups open")
	}
	s.press("E")
	if len(p.open) != groups {
		t.Errorf("E opens %d of %d groups", len(p.open), groups)
	}
}

// Sorting goes through the columns that can be sorted by, and comes back.
func TestGoroutinesSort(t *testing.T) {
	f := newFixture(t)
	for _, view := range []string{"", "v"} {
		s := newStage(t, goroutinesTab(newTestEnv()), slotTab, [2]int{200, 60}, f.crew())
		p := s.pane.(*goroutinesPane)
		if view != "" {
			s.press(view)
		}
		seen := map[model.GoroutineSort]bool{}
		for range 6 {
			seen[p.sort] = true
			s.press("s")
		}
		if len(seen) != 6 || p.sort != model.ByState {
			t.Errorf("the view %q was sorted in %d orders, at last %d", view, len(seen), p.sort)
		}
		if p.reverse {
			t.Error("the order is reversed")
		}
	}
}

// From a call to its goroutine, from there to its innermost call, and to the goroutine that started it.
func TestFromCallsToGoroutinesAndBack(t *testing.T) {
	f := newFixture(t)
	crew := f.crew()
	s := newScreen(t, Config{Store: f.store, Addresses: addresses}, 120, 36)
	s.selectSession(crew.ID())
	s.press("1", "k", "r")
	row, ok := s.root.goroutines.list.selected()
	if !ok || s.root.tab != 2 {
		t.Fatalf("r leads to tab %d, %+v", s.root.tab, row)
	}
	s.press("/")
	for _, r := range "g2119" {
		s.press(string(r))
	}
	s.press("enter", "g", "enter")
	s.wants("Goroutine 2119", "live: in a traced call", "main.(*Server).await", "g2119 ← g1119")
	s.press("u")
	s.wants("Goroutine 1119", "ended: what it began with has returned")
	s.press("esc", "enter", "enter")
	if call := s.here(); s.root.tab != 0 || call.G != 2119 || call.Name != "main.(*Server).await" {
		t.Errorf("on tab %d, call %+v", s.root.tab, call)
	}
	s.press("3", "v", "v", "g", "j", "enter", "u", "enter")
	if call := s.here(); s.root.tab != 0 || call.End == model.EndOpen {
		t.Errorf("the last call of an ended goroutine is %+v", call)
	}
}

func TestGoroutinesPause(t *testing.T) {
	f := newFixture(t)
	crew := f.crew()
	s := newStage(t, goroutinesTab(newTestEnv()), slotTab, [2]int{120, 36}, crew)
	s.at.paused = true
	s.send()
	s.pane.refresh(s.at)
	before := s.text()
	f.send(crew, crew.Row(fixtureNow).Opened, 500, []protocol.Event{{Time: int64(2 * time.Minute), G: 5000, Func: 1}})
	s.pane.refresh(s.at)
	if got := s.text(); rows(got) != rows(before) || !strings.Contains(got, "1 goroutine behind") {
		t.Errorf("while paused the list went from\n%s\nto\n%s", before, got)
	}
}

func TestGoroutinesCopyAndLocation(t *testing.T) {
	f := newFixture(t)
	s := newStage(t, goroutinesTab(newTestEnv()), slotTab, [2]int{120, 36}, f.crew())
	p := s.pane.(*goroutinesPane)
	if got := p.copyText(); !strings.HasPrefix(got, "main.(*Server).watch  20 live") {
		t.Errorf("copied %q", got)
	}
	s.press("enter", "j")
	if got := p.copyText(); !strings.HasPrefix(got, "g2100  live  main.(*Server).watch  /home/ada/crew/crew.go:88") {
		t.Errorf("copied %q", got)
	}
	if file, line := p.location(); file != "/home/ada/crew/crew.go" || line != 88 {
		t.Errorf("the editor opens %s:%d", file, line)
	}
}

// manyGoroutines is a session with ten thousand goroutines of a hundred kinds, each in a few calls.
func manyGoroutines(tb testing.TB) *model.Session {
	const goroutines, kinds = 10_000, 100
	f := &fixture{tb: tb, store: model.New(model.Limits{})}
	s := f.open("many", 1, time.Minute)
	begin := s.Row(fixtureNow).Opened
	symbols, origins := new(protocol.Symbols), new(protocol.GoroutinesPacket)
	for id := uint64(1); id <= kinds; id++ {
		name := protocol.Text(fmt.Sprintf("example.com/many/internal/pkg%d.(*Type).Run%d", id%10, id))
		symbols.Funcs = append(symbols.Funcs, &protocol.FuncSymbol{ID: id, Name: name})
		symbols.FuncStatus = append(symbols.FuncStatus, &protocol.FuncStatus{ID: id, Func: id, Line: id})
		origins.SiteIDs, origins.Lines = append(origins.SiteIDs, id), append(origins.Lines, id)
		origins.Entries, origins.Creators = append(origins.Entries, name), append(origins.Creators, "main.main")
		origins.Files = append(origins.Files, "/home/ada/many/main.go")
	}
	var b protocol.BatchBuilder
	for g := uint64(1); g <= goroutines; g++ {
		kind := 1 + g%kinds
		origins.IDs, origins.Parents, origins.Sites = append(origins.IDs, g), append(origins.Parents, g/2), append(origins.Sites, kind)
		for depth := range 4 {
			b.Add(protocol.Event{Time: int64(g) * 1000, Func: 1 + (kind-1+uint64(depth))%kinds, G: g})
		}
		if g%3 == 0 {
			for depth := 3; depth >= 0; depth-- {
				b.Add(protocol.Event{Time: int64(g)*1000 + 500, Func: 1 + (kind-1+uint64(depth))%kinds, G: g, Kind: protocol.Leave})
			}
		}
	}
	f.frame(s, begin, protocol.In, &protocol.SymbolPacket{Symbols: symbols})
	f.frame(s, begin, protocol.In, origins)
	s.Packet(protocol.Record{At: fixtureNow, Packet: b.Packet(1, goroutines*1000), Raw: make([]byte, 1000)})
	return s
}

// BenchmarkGoroutines asks for the list of 10,000 goroutines and draws it, as often as the screen never does.
func BenchmarkGoroutines(b *testing.B) {
	many := manyGoroutines(b)
	for _, bb := range []struct{ name, keys, filter string }{
		{"grouped", "", ""}, {"unfolded", "E", ""}, {"flat", "v", ""}, {"flat-by-age", "v s s", ""}, {"flat-filtered", "v", "run7"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			s := newStage(b, goroutinesTab(newTestEnv()), slotTab, [2]int{200, 60}, many)
			s.press(strings.Fields(bb.keys)...)
			s.pane.(filterable).setFilter(bb.filter)
			p := s.pane.(*goroutinesPane)
			var took []time.Duration
			for b.Loop() {
				begin := time.Now()
				p.taken = time.Time{}
				p.refresh(s.at)
				p.view()
				took = append(took, time.Since(begin))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}
