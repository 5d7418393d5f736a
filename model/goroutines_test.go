package model

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"goapptrace/protocol"
)

func TestGoroutineOrigins(t *testing.T) {
	s := open(t, Limits{}, 1)
	feed(s, script("+1", "-1")...)
	s.Packet(record(&protocol.GoroutinesPacket{
		IDs: []uint64{1, 18}, Parents: []uint64{0, 1}, Sites: []uint64{0, 1},
		SiteIDs: []uint64{1}, Entries: []protocol.Text{"main.work"}, Creators: []protocol.Text{"main.main"},
		Files: []protocol.Text{"/src/main.go"}, Lines: []uint64{17},
	}))
	s.Packet(record(&protocol.GoroutinesPacket{IDs: []uint64{19}, Parents: []uint64{18}, Sites: []uint64{1}}))
	at := epoch.Add(20 * time.Nanosecond)
	for _, want := range []GoroutineRow{
		{ID: 1, FirstCall: at},
		{ID: 18, Parent: 1, Entry: "main.work", Creator: "main.main", File: "/src/main.go", Line: 17, FirstCall: at},
		{ID: 19, Parent: 18, Entry: "main.work", Creator: "main.main", File: "/src/main.go", Line: 17, FirstCall: at},
	} {
		if got, ok := s.Goroutine(want.ID); !ok || got != want {
			t.Errorf("got  %+v, %t\nwant %+v", got, ok, want)
		}
	}
	if got, ok := s.Goroutine(20); ok {
		t.Errorf("a goroutine that nobody told of: %+v", got)
	}
}

// A goroutine works on what it says last, else on what the one that started it works on.
func TestGoroutineSpans(t *testing.T) {
	s := open(t, Limits{}, 1)
	s.Packet(record(&protocol.GoroutinesPacket{IDs: []uint64{2, 3}, Parents: []uint64{1, 2}, Sites: []uint64{0, 0}}))
	feed(s, protocol.Event{Time: 1, G: 1, Func: 1}, protocol.Event{Time: 2, G: 2, Func: 1}, protocol.Event{Time: 3, G: 2, Func: 1})
	span := func(g uint64, start int64, text protocol.Text, want ...protocol.Text) {
		t.Helper()
		s.Packet(record(detail(g, start, protocol.DetailSpan, text)))
		for i, w := range want {
			if row, _ := s.Goroutine(uint64(i + 1)); row.Span != w {
				t.Errorf("goroutine %d works on %q, want %q", i+1, row.Span, w)
			}
		}
	}
	span(1, 1, "TestA", "TestA", "TestA", "TestA")
	span(2, 2, "TestA/b", "TestA", "TestA/b", "TestA/b")
	span(2, 3, "TestA/c", "TestA", "TestA/c", "TestA/c")
}

func TestGoroutinesThatDoNotPair(t *testing.T) {
	s := open(t, Limits{}, 1)
	ids, texts := []uint64{1}, []protocol.Text{"x"}
	for i, cut := range []func(*protocol.GoroutinesPacket){
		func(p *protocol.GoroutinesPacket) { p.IDs = nil },
		func(p *protocol.GoroutinesPacket) { p.Parents = nil },
		func(p *protocol.GoroutinesPacket) { p.Sites = nil },
		func(p *protocol.GoroutinesPacket) { p.SiteIDs = nil },
		func(p *protocol.GoroutinesPacket) { p.Entries = nil },
		func(p *protocol.GoroutinesPacket) { p.Creators = nil },
		func(p *protocol.GoroutinesPacket) { p.Files = nil },
		func(p *protocol.GoroutinesPacket) { p.Lines = nil },
	} {
		p := &protocol.GoroutinesPacket{
			IDs: ids, Parents: ids, Sites: ids, SiteIDs: ids, Entries: texts, Creators: texts, Files: texts, Lines: ids,
		}
		cut(p)
		s.Packet(record(p))
		if row := s.Row(epoch); row.Malformed != uint64(i+1) {
			t.Errorf("%+v: %+v", p, row)
		}
		if _, ok := s.Goroutine(1); ok {
			t.Errorf("%+v was taken in", p)
		}
	}
}

// Of more goroutines than are kept the oldest go, but not those that have open calls.
func TestGoroutinesAreBounded(t *testing.T) {
	s := open(t, Limits{}, 1)
	feed(s, protocol.Event{G: 1, Func: 1})
	const each = 1 << 12
	for round := range uint64(maxOrigins/each + 2) {
		p := &protocol.GoroutinesPacket{Parents: make([]uint64, each), Sites: make([]uint64, each)}
		for i := range uint64(each) {
			p.IDs = append(p.IDs, 1+round*each+i)
		}
		s.Packet(record(p))
	}
	l := &s.goroutines
	if n := l.known.all.n; n > maxOrigins || n < maxOrigins-originsAtOnce || l.known.chains.n != maxOrigins || l.bytes != n*originCost {
		t.Errorf("%d goroutines in %d chains and %d bytes", l.known.all.n, l.known.chains.n, l.bytes)
	}
	if _, ok := s.Goroutine(1); !ok {
		t.Error("the goroutine with an open call is forgotten")
	}
	if _, ok := s.Goroutine(2); ok {
		t.Error("the oldest is still there")
	}
}

// Go statements have a bound each, and one together.
func TestSitesAreBounded(t *testing.T) {
	s := open(t, Limits{}, 1)
	long := protocol.Text(strings.Repeat("x", 2*maxName))
	for i := range uint64(maxSites + 10) {
		text := protocol.Text(fmt.Sprint(i))
		if i%2 == 0 {
			text = long
		}
		one := []protocol.Text{text}
		s.Packet(record(&protocol.GoroutinesPacket{SiteIDs: []uint64{i}, Entries: one, Creators: one, Files: one, Lines: []uint64{i}}))
	}
	l := &s.goroutines
	var sum int
	for _, site := range l.sites {
		sum += site.cost()
	}
	if len(l.sites) > maxSites || l.siteBytes > maxSiteBytes || sum != l.siteBytes {
		t.Errorf("%d sites, %d bytes by its own account, really %d", len(l.sites), l.siteBytes, sum)
	}
}
