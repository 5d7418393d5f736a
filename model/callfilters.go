package model

import (
	"time"

	"goapptrace/query"
)

// mostCallFilters is how many filters chunks remember that they hold no call of: a bit for each.
const mostCallFilters = 64

// callFilters are the filters that a session's calls were asked about of late. Those who look at it have their own, and none
// makes the chunks forget what another one's search has found out.
type callFilters struct {
	all   [mostCallFilters]*callFilter // filter k is bit k in chunk.asked
	asked uint64                       // how often any was asked for
}

// ask makes the filter ready for whoever wants to ask about calls. The session is locked.
func (s *Session) ask(filter *query.Filter, span Span, now time.Time) *callFilter {
	f := s.filters.of(filter, s.timeSpan(span))
	f.update(filter, span, s, now)
	return f
}

// of is the filter that is ready, or else the place of the one that nobody has asked for the longest.
func (fs *callFilters) of(filter *query.Filter, span timeSpan) *callFilter {
	fs.asked++
	oldest := 0
	for k, f := range fs.all {
		if f == nil {
			f = &callFilter{bit: 1 << k}
			fs.all[k], oldest = f, k
			break
		}
		if f.span == span && f.filter.String() == filter.String() {
			f.used = fs.asked
			return f
		}
		if f.used < fs.all[oldest].used {
			oldest = k
		}
	}
	f := fs.all[oldest]
	f.used = fs.asked
	return f
}

// forget has no chunk know any more that the filter lets none of its calls through.
func (l *callLog) forget(f *callFilter) {
	if f.bit == 0 {
		return
	}
	for _, c := range l.chunks {
		c.asked &^= f.bit
	}
}
