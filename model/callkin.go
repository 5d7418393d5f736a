package model

import (
	"time"

	"goapptrace/query"
)

// Kin is how a call is related to another one of its goroutine.
type Kin uint8

// The relations. The calls beside one are those that its caller made; an outermost call stands beside the others of its goroutine.
const (
	Caller Kin = iota
	PreviousCall
	NextCall
	LongestCall // of those that it made; open ones have lasted until now
)

// KinQuery asks for a relative of the retained call numbered Of; or if that is zero for the longest outermost call of
// goroutine G. Relatives that don't pass Filter (of [query.Calls], nil for all) and Span are passed over, up to the next caller
// and along the calls beside it.
type KinQuery struct {
	Of     uint64
	G      uint64
	Kin    Kin
	Filter *query.Filter
	Span   Span
	Now    time.Time
	Until  uint64 // ignore calls numbered above (a paused view); 0 for none
}

// FindKin is the number of the retained call that q asks for. Of a call that made very many others it takes a while, in which
// packets have their turn: not for the screen's own goroutine.
func (s *Session) FindKin(q KinQuery) (seq uint64, ok bool) {
	k := kinSearch{KinQuery: q, at: q.Of}
	for s.findKin(&k) {
	}
	return k.found, k.found != 0
}

// kinSearch is how far the search for a relative has come.
type kinSearch struct {
	KinQuery
	at      uint64 // the call that it came to
	depth   int    // of the calls that are meant
	began   bool
	found   uint64
	longest int64
}

// findKin searches for some ms, and says whether there is more to be searched.
func (s *Session) findKin(k *kinSearch) (more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, f := &s.calls.log, s.ask(k.Filter, k.Span, k.Now)
	if !k.began && !k.begin(l) {
		return false
	}
	left := aSlice / 16
	look := func(seq uint64, c *chunk, i int) bool {
		more = k.look(f, seq, c, i)
		left--
		return more && left > 0
	}
	switch {
	case k.Kin == Caller:
		for k.at = s.calls.caller(k.at); k.at != 0; k.at = s.calls.caller(k.at) {
			if c, i, _ := l.at(k.at); f.lets(c, i) {
				k.found = k.at
				break
			}
		}
	case k.Kin == PreviousCall:
		l.visitBack(k.G, k.at, k.depth, look)
	default:
		l.visit(k.G, k.at, k.depth, look)
	}
	return more && left == 0
}

// begin finds out where the search begins.
func (k *kinSearch) begin(l *callLog) (ok bool) {
	k.began, k.depth, k.longest = true, -1, -1
	if k.Of == 0 && k.Kin != LongestCall {
		return false
	}
	if k.Of != 0 {
		c, i, ok := l.at(k.Of)
		if !ok {
			return false
		}
		k.G, k.depth = c.g(i), c.depth(i)
		if k.Kin == NextCall {
			k.at = l.over(k.Of)
			return k.at != 0
		}
	}
	if k.Kin == LongestCall {
		k.depth++
	}
	return true
}

// look takes in a call that is no deeper than those that are meant, and says whether to go on.
func (k *kinSearch) look(f *callFilter, seq uint64, c *chunk, i int) (more bool) {
	k.at = seq
	of := c.call(i)
	switch {
	case int(of.depth) < k.depth, k.Until != 0 && seq > k.Until:
		return false
	case !f.lets(c, i):
		return true
	case k.Kin != LongestCall:
		k.found = seq
		return false
	}
	if of.end == EndOpen {
		of.lasted = since(of.start, f.now)
	}
	if of.lasted > k.longest {
		k.found, k.longest = seq, of.lasted
	}
	return true
}

// Callers are the calls in which the retained one numbered seq was made, the innermost first, at most so many; whole says
// whether they reach to the goroutine's outermost call.
func (s *Session) Callers(seq uint64, most int, now time.Time) (rows []CallRow, whole bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, i, ok := s.calls.log.at(seq)
	if !ok {
		return nil, false
	}
	depth := c.depth(i)
	if st := s.calls.stacks.get(c.g(i)); st != nil && depth < len(st.frames) && st.frames[depth].seq == seq {
		for depth--; depth >= 0 && len(rows) < most; depth-- { // these are open, too, and known if no longer retained
			rows = append(rows, s.openCall(st, depth, now))
		}
		return rows, depth < 0
	}
	for seq = s.calls.caller(seq); seq != 0 && len(rows) < most; seq = s.calls.caller(seq) {
		rows = append(rows, s.callRow(seq, now))
		depth = rows[len(rows)-1].Depth
	}
	return rows, depth == 0
}
