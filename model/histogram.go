package model

import (
	"iter"
	"math"
	"math/bits"
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

// Count is how many durations were counted.
func (h *Histogram) Count() (n uint64) {
	for _, c := range h.counts {
		n += uint64(c)
	}
	for _, c := range h.full {
		n += c
	}
	return n
}

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
		counts := h.counts
		for pages := h.pages; pages != 0; pages &= pages - 1 {
			page := uint(bits.TrailingZeros64(pages))
			for i := range uint(steps) {
				n := uint64(counts[i]) + h.full[uint16(page<<stepBits|i)]
				from, to := bucketAt(page, i)
				if n > 0 && !yield(Bucket{from, to, n}) {
					return
				}
			}
			counts = counts[steps:]
		}
	}
}

// Quantiles works out durations in ns below which, or at which, the shares of all lie that are asked for, 0 to 1 and
// ascending: of n durations in order, the ceil(share*n)-th one. Longest, which is known exactly, bounds them.
// Of an empty histogram they are 0.
func (h *Histogram) Quantiles(longest int64, shares []float64, into []int64) {
	clear(into)
	count := h.Count()
	if count == 0 {
		return
	}
	next, seen := 0, uint64(0)
	rank := func() uint64 { return max(1, uint64(math.Ceil(shares[next]*float64(count)))) }
	for b := range h.Buckets() {
		for seen += b.Count; next < len(shares) && seen >= rank(); next++ {
			into[next] = min(b.From+(b.To-b.From)/2, longest)
			if rank() >= count {
				into[next] = longest
			}
		}
	}
}
