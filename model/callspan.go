package model

import "math"

// timeSpan is a [Span] in ns of the tracee's clock: from the first time on, up to and without the second.
type timeSpan struct{ from, to int64 }

func (s *Session) timeSpan(span Span) timeSpan {
	if span.All() {
		return timeSpan{math.MinInt64, math.MaxInt64}
	}
	return timeSpan{span.From.UnixNano() - s.clock.offset, span.To.UnixNano() - s.clock.offset}
}

func (t timeSpan) all() bool { return t == timeSpan{math.MinInt64, math.MaxInt64} }

// meets says whether something that began and ended at these times lies in the span, if only in part. What ends where the
// span begins doesn't, unless it took no time.
func (t timeSpan) meets(began, ended int64) bool {
	return began < t.to && (ended > t.from || began >= t.from)
}

// holds says whether a call lies in the span, if only in part.
func (t timeSpan) holds(c *call) bool {
	if c.end == EndOpen {
		return c.start < t.to
	}
	return t.meets(c.start, after(c.start, c.lasted))
}

// misses says that no call of the chunk lies in the span.
func (t timeSpan) misses(c *chunk) bool {
	s := c.sealed
	return s != nil && !t.all() && (s.from >= t.to || s.to < t.from && c.open == 0)
}

// within keeps the calls of the chunk's block k that lie in the filter's span. Open calls last.
func (f *callFilter) within(c *chunk, k int, mask uint64) uint64 {
	if f.span.all() {
		return mask
	}
	if s := c.sealed; s != nil {
		b := &s.blocks[k]
		switch w := b.widths[colStart]; {
		case b.base >= f.span.to:
			f.work += glance
			return 0
		case b.base >= f.span.from && w < 63 && after(b.base, 1<<w) <= f.span.to:
			f.work += glance
			return mask
		}
	}
	return f.each(mask, func(i int) bool {
		of := c.call(k*blockLen + i)
		return f.span.holds(&of)
	})
}
