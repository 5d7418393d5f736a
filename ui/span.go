package ui

import (
	"time"

	"goapptrace/model"
)

// rangeText tells that all tabs are narrowed to a stretch of time: from when to when, how long that is, and the way out.
func (e *env) rangeText(span model.Span) string {
	const parts = 100 // of the length can be told apart
	fine := span.Length() / parts
	from, to := timelineClock(span.From, fine), timelineClock(span.To, fine)
	if span.From.Truncate(time.Minute).Equal(span.To.Truncate(time.Minute)) {
		to = to[len("15:04:"):]
	}
	return "range " + from + " to " + to + " (" + formatDuration(span.Length(), e.glyphs) + "), * lifts it"
}
