package model

import (
	"math"
	"math/bits"
	"slices"
	"time"
)

// aSlice is how many values a search looks at before it lets the tracee's packets have their turn: some ms.
const aSlice = 1 << 20

// Calls is a window of the call log.
func (s *Session) Calls(q CallQuery) CallPage {
	for slices := q.Slices; ; slices-- {
		if page := s.slice(q); page.Unseen == 0 || slices == 1 {
			return page
		}
	}
}

// slice is a window of the call log, as far as it is found in a bounded time. Since chunks without any call that passes are
// remembered, the next slice goes on where this one ends.
func (s *Session) slice(q CallQuery) CallPage {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.ask(q.Filter, q.Span, q.Now)
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
	seqs, older := l.before(anchor, q.Before, f)
	more, newer := l.from(anchor, last, q.After, f)
	seqs, page.Unseen = append(seqs, more...), older+newer
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

// before picks the n newest matching calls numbered below anchor, in order, and says how many calls it didn't come to.
func (l *callLog) before(anchor uint64, n int, f *callFilter) (seqs []uint64, unseen uint64) {
	var picked []int
	seq := anchor - 1
	for seq >= l.first() && len(seqs) < n && f.work < aSlice {
		c, i, _ := l.at(seq)
		picked = f.look(c, i == chunkLen-1, func() []int { return f.down(c, i, n-len(seqs), picked[:0]) })
		for _, at := range picked {
			seqs = append(seqs, seq-uint64(i-at))
		}
		seq -= uint64(i) + 1
	}
	if len(seqs) < n {
		unseen = seq + 1 - l.first()
	}
	slices.Reverse(seqs)
	return seqs, unseen
}

// from picks the n oldest matching calls numbered anchor to last, in order, and says how many calls it didn't come to.
func (l *callLog) from(anchor, last uint64, n int, f *callFilter) (seqs []uint64, unseen uint64) {
	var picked []int
	seq := anchor
	for seq <= last && len(seqs) < n && f.work < aSlice {
		c, i, _ := l.at(seq)
		to := int(min(uint64(c.n), uint64(i)+last-seq+1))
		picked = f.look(c, i == 0 && to == chunkLen, func() []int { return f.up(c, i, to, n-len(seqs), picked[:0]) })
		for _, at := range picked {
			seqs = append(seqs, seq+uint64(at-i))
		}
		seq += uint64(to - i)
	}
	if len(seqs) < n && seq <= last {
		unseen = last + 1 - seq
	}
	return seqs, unseen
}

// look picks calls of a chunk, and remembers when it finds none among all. Work that would have to be done again the next time
// doesn't count, so that each slice gets further than the one before.
func (f *callFilter) look(c *chunk, all bool, pick func() []int) []int {
	if !f.passes(c) {
		return nil
	}
	work := f.work
	if f.knowsNone(c) {
		f.only = 1 << EndOpen
		defer func() { f.only, f.work = 0, work }()
		return pick()
	}
	picked := pick()
	switch {
	case len(picked) > 0 || !all:
		f.work = work
	case !f.all() && f.only == 0:
		c.asked |= f.bit
	}
	return picked
}

// down appends the indexes of up to n calls that pass, from index i down.
func (f *callFilter) down(c *chunk, i, n int, picked []int) []int {
	for k := i / blockLen; k >= 0; k-- {
		mask := f.match(c, k, math.MaxUint64>>(blockLen-1-i%blockLen))
		for ; mask != 0; mask &^= 1 << (i % blockLen) {
			if len(picked) == n {
				return picked
			}
			i = bits.Len64(mask) - 1
			picked = append(picked, k*blockLen+i)
		}
		i = blockLen - 1
	}
	return picked
}

// up appends the indexes of up to n calls that pass, from index i up, below to.
func (f *callFilter) up(c *chunk, i, to, n int, picked []int) []int {
	for k := i / blockLen; k*blockLen < to; k++ {
		mask := uint64(math.MaxUint64) << (i % blockLen)
		if over := (k+1)*blockLen - to; over > 0 {
			mask &= math.MaxUint64 >> over
		}
		for mask = f.match(c, k, mask); mask != 0; mask &= mask - 1 {
			if len(picked) == n {
				return picked
			}
			picked = append(picked, k*blockLen+bits.TrailingZeros64(mask))
		}
		i = 0
	}
	return picked
}
