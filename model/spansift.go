package model

import (
	"math"
	"time"

	"goapptrace/query"
)

// What is known of calls comes a little later than their ends. Those that a filter for it doesn't let through are asked
// about again for so long, unless there are too many.
const (
	toldWithin = int64(time.Second)
	mostUntold = 1 << 16
)

// ofTexts are the fields of a call that may become known when it is over.
var ofTexts = query.Set(query.FieldArgs, query.FieldResults, query.FieldError, query.FieldSpan)

// ask makes ready to ask about the filter. The session is locked.
func (w *spanWalk) ask(now time.Time) {
	if w.filter != nil {
		w.asking.update(w.filter, Span{}, w.session, now)
	}
}

// mayPass says whether the filter may let calls of a chunk through.
func (w *spanWalk) mayPass(c *chunk) bool {
	return w.filter == nil || w.asking.root == nil || w.asking.root.mayPass(c)
}

// worth are the calls of a chunk's block k, as bits, that are worth a look: those that pass, unless others may come to.
func (w *spanWalk) worth(c *chunk, k int) uint64 {
	const all = math.MaxUint64
	uses := w.filter.Uses()
	if w.filter == nil || uses&ofTexts != 0 || c.open > 0 && uses&atEnd != 0 {
		return all
	}
	return w.asking.match(c, k, all>>max((k+1)*blockLen-c.n, 0))
}

// choose picks call i of a chunk, if the filter lets it through or may do so when it is over.
func (w *spanWalk) choose(c *chunk, i int, of spanCall) {
	of.out = w.filter != nil && !w.asking.lets(c, i)
	switch uses := w.filter.Uses(); {
	case !of.out, of.end == EndOpen && uses&atEnd != 0:
		w.picked = append(w.picked, of)
	case uses&ofTexts != 0 && len(w.open) < mostUntold && w.untold(&of.call):
		of.end = EndOpen
		w.picked = append(w.picked, of)
	}
}

// untold says that more may become known of a call that is over.
func (w *spanWalk) untold(c *call) bool {
	return after(after(c.start, c.lasted), toldWithin) > w.session.calls.last && !w.session.row.State.Ended()
}

// sift asks again about a call that was open, or untold. The session is locked.
func (w *spanWalk) sift(c *spanCall) {
	chunk, i, ok := w.session.calls.log.at(c.seq)
	if w.filter == nil || !ok || w.filter.Uses()&atEnd == 0 {
		return
	}
	c.out = !w.asking.lets(chunk, i)
	if c.out && c.end != EndOpen && w.filter.Uses()&ofTexts != 0 && w.untold(&c.call) {
		c.end = EndOpen
	}
}

// shown are the calls that are open, those apart that don't pass the filter.
func (w *spanWalk) shown(yield func(*spanCall) bool) {
	for i := range w.open {
		if c := &w.open[i]; !c.out && !yield(c) {
			return
		}
	}
}
