package model

import (
	"errors"
	"slices"

	"goapptrace/protocol"
)

// Bounds on what is known of where goroutines come from.
const (
	maxOrigins     = 1 << 17 // goroutines; those that were heard of first are forgotten first
	maxOriginBytes = 16 << 20
	originsAtOnce  = 1 << 6  // that are forgotten, to make room
	maxSites       = 1 << 13 // go statements; further ones are unknown
	maxSiteBytes   = 4 << 20
	siteCost       = 104 // about what a go statement takes beside its texts, in bytes
	maxAncestors   = 64  // that are asked what a goroutine works on
)

var errGoroutines = errors.New("goroutines whose columns don't pair up")

// site is a go statement, with what it starts.
type site struct {
	entry, creator, file protocol.Text
	line                 uint64
}

func (s *site) cost() int {
	return siteCost + taken(len(s.entry)) + taken(len(s.creator)) + taken(len(s.file))
}

// goroutineLog is where goroutines come from.
type goroutineLog struct {
	known     originTable
	sites     map[uint64]*site
	bytes     int // of the goroutines
	siteBytes int
	spanned   bool                // some goroutine has said what it works on
	busy      func(g uint64) bool // has open calls, and is to be remembered
}

func newGoroutineLog(busy func(g uint64) bool) goroutineLog {
	return goroutineLog{known: newOriginTable(), sites: map[uint64]*site{}, busy: busy}
}

// of is the goroutine's entry, made when there is none.
func (l *goroutineLog) of(g uint64, now int64) *origin {
	o := l.known.get(g)
	if o == nil {
		if l.known.all.n >= maxOrigins {
			l.fit(maxOrigins-originsAtOnce, maxOriginBytes)
		}
		o = l.known.add(origin{g: g, first: now})
		l.bytes += o.cost()
	}
	return o
}

// fit forgets the oldest goroutines until the rest are no more than so many and take no more than so many bytes. Some that have open
// calls are passed over.
func (l *goroutineLog) fit(goroutines, bytes int) {
	for passed := 0; (l.known.all.n > goroutines || l.bytes > bytes) && l.known.all.n > 1; {
		o := l.known.drop()
		if passed < 4*originsAtOnce && l.busy(o.g) {
			l.known.add(o)
			passed++
			continue
		}
		l.bytes -= o.cost()
	}
}

// held is the bytes that all of it keeps in memory.
func (l *goroutineLog) held() int { return l.bytes + l.known.room() + l.siteBytes }

// work notes what goroutine g works on.
func (l *goroutineLog) work(g uint64, span protocol.Text, now int64) {
	o := l.of(g, now)
	l.bytes -= o.cost()
	o.span, l.spanned = span, true
	l.bytes += o.cost()
	l.fit(maxOrigins, maxOriginBytes)
}

// know enters a go statement. The first word on each counts.
func (l *goroutineLog) know(id uint64, s site) {
	cost := s.cost()
	if l.sites[id] != nil || len(l.sites) >= maxSites || l.siteBytes+cost > maxSiteBytes {
		return
	}
	l.sites[id] = &s
	l.siteBytes += cost
}

// entry is the function that goroutine g began with, empty when nobody told.
func (l *goroutineLog) entry(g uint64) protocol.Text {
	if o := l.known.get(g); o != nil {
		if s := l.sites[o.site]; s != nil {
			return s.entry
		}
	}
	return ""
}

// row says where goroutine g comes from.
func (l *goroutineLog) row(g uint64, o *origin) GoroutineRow {
	row := GoroutineRow{ID: g, Parent: o.parent, Span: l.span(o)}
	if s := l.sites[o.site]; s != nil {
		row.Entry, row.Creator, row.File, row.Line = s.entry, s.creator, s.file, s.line
	}
	return row
}

// span is what a goroutine works on: what it said itself, else what those work on that started it.
func (l *goroutineLog) span(o *origin) protocol.Text {
	if !l.spanned {
		return ""
	}
	for range maxAncestors {
		if o == nil || o.span != "" {
			break
		}
		o = l.known.get(o.parent)
	}
	if o == nil {
		return ""
	}
	return o.span
}

// origins takes in where goroutines come from.
func (s *Session) origins(p *protocol.GoroutinesPacket) (protocol.Text, error) {
	n, sites := len(p.IDs), len(p.SiteIDs)
	if len(p.Parents) != n || len(p.Sites) != n || slices.ContainsFunc(
		[]int{len(p.Entries), len(p.Creators), len(p.Files), len(p.Lines)}, func(n int) bool { return n != sites }) {
		return "", errGoroutines
	}
	for i, id := range p.SiteIDs {
		s.goroutines.know(id, site{
			clip(p.Entries[i], maxName), clip(p.Creators[i], maxName), clip(p.Files[i], maxName), p.Lines[i],
		})
	}
	for i, id := range p.IDs {
		o := s.goroutines.of(id, s.calls.last)
		o.parent, o.site = p.Parents[i], p.Sites[i]
		if st := s.calls.stacks.get(id); st != nil {
			st.regroup()
		}
	}
	return plural(uint64(n), "goroutine"), nil
}

// Goroutine says where the goroutine with the ID comes from; ok is false when the tracee has told nothing of it, or so long ago
// that it was forgotten.
func (s *Session) Goroutine(id uint64) (row GoroutineRow, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.goroutines.known.get(id)
	if o == nil {
		return GoroutineRow{}, false
	}
	row = s.goroutines.row(id, o)
	row.FirstCall = s.clock.wall(o.first)
	return row, true
}
