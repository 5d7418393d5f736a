package watch

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
)

// stage is a session that a test feeds, and what watches it.
type stage struct {
	t       *testing.T
	store   *model.Store
	session *model.Session
	watch   *Watch
	now     time.Time
	batches uint64
}

var epoch = time.Unix(1_700_000_000, 0)

func newStage(t *testing.T, watchers ...Watcher) *stage {
	s := &stage{t: t, store: model.New(model.Limits{}), now: epoch}
	s.watch = New(s.store, watchers)
	s.open(1)
	return s
}

// open makes a session, in which functions 1 to 9 are called main.f1 to main.f9.
func (s *stage) open(id uint64) {
	s.session, s.batches = s.store.Open(id, epoch, "here"), 0
	s.session.Hello(&protocol.ClientHelloPacket{AppName: "app", WallClock: epoch.UnixNano()}, protocol.Current)
	s.session.State(epoch, protocol.StateEstablished, "")
	names := new(protocol.Symbols)
	for id := range uint64(9) {
		names.Funcs = append(names.Funcs, &protocol.FuncSymbol{ID: id + 1, Name: protocol.Text(fmt.Sprint("main.f", id+1))})
	}
	s.packet(&protocol.SymbolPacket{Symbols: names})
}

func (s *stage) packet(p protocol.Packet) {
	s.session.Packet(protocol.Record{At: s.now, Packet: p, Raw: make([]byte, 10)})
}

// call is a call to feed: of function fn for so long, ended in that way, with calls within.
type call struct {
	fn     uint64
	lasted time.Duration
	end    protocol.EventKind
	within []call
}

// feed feeds calls of a goroutine, one after the other from now on, and lost events of function 9 before.
func (s *stage) feed(g uint64, lost uint64, calls ...call) {
	var b protocol.BatchBuilder
	at := s.now
	add := func(kind protocol.EventKind, fn uint64) {
		b.Add(protocol.Event{Time: at.Sub(epoch).Nanoseconds(), G: g, Func: fn, Kind: kind})
	}
	var run func(c call)
	run = func(c call) {
		began := at
		add(protocol.Enter, c.fn)
		for _, inner := range c.within {
			run(inner)
		}
		if end := began.Add(c.lasted); end.After(at) {
			at = end
		}
		if c.end != protocol.Enter { // else it stays open
			add(c.end, c.fn)
		}
	}
	for _, c := range calls {
		run(c)
	}
	s.now = at
	s.batches++
	p := b.Packet(s.batches, at.Sub(epoch).Nanoseconds())
	if lost > 0 {
		p.LostFuncs, p.LostEvents = []uint64{9}, []uint64{lost}
	}
	s.packet(p)
}

// look waits, and collects what was found.
func (s *stage) look(after time.Duration) {
	s.now = s.now.Add(after)
	for _, row := range s.store.Sessions(s.now) { // they live
		s.store.Session(row.ID).Packet(protocol.Record{At: s.now, Packet: new(protocol.PingPacket)})
	}
	for range 3 { // what is found is told one time later, and what takes a search two
		s.watch.Look(s.now)
	}
}

// begin has the watch look for the first time: from then on it knows rates.
func (s *stage) begin() {
	s.feed(1, 0, call{8, 0, ok, nil})
	s.look(0)
}

// found is the findings, one a line.
func (s *stage) found() (lines []string) {
	for _, row := range s.watch.Report(s.now).Rows {
		for _, f := range row.Findings {
			line := fmt.Sprintf("%s: %s ×%d", f.Watcher, strings.TrimSpace(string(f.Name)+" "+string(f.Of)), f.Times)
			for mark, is := range map[string]bool{" new": f.New, " lasting": f.Lasting, " touched": f.Touched} {
				if is {
					line += mark
				}
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func (s *stage) expect(when string, want ...string) {
	s.t.Helper()
	marks := func(lines []string) (sorted []string) {
		for _, line := range lines {
			words := strings.Split(line, " ")
			slices.Sort(words)
			sorted = append(sorted, strings.Join(words, " "))
		}
		return sorted
	}
	if got := s.found(); !slices.Equal(marks(got), marks(want)) {
		s.t.Errorf("%s:\n got %q\nwant %q", when, got, want)
	}
}

const (
	ok     = protocol.Leave
	failed = protocol.LeaveError
	panics = protocol.LeavePanic
	ms     = time.Millisecond
)

func many(n int, c call) []call { return slices.Repeat([]call{c}, n) }

func TestDefaults(t *testing.T) {
	for _, tt := range []struct {
		name  string
		feed  func(s *stage)
		found []string
	}{
		{"a healthy program", func(s *stage) {
			s.feed(1, 0, call{1, time.Hour, ok, []call{{2, time.Minute, ok, many(20, call{3, ms, ok, nil})}}})
			s.feed(2, 0, many(40, call{4, ms, failed, nil})...)
		}, nil},
		{"a panic goes up", func(s *stage) {
			s.feed(1, 0, call{1, ms, ok, []call{{2, ms, panics, []call{{3, ms, panics, nil}}}}})
		}, []string{"panic: main.f3 ×1 new"}},
		{"a slow call among many", func(s *stage) {
			s.feed(1, 0, many(20, call{3, ms, ok, nil})...)
			s.feed(1, 0, call{3, 300 * ms, ok, nil}, call{3, 400 * ms, failed, nil}, call{4, time.Second, ok, nil})
		}, []string{"slow call: main.f3 ×2 new"}},
		{"an error storm", func(s *stage) {
			s.begin()
			s.feed(1, 0, many(30, call{3, ms, failed, nil})...)
			s.look(970 * ms)
		}, []string{"error storm: main.f3 ×1 new lasting"}},
		{"N+1 calls", func(s *stage) {
			s.feed(1, 0, call{1, ms, ok, many(31, call{2, ms, ok, nil})}, call{1, ms, ok, many(30, call{3, ms, ok, nil})}, call{4, ms, ok, many(99, call{5, 40, ok, nil})})
		}, []string{"N+1 calls: main.f1 main.f2 ×1 new"}},
		{"a hot function", func(s *stage) {
			s.begin()
			for range 21 {
				s.feed(1, 0, many(10_000, call{6, 3, ok, nil})...)
			}
			s.look(990 * ms)
		}, []string{"hot function: main.f6 ×1 new lasting"}},
		{"a goroutine leak", func(s *stage) {
			for g := range uint64(20) {
				s.feed(g+1, 0, call{7, 0, protocol.Enter, nil})
				s.look(time.Second)
			}
		}, []string{"goroutine leak: main.f7 ×1 new lasting"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t, Defaults()...)
			tt.feed(s)
			s.look(0)
			s.expect(tt.name, tt.found...)
		})
	}
}

// Where a loss may be all there is to it, nothing is found; where it only hides more, that is marked.
func TestLosses(t *testing.T) {
	s := newStage(t, Watcher{Name: "slow", Text: "dur > 100ms"}, Watcher{Name: "panic", Text: "panic"}, Watcher{Name: "leak", Text: "growth(entry) > 5"})
	s.feed(1, 7, call{1, time.Second, ok, []call{{2, time.Second, panics, nil}}})
	for g := range uint64(20) {
		s.feed(g+10, g&1, call{7, 0, protocol.Enter, nil})
		s.look(time.Second)
	}
	s.expect("with losses", "panic: main.f2 ×1 new touched")
	r := s.watch.Report(s.now)
	if r.Rows[0].LeftOut != 2 || r.Rows[1].LeftOut != 0 || r.Rows[2].LeftOut == 0 {
		t.Errorf("left out: %+v", r.Rows)
	}
}

func TestAcknowledge(t *testing.T) {
	s := newStage(t, Watcher{Name: "panic", Text: "panic"}, Watcher{Name: "errors", Text: "rate(func) > 20 and err"})
	all := func(*Finding) bool { return true }
	s.feed(1, 0, call{1, ms, panics, nil}, call{2, ms, panics, nil})
	s.look(0)
	s.watch.Acknowledge(func(f *Finding) bool { return f.Name == "main.f2" })
	s.expect("one is acknowledged", "panic: main.f1 ×1 new", "panic: main.f2 ×1")
	if n := s.watch.News(); n != 1 {
		t.Errorf("%d news", n)
	}
	s.feed(1, 0, call{2, ms, panics, nil})
	s.look(0)
	s.expect("it happens again", "panic: main.f2 ×2 new", "panic: main.f1 ×1 new")
	s.watch.Acknowledge(all)

	storm := func(errors int) {
		s.feed(1, 0, many(errors, call{3, ms, failed, nil})...)
		s.look(time.Second)
	}
	storm(50)
	s.watch.Acknowledge(all)
	storm(50)
	s.expect("what lasts is no news", "panic: main.f2 ×2", "panic: main.f1 ×1", "errors: main.f3 ×1 lasting")
	for range calm - 1 {
		storm(1)
	}
	storm(50)
	s.expect("nor what wavers", "panic: main.f2 ×2", "panic: main.f1 ×1", "errors: main.f3 ×1 lasting")
	for range calm {
		storm(1)
	}
	s.expect("it is over", "panic: main.f2 ×2", "panic: main.f1 ×1", "errors: main.f3 ×1")
	storm(50)
	s.expect("it begins again", "panic: main.f2 ×2", "panic: main.f1 ×1", "errors: main.f3 ×2 new lasting")
	s.session.State(s.now, protocol.StateClosed, "")
	s.look(0)
	s.expect("the program has ended", "panic: main.f2 ×2", "panic: main.f1 ×1", "errors: main.f3 ×2 new")
}

// A burst is found although nothing arrives any more when it is time to look.
func TestABurstBeforeSilence(t *testing.T) {
	s := newStage(t, Watcher{Name: "errors", Text: "rate(func) > 20 and err"})
	s.begin()
	s.feed(1, 0, many(50, call{3, ms, failed, nil})...)
	for range 30 {
		s.look(interval)
	}
	s.expect("after the burst", "errors: main.f3 ×1 new")
}

func TestSwitch(t *testing.T) {
	s := newStage(t, Watcher{Name: "panic", Text: "panic"}, Watcher{Name: "slow", Text: "dur > 1s", Off: true})
	both := []call{{1, 2 * time.Second, panics, nil}}
	s.feed(1, 0, both...)
	s.look(0)
	s.expect("one is off", "panic: main.f1 ×1 new")
	s.watch.Switch("panic", true)
	s.watch.Switch("slow", false)
	s.feed(1, 0, both...)
	s.look(0)
	s.expect("the other is", "panic: main.f1 ×1 new", "slow: main.f1 ×1 new")
	s.watch.Set([]Watcher{{Name: "slow", Text: "dur > 1s"}, {Name: "quick", Text: "dur < 1s"}, {Name: "wrong", Text: "dur > soon"}})
	s.feed(1, 0, both...)
	s.look(0)
	s.expect("others take their places", "slow: main.f1 ×2 new")
	if got := s.watch.Watchers(); len(got) != 2 || got[1].Name != "quick" {
		t.Errorf("watchers: %+v", got)
	}
}

// Sessions that come later are watched as well, and what was found in each is its own.
func TestSessions(t *testing.T) {
	s := newStage(t, Watcher{Name: "panic", Text: "panic"})
	s.feed(1, 0, call{1, ms, panics, nil})
	s.open(2)
	s.feed(1, 0, call{1, ms, panics, nil})
	s.look(0)
	s.expect("in two sessions", "panic: main.f1 ×1 new", "panic: main.f1 ×1 new")
}

func TestFindingsAreBounded(t *testing.T) {
	s := newStage(t, Watcher{Name: "panic", Text: "panic"})
	for i := range uint64(MostFindings + 10) {
		names := &protocol.Symbols{Funcs: []*protocol.FuncSymbol{{ID: 100 + i, Name: protocol.Text(fmt.Sprint("main.p", i))}}}
		s.packet(&protocol.SymbolPacket{Symbols: names})
		s.feed(1, 0, call{100 + i, ms, panics, nil})
		s.look(0)
		if i == 5 {
			s.watch.Acknowledge(func(f *Finding) bool { return f.Name == "main.p5" })
		}
	}
	r := s.watch.Report(s.now)
	found := r.Rows[0].Findings
	if len(found) != MostFindings || r.Dropped != 10 || s.watch.News() != MostFindings {
		t.Fatalf("%d findings, %d dropped", len(found), r.Dropped)
	}
	if oldest := found[len(found)-1]; oldest.Name != "main.p10" {
		t.Errorf("the oldest is %s", oldest.Name)
	}
}

func TestCheck(t *testing.T) {
	for _, w := range append(Defaults(), Watcher{Name: "mine", Text: "rate(pkg) > 1k and pkg = store"}) {
		if err := w.Check(); err != nil {
			t.Errorf("%q: %v", w.Name, err)
		}
	}
	for _, w := range []Watcher{
		{Name: "", Text: "panic"},
		{Name: "a: b", Text: "panic"},
		{Name: " a", Text: "panic"},
		{Name: strings.Repeat("x", LongestName+1), Text: "panic"},
		{Name: "none", Text: " "},
	} {
		if err := w.Check(); err == nil {
			t.Errorf("%+v makes sense", w)
		}
	}
	var wrong *query.Error
	if err := (Watcher{Name: "wrong", Text: "dur > soon"}).Check(); !errors.As(err, &wrong) || wrong.At != 6 {
		t.Errorf("%v", err)
	}
}

func TestJoin(t *testing.T) {
	own := []Watcher{{Name: "mine", Text: "err"}, {Name: "panic", Off: true}, {Name: "slow call", Text: "dur > 5s"}}
	list := Join(own)
	if n := len(Defaults()) + 1; len(list) != n || list[n-1].Name != "mine" || !list[0].Off || list[0].Text == "" || list[1].Text != "dur > 5s" {
		t.Errorf("%+v", list)
	}
	back := Own(list)
	slices.SortFunc(back, func(a, b Watcher) int { return strings.Compare(a.Name, b.Name) })
	if !slices.Equal(back, []Watcher{own[0], own[1], own[2]}) {
		t.Errorf("%+v", back)
	}
	if own := Own(Join([]Watcher{{Name: "mine", Text: "err", Once: true}, {Name: "panic", Off: true, Once: true}})); own != nil {
		t.Errorf("kept, though for once: %+v", own)
	}
	if own := Own(Defaults()); own != nil {
		t.Errorf("the defaults are somebody's own: %+v", own)
	}
}

// The goroutine that looks ends with Close, and the screen hears of what it finds.
func TestStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		w := Start(s.store, []Watcher{{Name: "panic", Text: "panic"}})
		before := w.Changed()
		s.feed(1, 0, call{1, ms, panics, nil})
		time.Sleep(3 * interval)
		if w.News() != 1 || w.Changed() == before {
			t.Errorf("%d news", w.News())
		}
		w.Close()
		w.Close()
	})
	var none *Watch
	if none.Close(); none.News() != 0 || none.Changed() != 0 || len(none.Report(time.Time{}).Rows)+len(none.Watchers()) != 0 {
		t.Error("without a watch something is found")
	}
}

// A call that hangs is found while it does. It lasts longer from look to look, and is found once.
func TestHangingCalls(t *testing.T) {
	s := newStage(t, Watcher{Name: "hangs", Text: "dur > 1s"})
	s.begin()
	s.feed(1, 0, call{1, 0, protocol.Enter, []call{{2, 0, protocol.Enter, []call{{3, 0, protocol.Enter, nil}}}}})
	s.expect("at first")
	s.look(3 * time.Second)
	want := []string{"hangs: main.f2 ×1 new", "hangs: main.f3 ×1 new"}
	s.expect("while it hangs", want...)
	lasted := func() time.Duration {
		f := s.watch.Report(s.now).Rows[0].Findings[0]
		if !f.Open() {
			t.Fatal("it doesn't hang")
		}
		return f.Example.Duration
	}
	if before := lasted(); before < 3*time.Second {
		t.Errorf("it has lasted %v", before)
	}
	s.look(5 * time.Second)
	if by := lasted(); by < 8*time.Second {
		t.Errorf("it has lasted %v by now", by)
	}
	if !s.watch.again.IsZero() {
		t.Errorf("it is looked for at %v, though nothing arrives", s.watch.again)
	}
	s.session.State(s.now, protocol.StateClosed, "")
	s.look(time.Second)
	s.expect("when it was cut off", want...)
	if f := s.watch.Report(s.now).Rows[0].Findings[0]; f.Open() || !s.watch.again.IsZero() {
		t.Errorf("the program has ended, and %+v is open; again at %v", f.Example, s.watch.again)
	}
}

// Where nothing arrives nobody looks, but for calls that may hang, and rates that were too large until they aren't any more. What was
// found is as fresh as who asks.
func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		time.Sleep(time.Until(epoch))
		w := Start(s.store, []Watcher{{Name: "hangs", Text: "dur > 3s"}, {Name: "hot", Text: "rate(func) > 20"}})
		defer w.Close()
		s.feed(1, 0, call{8, 0, ok, nil})
		time.Sleep(2 * time.Second)
		s.now = time.Now()
		s.feed(1, 0, append(many(100, call{3, 0, ok, nil}), call{1, 0, protocol.Enter, []call{{2, 0, protocol.Enter, nil}}})...)
		live := func(d time.Duration) {
			for range d / protocol.PingInterval {
				time.Sleep(protocol.PingInterval)
				s.session.Packet(protocol.Record{At: time.Now(), Packet: new(protocol.PingPacket)})
			}
			synctest.Wait()
		}
		live(21 * time.Second)
		at := func() (lasting int, hangs time.Duration) {
			for _, row := range w.Report(time.Now()).Rows {
				for _, f := range row.Findings {
					if f.Lasting {
						lasting++
					}
					hangs = max(hangs, f.Example.Duration)
				}
			}
			return lasting, hangs
		}
		if lasting, hangs := at(); lasting != 0 || hangs < 19*time.Second {
			t.Errorf("%d rates last, a call hangs for %v", lasting, hangs)
		}
		changed, seen := s.store.Changed(), w.seen
		live(time.Hour)
		if _, hangs := at(); hangs < time.Hour {
			t.Errorf("a call hangs for %v", hangs)
		}
		if s.store.Changed() != changed || w.seen != seen || !w.again.IsZero() {
			t.Error("it is looked for what can't be there")
		}
	})
}

// Of a hundred sessions only the one is looked at in which something has arrived.
func TestQuietSessions(t *testing.T) {
	s := newStage(t, Defaults()...)
	for id := range uint64(10) {
		s.open(id + 2)
		s.feed(1, 0, call{1, 0, protocol.Enter, nil})
	}
	s.look(0)
	s.look(time.Minute)
	before := s.watch.looks
	s.feed(1, 0, call{2, 0, ok, nil})
	s.watch.Look(s.now.Add(time.Minute))
	changed := 0
	for id, l := range s.watch.looks {
		if l != before[id] {
			changed++
		}
	}
	if changed != 1 {
		t.Errorf("%d sessions were looked at", changed)
	}
}
