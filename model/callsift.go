package model

import (
	"math/bits"
	"slices"
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

	found map[uint64]bool
	calls map[uint64][]uint64 // their numbers, by goroutine; nil once there are too many
	n     int                 // of all
}

// maxListed is how many calls a sift lists by goroutine. If there are more, one that passes is near wherever one looks.
const maxListed = 1 << 20

// Found says whether goroutine g has such calls, as far as is known.
func (f *CallSift) Found(g uint64) bool { return f.found[g] }

// Sift goes through a chunk, and further ones while more says so. It says whether calls are left.
func (s *Session) Sift(f *CallSift, now time.Time, more func() bool) (left bool) {
	if f.found == nil {
		f.found, f.calls = map[uint64]bool{}, map[uint64][]uint64{}
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
	filter := s.ask(f.Filter, f.Span, now)
	c, i, _ := l.at(f.Next)
	to := int(min(uint64(c.n), uint64(i)+last-f.Next+1))
	picked := filter.look(c, i == 0 && to == chunkLen, func() []int { return filter.up(c, i, to, to-i, nil) })
	f.take(c, f.Next-uint64(i), picked)
	f.Next += uint64(to - i)
	return f.Next <= last
}

// take takes in calls of the chunk whose call 0 is the one numbered base.
func (f *CallSift) take(c *chunk, base uint64, picked []int) {
	if f.n += len(picked); f.n > maxListed {
		f.calls = nil
	}
	var in [chunkLen / 64]uint64 // of the chunk's goroutines
	for _, at := range picked {
		g := c.gIndex(at)
		in[g/64] |= 1 << (g % 64)
		if f.calls != nil {
			g = c.gOf(g)
			f.calls[g] = append(f.calls[g], base+uint64(at))
		}
	}
	for k, word := range in {
		for ; word != 0; word &= word - 1 {
			f.found[c.gOf(uint64(k*64+bits.TrailingZeros64(word)))] = true
		}
	}
}

// listed says whether the calls are known one by one.
func (f *CallSift) listed() bool { return f != nil && f.calls != nil }

// from are the numbers of the calls of goroutine g from one on, in order.
func (f *CallSift) from(g, seq uint64) []uint64 {
	i, _ := slices.BinarySearch(f.calls[g], seq)
	return f.calls[g][i:]
}

// upTo are those up to one.
func (f *CallSift) upTo(g, seq uint64) []uint64 {
	i, _ := slices.BinarySearch(f.calls[g], seq+1)
	return f.calls[g][:i]
}
