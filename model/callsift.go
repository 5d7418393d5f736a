package model

import (
	"math/bits"
	"time"

	"goapptrace/query"
)

// CallSift finds the goroutines that have calls which pass Filter (of [query.Calls], nil for all) and Span. It goes through the
// log in slices, from Next on; one goroutine at a time may use it.
type CallSift struct {
	Filter *query.Filter
	Span   Span
	Until  uint64 // ignore calls numbered above (a paused view); 0 for none
	Next   uint64 // number of the first call that it hasn't come to
	found  map[uint64]bool
	in     [chunkLen / 64]uint64 // of a chunk's goroutines, those that were found
}

// Found says whether goroutine g has such calls, as far as is known.
func (f *CallSift) Found(g uint64) bool { return f.found[g] }

// Sift goes through a chunk, and further ones while more says so. It says whether calls are left.
func (s *Session) Sift(f *CallSift, now time.Time, more func() bool) (left bool) {
	if f.found == nil {
		f.found = map[uint64]bool{}
	}
	for left = s.sift(f, now); left && more(); left = s.sift(f, now) {
	}
	return left
}

// sift goes through a chunk.
func (s *Session) sift(f *CallSift, now time.Time) (left bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, last := &s.calls.log, s.calls.log.total
	if f.Until != 0 {
		last = min(last, f.Until)
	}
	f.Next = max(f.Next, l.first())
	if f.Next > last {
		return false
	}
	s.filter.update(f.Filter, f.Span, s, now)
	c, i, _ := l.at(f.Next)
	to := int(min(uint64(c.n), uint64(i)+last-f.Next+1))
	f.Next += uint64(to - i)
	f.chunk(&s.filter, c, i, to)
	return f.Next <= last
}

// chunk takes in the goroutines of the calls that pass, of those from index i up, below to.
func (f *CallSift) chunk(filter *callFilter, c *chunk, i, to int) {
	picked := filter.look(c, i == 0 && to == chunkLen, func() (passing []int) {
		return filter.up(c, i, to, to-i, nil)
	})
	clear(f.in[:])
	for _, at := range picked {
		g := c.gIndex(at)
		f.in[g/64] |= 1 << (g % 64)
	}
	for k, word := range f.in {
		for ; word != 0; word &= word - 1 {
			f.found[c.gOf(uint64(k*64+bits.TrailingZeros64(word)))] = true
		}
	}
}
