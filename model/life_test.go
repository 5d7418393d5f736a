package model

import (
	"slices"
	"testing"
	"time"

	"goapptrace/protocol"
)

// known tells where goroutines come from: each is started by its predecessor and begins with main.f1.
func known(s *Session, ids ...uint64) {
	p := &protocol.GoroutinesPacket{
		SiteIDs: []uint64{1}, Entries: []protocol.Text{"main.f1"}, Creators: []protocol.Text{"main.main"},
		Files: []protocol.Text{"/src/main.go"}, Lines: []uint64{17},
	}
	for _, id := range ids {
		p.IDs, p.Parents, p.Sites = append(p.IDs, id), append(p.Parents, id-1), append(p.Sites, 1)
	}
	s.Packet(record(p))
}

// info is what is known of a goroutine at a time of the tracee's clock.
func info(t *testing.T, s *Session, g uint64, at int64) GoroutineInfo {
	t.Helper()
	i, _, ok := s.GoroutineInfo(g, epoch.Add(time.Duration(at)))
	if !ok {
		t.Fatalf("goroutine %d is unknown", g)
	}
	return i
}

func TestGoroutineStates(t *testing.T) {
	s := open(t, Limits{}, 3)
	known(s, 2, 3, 4)
	feed(s, script("2:+1", "2:+2", "3:+1", "3:~2", "3:-1", "4:+2", "4:!2", "5:+3", "5:-3")...)
	for _, want := range []struct {
		g         uint64
		state     GoroutineState
		fn, entry protocol.Text
		age, in   time.Duration
	}{
		{2, GoroutineLive, "main.f2", "main.f1", 80, 80},
		{3, GoroutineEnded, "main.f1", "main.f1", 20, 20},
		{4, GoroutineIdle, "main.f2", "main.f1", 30, 10},
		{5, GoroutineQuiet, "main.f3", "main.f3", 10, 10},
	} {
		got := info(t, s, want.g, 0)
		if got.State != want.state || got.Func != want.fn || got.Entry != want.entry || got.Age != want.age || got.InCalls != want.in {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	if g := info(t, s, 4, 0); g.Panics != 1 || g.Errors != 0 || g.Calls != 1 || g.Parent != 3 || !g.Told || g.Idle() != 20 {
		t.Errorf("%+v", g)
	}
	if g := info(t, s, 2, 0); g.Depth != 2 || g.Call != 2 || g.Calls != 2 {
		t.Errorf("%+v", g)
	}
	_, stack, _ := s.GoroutineInfo(2, epoch)
	if len(stack) != 2 || stack[0].Name != "main.f1" || stack[1].Name != "main.f2" || stack[1].Duration != 70 || stack[1].Depth != 1 {
		t.Errorf("stack: %+v", stack)
	}
	s.State(epoch, protocol.StateClosed, "")
	if g := info(t, s, 2, 1000); g.State != GoroutineCut || g.Age != 80 {
		t.Errorf("after the end: %+v", g)
	}
	if g := info(t, s, 3, 1000); g.State != GoroutineEnded {
		t.Errorf("after the end: %+v", g)
	}
	if _, _, ok := s.GoroutineInfo(77, epoch); ok {
		t.Error("a goroutine that made no call is known")
	}
}

// What a goroutine began with may be told after its first calls.
func TestLateOrigin(t *testing.T) {
	s := open(t, Limits{}, 2)
	feed(s, script("2:+2", "2:-2")...)
	if g := info(t, s, 2, 0); g.State != GoroutineQuiet || g.Told {
		t.Errorf("%+v", g)
	}
	known(s, 2)
	if g := info(t, s, 2, 0); g.State != GoroutineIdle || !g.Told || g.Entry != "main.f1" {
		t.Errorf("%+v", g)
	}
	groups := s.Goroutines(GoroutineQuery{Grouped: true, Limit: 10, Now: epoch}).Rows
	if len(groups) != 1 || groups[0].Group.Total != 1 {
		t.Errorf("%+v", groups)
	}
}

// What a WaitGroup's goroutine was made to call tells more than that it is a WaitGroup's.
func TestRunners(t *testing.T) {
	s := open(t, Limits{}, 2)
	const runner = "sync.(*WaitGroup).Go.func1"
	s.Packet(record(&protocol.GoroutinesPacket{
		IDs: []uint64{2, 3}, Parents: []uint64{1, 1}, Sites: []uint64{1, 1}, SiteIDs: []uint64{1},
		Entries: []protocol.Text{runner}, Creators: []protocol.Text{"sync.(*WaitGroup).Go"}, Files: []protocol.Text{""}, Lines: []uint64{1},
	}))
	feed(s, script("2:+1", "3:+2", "3:+1", "3:-1", "3:-2")...)
	if g := info(t, s, 2, 0); g.Entry != "main.f1" || g.Runner != runner || !g.Told || g.State != GoroutineLive {
		t.Errorf("%+v", g)
	}
	if g := info(t, s, 3, 0); g.Entry != "main.f2" || g.State != GoroutineEnded {
		t.Errorf("%+v", g)
	}
}

// Of more goroutines than are kept those that ended go first, then those that were silent longest, and never live ones.
func TestGoroutinesAreForgotten(t *testing.T) {
	s := open(t, Limits{}, 2)
	known(s, 1, 2)
	feed(s, script("1:+1", "2:+1", "2:-1", "3:+2", "3:-2")...)
	var events []protocol.Event
	for g := range uint64(maxSilent - 1) {
		at := int64(100 + g)
		events = append(events, protocol.Event{Time: at, Func: 2, G: 10 + g}, protocol.Event{Time: at, Func: 2, G: 10 + g, Kind: protocol.Leave})
	}
	feed(s, events...)
	for g, kept := range map[uint64]bool{1: true, 2: false, 3: false, 10: false, 10 + maxSilent - 2: true} {
		if _, _, ok := s.GoroutineInfo(g, epoch); ok != kept {
			t.Errorf("goroutine %d is known: %t", g, ok)
		}
	}
	page := s.Goroutines(GoroutineQuery{Grouped: true, Sort: ByID, Limit: 10, Now: epoch})
	if want := uint64(forgetAtOnce); page.Forgotten != want || page.Goroutines != maxSilent+2-int(want) {
		t.Errorf("%d are forgotten, %d known", page.Forgotten, page.Goroutines)
	}
	if g := page.Rows[1].Group; g.Entry != "main.f2" || g.Total != maxSilent || g.Kept != page.Goroutines-1 {
		t.Errorf("%+v", g)
	}
}

// Goroutines of which nobody knows whether they have ended don't stay for that, in the places of those that came later.
func TestQuietGoroutinesAreForgotten(t *testing.T) {
	s := open(t, Limits{}, 2)
	known(s, 1)
	const rounds = 4
	g := uint64(10)
	for range rounds * maxSilent {
		if g++; g%2 == 0 {
			known(s, g)
		}
		at := int64(g)
		feed(s, protocol.Event{Time: at, Func: 1, G: g}, protocol.Event{Time: at, Func: 1, G: g, Kind: protocol.Leave})
	}
	page := s.Goroutines(GoroutineQuery{Sort: ByState, Limit: maxSilent, Now: epoch})
	states := map[GoroutineState]int{}
	oldest := g
	for _, row := range page.Rows {
		states[row.Goroutine.State]++
		oldest = min(oldest, row.Goroutine.ID)
	}
	if oldest < g-maxSilent {
		t.Errorf("goroutine %d of %d is still known; in all %v", oldest, g, states)
	}
}

// The frames of a goroutine that was silent from one look to the next are given back, and count until then.
func TestSilentGoroutinesTakeLittle(t *testing.T) {
	s := open(t, Limits{}, 1)
	words := slices.Concat(slices.Repeat([]string{"+1"}, 40), slices.Repeat([]string{"-1"}, 40))
	feed(s, script(words...)...)
	looked := func(after time.Duration) int {
		s.Packet(protocol.Record{At: epoch.Add(after), Packet: &protocol.PingPacket{}})
		return s.calls.stacks.frames * frameCost
	}
	feed(s, protocol.Event{Time: 2000, Func: 1, G: 2})
	if n := looked(time.Second); n < 40*frameCost {
		t.Errorf("after the first look %d bytes", n)
	}
	if n := looked(2 * time.Second); n > 4*frameCost || cap(s.calls.stacks.get(1).frames) > 0 {
		t.Errorf("after the second look %d bytes", n)
	}
}

// Goroutines are among what has to fit into the store's memory.
func TestGoroutinesFallUnderTheBudget(t *testing.T) {
	s := open(t, Limits{Memory: 1 << 20, Packets: 1}, 1)
	for round := range uint64(20) {
		var events []protocol.Event
		for g := round * 1000; g < (round+1)*1000; g++ {
			events = append(events, protocol.Event{Func: 1, G: g}, protocol.Event{Func: 1, G: g, Kind: protocol.Leave})
		}
		feed(s, events...)
	}
	if n := len(s.calls.stacks.byG); n == 0 || n*stackCost > 1<<20 {
		t.Errorf("%d goroutines are kept", n)
	}
	if held := s.held.Load(); held > 1<<20 {
		t.Errorf("%d bytes are held", held)
	}
}

// BenchmarkShortGoroutines takes in goroutines of two events each.
func BenchmarkShortGoroutines(b *testing.B) {
	const each = 2048
	s := open(b, Limits{}, 4)
	g, now := uint64(0), int64(0)
	for b.Loop() {
		var batch protocol.BatchBuilder
		for range each {
			g, now = g+1, now+100
			batch.Add(protocol.Event{Time: now, Func: 1 + g%4, G: g})
			batch.Add(protocol.Event{Time: now + 50, Func: 1 + g%4, G: g, Kind: protocol.Leave})
		}
		s.Packet(record(batch.Packet(1, now)))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(g), "ns/goroutine")
}
