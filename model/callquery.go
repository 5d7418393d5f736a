package model

import (
	"math"
	"slices"
	"strings"
	"time"
)

// nameFilter is the set of functions whose names contain a text. It is worked out once per text and function.
type nameFilter struct {
	text    string // in lower case
	set     []uint64
	sketch  funcSketch
	id      uint64 // another one whenever text or names change
	seen    int    // functions looked at
	renamed uint64 // of the function table
}

// update brings the set up to date for a filter text.
func (f *nameFilter) update(text string, t *functionTable) {
	text = strings.ToLower(text)
	if text != f.text || f.renamed != t.renamed {
		*f = nameFilter{text: text, set: f.set[:0], id: f.id + 1, renamed: t.renamed}
	}
	for ; f.seen < len(t.symbols); f.seen++ {
		if f.seen>>6 == len(f.set) {
			f.set = append(f.set, 0)
		}
		if strings.Contains(t.symbols[f.seen].lower, text) {
			f.set[f.seen>>6] |= 1 << (f.seen & 63)
			f.sketch.add(uint32(f.seen))
		}
	}
}

func (f *nameFilter) has(fn uint32) bool {
	return f.text == "" || f.set[fn>>6]&(1<<(fn&63)) != 0
}

// passes says whether a chunk may hold calls that the filter lets through. A sealed chunk remembers the answer:
// its functions were all known when it was sealed.
func (f *nameFilter) passes(c *chunk) bool {
	switch {
	case f.text == "":
		return true
	case !c.presence.meets(&f.sketch):
		return false
	case c.sealed == nil:
		return true
	}
	if c.asked != f.id {
		c.asked, c.found = f.id, c.sealed.holds(f.has)
	}
	return c.found
}

// Calls is a window of the call log.
func (s *Session) Calls(q CallQuery) CallPage {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.filter.update(q.Filter, &s.calls.funcs)
	l := &s.calls.log
	last := l.total
	if q.Until != 0 {
		last = min(last, q.Until)
	}
	page := CallPage{RetainedOut: l.first() - 1, Newer: l.total - last}
	if l.total > 0 {
		page.First, page.Last = l.first(), l.total
	}
	anchor := q.Anchor
	if anchor == 0 {
		anchor = math.MaxUint64
	}
	anchor = max(min(anchor, last+1), l.first())
	seqs := l.before(anchor, q.Before, &s.filter)
	seqs = append(seqs, l.from(anchor, last, q.After, &s.filter)...)
	page.Rows = make([]CallRow, len(seqs))
	for i, seq := range seqs {
		page.Rows[i] = s.callRow(seq, q.Now)
		page.Longest = max(page.Longest, page.Rows[i].Duration)
	}
	page.Gaps = s.gapsAmong(page.Rows)
	return page
}

// Call is the retained call numbered seq, as of now.
func (s *Session) Call(seq uint64, now time.Time) (CallRow, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, _, ok := s.calls.log.at(seq); !ok {
		return CallRow{}, false
	}
	return s.callRow(seq, now), true
}

// callRow is the row of a retained call.
func (s *Session) callRow(seq uint64, now time.Time) CallRow {
	c, i, _ := s.calls.log.at(seq)
	of := c.call(i)
	sym := &s.calls.funcs.symbols[of.fn]
	if of.end == EndOpen {
		of.lasted = since(of.start, s.clock.at(now))
	}
	row := CallRow{
		Seq: seq, Start: s.clock.wall(of.start), G: of.g, Depth: int(of.depth),
		Func: sym.id, Name: sym.name, File: sym.file, Line: sym.line,
		Duration: time.Duration(of.lasted), End: of.end,
		Touched: s.gaps.touch(of.start, after(of.start, of.lasted)),
	}
	c.details.fill(i, &row)
	return row
}

// before picks the n newest matching calls numbered below anchor, in order.
func (l *callLog) before(anchor uint64, n int, f *nameFilter) []uint64 {
	var seqs []uint64
	for seq := anchor - 1; seq >= l.first() && len(seqs) < n; {
		c, i, _ := l.at(seq)
		if !f.passes(c) {
			seq -= uint64(i) + 1
			continue
		}
		for ; i >= 0 && len(seqs) < n; i, seq = i-1, seq-1 {
			if f.has(c.fn(i)) {
				seqs = append(seqs, seq)
			}
		}
	}
	slices.Reverse(seqs)
	return seqs
}

// from picks the n oldest matching calls numbered anchor to last, in order.
func (l *callLog) from(anchor, last uint64, n int, f *nameFilter) []uint64 {
	var seqs []uint64
	for seq := anchor; seq <= last && len(seqs) < n; {
		c, i, _ := l.at(seq)
		if !f.passes(c) {
			seq += uint64(chunkLen - i)
			continue
		}
		for ; i < c.n && seq <= last && len(seqs) < n; i, seq = i+1, seq+1 {
			if f.has(c.fn(i)) {
				seqs = append(seqs, seq)
			}
		}
	}
	return seqs
}
