package model

import "time"

// Span is a stretch of time that views are narrowed to: from From on, up to and without To. The zero Span is all time.
type Span struct{ From, To time.Time }

// All says that the span leaves out nothing.
func (s Span) All() bool { return s == Span{} }

// Holds says whether a moment lies in the span.
func (s Span) Holds(t time.Time) bool {
	return s.All() || !t.Before(s.From) && t.Before(s.To)
}

// Meets says whether something that began and ended at these moments lies in the span, if only in part. What ends where the
// span begins doesn't, unless it took no time.
func (s Span) Meets(began, ended time.Time) bool {
	return s.All() || began.Before(s.To) && (ended.After(s.From) || !began.Before(s.From))
}

// Length is how long the span is, 0 for all time.
func (s Span) Length() time.Duration { return s.To.Sub(s.From) }
