package model

import (
	"maps"
	"slices"
	"time"

	"goapptrace/query"
)

// mostEnded bounds how many ends of calls wait for a [Tail] to be told.
const mostEnded = 1 << 16

// Tail follows a session's calls: it tells each one once, when it is over. Calls that were over when it came to them are told in
// the order of their starts, the others, which were open, when they end. [Session.Tail] makes one. Each [Tail.Turn] brings what
// ended before the turn before, as what is known of a call comes shortly after its end; [Tail.Next] tells it. Who is slow holds
// up nobody: the log is what waits for him, and what it forgets he has missed.
//
// One goroutine at a time may use it.
type Tail struct {
	session *Session
	filter  *query.Filter

	// Under the session's lock.
	next    uint64          // number of the first call that it hasn't come to
	upTo    uint64          // it comes to calls up to this one in this turn,
	mark    uint64          // and up to this one in the next: when these end, that is noted
	ended   []uint64        // calls up to mark that ended since the turn began,
	waiting []uint64        // in the turn before,
	ripe    []uint64        // or before that: they are told now
	later   map[uint64]bool // those of ended and waiting that it hasn't come to
	looked  int             // how many of ended are among these
	missed  uint64
}

// Tail follows the calls that pass a filter (of [query.Calls], nil for all) from the one numbered from on. [Tail.Close] ends it.
func (s *Session) Tail(filter *query.Filter, from uint64) *Tail {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &Tail{session: s, filter: filter, next: max(from, 1), later: map[uint64]bool{}}
	s.calls.tails = append(s.calls.tails, t)
	return t
}

// Close ends the tail: from now on it costs the session nothing.
func (t *Tail) Close() {
	s := t.session
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls.tails = slices.DeleteFunc(s.calls.tails, func(other *Tail) bool { return other == t })
}

// Turn begins the next turn. Whatever the one before had to tell has been told.
func (t *Tail) Turn() {
	s := t.session
	s.mu.Lock()
	defer s.mu.Unlock()
	t.look()
	maps.DeleteFunc(t.later, func(seq uint64, _ bool) bool { return seq < t.next })
	t.upTo, t.mark = t.mark, s.calls.log.total
	t.ripe, t.waiting, t.ended, t.looked = t.waiting, t.ended, nil, 0
}

// end notes that a call is over.
func (t *Tail) end(seq uint64) {
	switch {
	case seq > t.mark: // it will be found over
	case len(t.ended) < mostEnded:
		t.ended = append(t.ended, seq)
	case seq < t.next:
		t.missed++
	}
}

// look notes which calls are told later than when it comes to them.
func (t *Tail) look() {
	for _, seq := range t.ended[t.looked:] {
		if seq >= t.next {
			t.later[seq] = true
		}
	}
	t.looked = len(t.ended)
}

// Next is up to n calls that the turn has brought and that weren't told yet. There may be none though more says that there are
// others: a search goes on for a few ms at a time, between which packets have their turn.
func (t *Tail) Next(n int, now time.Time) (rows []CallRow, more bool) {
	s := t.session
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.ask(t.filter, Span{}, now)
	f.only = ^uint8(1 << EndOpen)
	t.look()
	for _, seq := range append(t.pass(f, n), t.ripen(f, n)...) {
		rows = append(rows, s.callRow(seq, now))
	}
	return rows, t.next <= t.upTo || len(t.ripe) > 0
}

// pass goes on with the calls up to upTo.
func (t *Tail) pass(f *callFilter, n int) []uint64 {
	l := &t.session.calls.log
	if t.next < l.first() {
		t.skip(l.first())
	}
	if t.next > t.upTo {
		return nil
	}
	seqs, unseen := l.from(t.next, t.upTo, n, f)
	if len(seqs) == n {
		t.next = seqs[n-1] + 1
	} else {
		t.next = t.upTo + 1 - unseen
	}
	return slices.DeleteFunc(seqs, func(seq uint64) bool {
		later := t.later[seq]
		delete(t.later, seq)
		return later
	})
}

// skip goes on to a call, for those before it are forgotten.
func (t *Tail) skip(first uint64) {
	t.missed += first - t.next
	for seq := range t.later {
		if seq >= t.next && seq < first {
			t.missed-- // it counts when its turn to be told comes
		}
	}
	t.next = first
}

// ripen takes some of the calls that had been open when it came to them.
func (t *Tail) ripen(f *callFilter, n int) (seqs []uint64) {
	l := &t.session.calls.log
	for len(t.ripe) > 0 && len(seqs) < n && f.work < aSlice {
		c, i, ok := l.at(t.ripe[0])
		switch {
		case !ok:
			t.missed++
		case f.lets(c, i):
			seqs = append(seqs, t.ripe[0])
		}
		t.ripe = t.ripe[1:]
	}
	return seqs
}

// Missed is how many calls, whether or not they would have passed the filter, were forgotten before they could be told, since it
// was asked before.
func (t *Tail) Missed() uint64 {
	s := t.session
	s.mu.Lock()
	defer s.mu.Unlock()
	n := t.missed
	t.missed = 0
	return n
}

// Idle says that nothing is to be told until something else happens in the session.
func (t *Tail) Idle() bool {
	s := t.session
	s.mu.Lock()
	defer s.mu.Unlock()
	return t.next > s.calls.log.total && len(t.ended)+len(t.waiting)+len(t.ripe) == 0
}
