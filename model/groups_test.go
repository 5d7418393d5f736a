package model

import (
	"slices"
	"testing"
	"time"

	"goapptrace/protocol"
)

func TestGrowth(t *testing.T) {
	rising := func(n int) (counts []uint32) {
		for i := range n {
			counts = append(counts, uint32(i/2))
		}
		return counts
	}
	for _, tt := range []struct {
		name   string
		counts []uint32
		by     uint32
		over   int
	}{
		{"nothing", nil, 0, 0},
		{"too few looks", rising(9), 0, 0},
		{"a leak", rising(10), 4, 10},
		{"a leak after another life", append([]uint32{50, 3, 9}, rising(25)...), 12, 25},
		{"a long leak", rising(100), 29, 60},
		{"a leak that has been mended", append(rising(20), slices.Repeat([]uint32{9}, 20)...), 0, 0},
		{"a pool that is filled", append([]uint32{0, 4, 8, 8}, slices.Repeat([]uint32{8}, 6)...), 0, 0},
		{"work that comes and goes", []uint32{0, 3, 2, 5, 4, 8, 7, 9, 11, 10, 12, 13, 14}, 0, 0},
		{"always as many", slices.Repeat([]uint32{7}, 60), 0, 0},
	} {
		var l looks
		for _, n := range tt.counts {
			l.add(n)
		}
		if by, over := l.growth(); by != tt.by || over != tt.over {
			t.Errorf("%s: %d over %d looks, want %d over %d", tt.name, by, over, tt.by, tt.over)
		}
	}
}

func TestHistory(t *testing.T) {
	var l looks
	for n := range uint32(keptLooks + 7) {
		l.add(n)
	}
	h := l.history()
	if len(h) != keptLooks || h[0] != 7 || h[keptLooks-1] != keptLooks+6 {
		t.Errorf("%v", h)
	}
}

// leaking is a session in which, each second, goroutines of main.f1 come and stay, and some of main.f2 come and go.
func leaking(t *testing.T, seconds int) *Session {
	t.Helper()
	s := open(t, Limits{}, 4)
	p := &protocol.GoroutinesPacket{
		SiteIDs: []uint64{1, 2}, Entries: []protocol.Text{"main.f1", "main.f2"}, Creators: []protocol.Text{"main.Leak", "main.main"},
		Files: []protocol.Text{"/src/a.go", "/src/b.go"}, Lines: []uint64{1, 2},
	}
	for i := range seconds {
		at := int64(i) * int64(time.Second)
		leak, work := uint64(100+i), uint64(1000+i)
		p.IDs, p.Parents, p.Sites = []uint64{leak, work}, []uint64{1, 1}, []uint64{1, 2}
		when := epoch.Add(time.Duration(at))
		s.Packet(protocol.Record{At: when, Packet: p})
		s.Packet(protocol.Record{At: when, Packet: batchOf(
			protocol.Event{Time: at, G: leak, Func: 1},
			protocol.Event{Time: at + 1, G: leak, Func: 3},
			protocol.Event{Time: at + 2, G: work, Func: 2},
			protocol.Event{Time: at + 9, G: work, Func: 2, Kind: protocol.Leave})})
		p = new(protocol.GoroutinesPacket)
	}
	return s
}

func TestGroupsThatGrowAreFound(t *testing.T) {
	s := leaking(t, 20)
	now := epoch.Add(20 * time.Second)
	page := s.Goroutines(GoroutineQuery{Grouped: true, Limit: 10, Now: now})
	if len(page.Rows) != 2 || page.Groups != 2 || page.Growing != 1 || page.Goroutines != 40 || page.Live != 20 {
		t.Fatalf("%+v", page)
	}
	leak, work := page.Rows[0].Group, page.Rows[1].Group
	if leak.Entry != "main.f1" || leak.Live != 20 || leak.Ended != 0 || leak.Total != 20 || leak.Growth < 15 || leak.Over < 15*time.Second {
		t.Errorf("the leak: %+v", leak)
	}
	if work.Entry != "main.f2" || work.Live != 0 || work.Ended != 20 || work.Growth != 0 {
		t.Errorf("the others: %+v", work)
	}
	if h := leak.History; len(h) < 15 || !slices.IsSorted(h) || h[len(h)-1] < 18 {
		t.Errorf("history: %v", h)
	}
	only := s.Goroutines(GoroutineQuery{Growing: true, Limit: 100, Now: now})
	if len(only.Rows) != 20 || only.Rows[0].Goroutine.Entry != "main.f1" || only.Rows[0].Goroutine.Depth != 2 {
		t.Errorf("%d goroutines grow: %+v", len(only.Rows), only.Rows[:1])
	}
	if only.Lines != 20 || only.Goroutines != page.Goroutines || only.Live != page.Live {
		t.Errorf("of those that grow %+v, of all %+v", only, page)
	}
}

func TestGroupsAreBounded(t *testing.T) {
	table := newGroupTable()
	for i := range maxGroups + 10 {
		table.of(groupKey{entry: protocol.Text(decimal(uint64(i)))})
	}
	if g := table.of(groupKey{entry: "one more"}); g.id != 0 || len(table.all) != maxGroups {
		t.Errorf("%d groups, the last %+v", len(table.all), g)
	}
	if g := table.of(groupKey{entry: "0"}); g.id != 1 {
		t.Errorf("the first is %+v now", g)
	}
}
