package model

import (
	"iter"
	"maps"
	"math"
	"math/bits"
	"slices"
)

// Buckets of a [Histogram]: each doubling of the time is cut into so many of the same width, so that a time is known to
// one part in 32. Below 32 ns it is exact.
const (
	stepBits = 4
	steps    = 1 << stepBits
	pageSize = 2 * steps // bytes
)

// Histogram counts durations of 0 ns and more by their size, in buckets that are about 6 % wide: a quantile is off by no
// more than one part in 32. It grows as needed, by 32 bytes for each power of two that durations come from.
// The zero Histogram is empty.
type Histogram struct {
	pages  uint64            // a bit for each power of two that has counts, see bucketOf
	counts []uint16          // of those, one page of steps behind the other
	full   map[uint16]uint64 // what counts have no room for, by bucket
	n      uint64            // durations in all
}

// bucketOf is the page and the step within it that a duration is counted in. Times beyond a bucket's page grow by
// 1<<(page-1) a step; the first page's by one.
func bucketOf(ns int64) (page, step uint) {
	v := uint64(max(ns, 0))
	shift := uint(bits.Len64(v|steps)) - stepBits - 1
	bucket := shift<<stepBits + uint(v>>shift)
	return bucket >> stepBits, bucket & (steps - 1)
}

// bucketAt is the least and the largest duration that are counted in a bucket.
func bucketAt(page, step uint) (from, to int64) {
	if page < 2 {
		from = int64(page<<stepBits + step)
		return from, from
	}
	shift := page - 1
	from = int64(steps+step) << shift
	return from, from + (1<<shift - 1)
}

// Add counts a duration in ns, one below zero as zero. It says whether the histogram takes another page of memory for it.
func (h *Histogram) Add(ns int64) (grown bool) {
	page, step := bucketOf(ns)
	if h.pages>>page&1 == 0 {
		h.grow(page)
		grown = true
	}
	h.n++
	n := &h.counts[h.index(page)+step]
	if *n++; *n == 0 {
		h.carry(page, step, 1<<16)
	}
	return grown
}

// index is where the counts of a page begin, which may not be there yet.
func (h *Histogram) index(page uint) uint {
	return uint(bits.OnesCount64(h.pages&(1<<page-1))) << stepBits
}

// grow makes room for a page.
func (h *Histogram) grow(page uint) {
	at := h.index(page)
	counts := make([]uint16, len(h.counts)+steps)
	copy(counts, h.counts[:at])
	copy(counts[at+steps:], h.counts[at:])
	h.counts, h.pages = counts, h.pages|1<<page
}

// carry counts what a bucket has no room for.
func (h *Histogram) carry(page, step uint, n uint64) {
	if h.full == nil {
		h.full = map[uint16]uint64{}
	}
	h.full[uint16(page<<stepBits|step)] += n
}

// Merge adds the counts of another histogram.
func (h *Histogram) Merge(o *Histogram) {
	h.n += o.n
	from := o.counts
	for pages := o.pages; pages != 0; pages &= pages - 1 {
		page := uint(bits.TrailingZeros64(pages))
		if h.pages>>page&1 == 0 {
			h.grow(page)
		}
		to := h.counts[h.index(page):]
		for i, n := range from[:steps] {
			if to[i] += n; to[i] < n {
				h.carry(page, uint(i), 1<<16)
			}
		}
		from = from[steps:]
	}
	for bucket, n := range o.full {
		h.carry(uint(bucket)>>stepBits, uint(bucket)&(steps-1), n)
	}
}

// clone is a copy of its own.
func (h *Histogram) clone() Histogram {
	return Histogram{pages: h.pages, counts: slices.Clone(h.counts), full: maps.Clone(h.full), n: h.n}
}

// Count is how many durations were counted.
func (h *Histogram) Count() uint64 { return h.n }

// bytes is what the counts take in memory.
func (h *Histogram) bytes() int { return 2 * len(h.counts) }

// Bucket is how many durations lie between two, both included, in ns.
type Bucket struct {
	From, To int64
	Count    uint64
}

// Buckets are those that count anything, the shortest durations first.
func (h *Histogram) Buckets() iter.Seq[Bucket] {
	return func(yield func(Bucket) bool) {
		at := 0
		for pages := h.pages; pages != 0; pages &= pages - 1 {
			page := uint(bits.TrailingZeros64(pages))
			for step := range uint(steps) {
				from, to := bucketAt(page, step)
				if n := h.count(at, page, step); n > 0 && !yield(Bucket{from, to, n}) {
					return
				}
			}
			at += steps
		}
	}
}

// Quantile is a duration in ns at which or below which that share of all lies, 0 to 1: of n durations in order, the
// ceil(share*n)-th one. Longest, which is known exactly, bounds it. Of an empty histogram it is 0.
func (h *Histogram) Quantile(share float64, longest int64) int64 {
	rank := max(1, uint64(math.Ceil(share*float64(h.n))))
	switch {
	case h.n == 0:
		return 0
	case rank >= h.n:
		return longest
	}
	page, step := h.find(rank)
	from, to := bucketAt(page, step)
	return min(from+(to-from)/2, longest)
}

// find is the bucket of the duration that has a rank, from the nearer end: percentiles are near the upper one, mostly.
func (h *Histogram) find(rank uint64) (page, step uint) {
	if left := h.n - rank; left < rank {
		at := len(h.counts)
		for pages := h.pages; pages != 0; pages &^= 1 << page {
			page = uint(bits.Len64(pages)) - 1
			at -= steps
			for step = steps; step > 0; {
				step--
				n := h.count(at, page, step)
				if n > left {
					return page, step
				}
				left -= n
			}
		}
		return page, step
	}
	at := 0
	for pages := h.pages; pages != 0; pages &= pages - 1 {
		page = uint(bits.TrailingZeros64(pages))
		for step = range uint(steps) {
			n := h.count(at, page, step)
			if n >= rank {
				return page, step
			}
			rank -= n
		}
		at += steps
	}
	return page, step
}

// count is how many durations were counted in a bucket of the page whose counts begin at an index.
func (h *Histogram) count(at int, page, step uint) uint64 {
	n := uint64(h.counts[at+int(step)])
	if h.full != nil {
		n += h.full[uint16(page<<stepBits|step)]
	}
	return n
}
