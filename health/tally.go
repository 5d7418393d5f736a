package health

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"goapptrace/model"
	"goapptrace/protocol"
)

// Tally adds up what all sessions have brought since the beginning, those included that the store has forgotten. Its methods may be
// called from any goroutine.
type Tally struct {
	newest atomic.Int64 // Unix ns of the newest event
	lag    prometheus.Histogram

	mu   sync.Mutex
	live map[*Visit]struct{}
	gone Sums
}

// Sums are counts of what programs have sent.
type Sums struct {
	Events, Calls, Counted      uint64 // see [model.SessionRow]
	Lost, Unexplained           uint64 // events
	LostCalls, LostEnds         uint64 // lost events by cause, as of the programs' latest totals
	LostOtherwise               uint64 // likewise
	LostDetails, MissingBatches uint64
	Malformed, Forgotten        uint64 // packets, calls
}

// NewTally returns a tally of nothing.
func NewTally() *Tally {
	return &Tally{
		live: map[*Visit]struct{}{},
		lag: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "goapptrace_ingest_lag_seconds",
			Help:    "How long batches of events took from the program to being taken in, in excess of the fastest one of their session (on one machine: of the clocks' difference).",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}),
	}
}

// Open adds a session. Whoever feeds it tells the visit what comes, and closes it.
func (t *Tally) Open(s *model.Session) *Visit {
	v := &Visit{tally: t, session: s, clock: newClock(s.Row(time.Time{}).Remote == "unix")}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.live[v] = struct{}{}
	return v
}

// Sums are those of now. None of them is ever less than it was.
func (t *Tally) Sums() Sums {
	t.mu.Lock()
	sums := t.gone
	live := make([]*Visit, 0, len(t.live))
	for v := range t.live {
		live = append(live, v)
	}
	t.mu.Unlock()
	for _, v := range live {
		sums.add(v.session)
	}
	return sums
}

// Live is how many sessions are open.
func (t *Tally) Live() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.live)
}

// Newest is the time of the newest event taken in, zero before there was one.
func (t *Tally) Newest() time.Time {
	ns := t.newest.Load()
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns)
}

// add adds what s has brought so far.
func (sums *Sums) add(s *model.Session) {
	row := s.Row(time.Time{})
	sums.Events += row.Events
	sums.Calls += row.Calls
	sums.Counted += row.Counted
	sums.Lost += row.Lost
	sums.Unexplained += uint64(max(row.Difference, -row.Difference, 0))
	sums.LostDetails += row.DetailsLost
	sums.MissingBatches += row.MissingBatches
	sums.Malformed += row.Malformed
	sums.Forgotten += row.RetainedOut
	for _, l := range row.Losses {
		switch l.Cause {
		case protocol.CauseCalls:
			sums.LostCalls += l.Events
		case protocol.CauseLeaves:
			sums.LostEnds += l.Events
		default:
			sums.LostOtherwise += l.Events
		}
	}
}

// Visit is a session's part in a tally. One goroutine uses it.
type Visit struct {
	tally   *Tally
	session *model.Session
	clock   clock
}

// Hello tells who the program is.
func (v *Visit) Hello(h *protocol.ClientHelloPacket) {
	if h.WallClock != 0 {
		v.clock.offset, v.clock.known = h.WallClock-h.MonoClock, true
	}
}

// Took tells that the session has taken in a packet, and is done with it now.
func (v *Visit) Took(p protocol.Packet, now time.Time) {
	switch p := p.(type) {
	case *protocol.FuncLogBatchPacket:
		if p.Count == 0 || !v.clock.known {
			return
		}
		v.tally.saw(min(p.End+v.clock.offset, now.UnixNano()))
		v.tally.lag.Observe(v.clock.lag(p.End, now))
	case *protocol.RawFuncLogPacket:
		if p.FuncLog != nil {
			v.tally.saw(min(p.FuncLog.Timestamp, now.UnixNano()))
		}
	}
}

// Close ends the visit. What it has brought stays in the tally.
func (v *Visit) Close() {
	t := v.tally
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, live := t.live[v]; live {
		delete(t.live, v)
		t.gone.add(v.session)
	}
}

func (t *Tally) saw(ns int64) {
	for {
		newest := t.newest.Load()
		if ns <= newest || t.newest.CompareAndSwap(newest, ns) {
			return
		}
	}
}
