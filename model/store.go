package model

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"goapptrace/protocol"
)

// Store is all that is known. Its methods may be called from any goroutine.
type Store struct {
	limits  Limits
	changed atomic.Uint64
	next    atomic.Pointer[chan struct{}] // closed at the next change; nil while nobody waits for one

	mu       sync.RWMutex
	sessions []*Session // in the order in which they were opened
	probes   []Probe    // of all sessions
}

// New returns an empty store.
func New(limits Limits) *Store { return &Store{limits: limits.withDefaults()} }

// Changed grows whenever anything in the store changes, the passing of time and Pings aside: those of a hundred programs that do nothing else
// would keep a screen awake. It takes no lock.
func (st *Store) Changed() uint64 { return st.changed.Load() }

// Beyond is closed when Changed is another than seen.
func (st *Store) Beyond(seen uint64) <-chan struct{} {
	fresh := make(chan struct{})
	next := st.next.Load()
	for next == nil {
		if st.next.CompareAndSwap(nil, &fresh) {
			next = &fresh
		} else {
			next = st.next.Load()
		}
	}
	if st.Changed() != seen { // perhaps before anybody waited
		st.announce()
	}
	return *next
}

// Touch makes a change of what isn't kept here but is shown with it, such as what watchers have found: who waits for one looks again.
func (st *Store) Touch() { st.touch() }

func (st *Store) touch() {
	st.changed.Add(1)
	if st.next.Load() != nil {
		st.announce()
	}
}

func (st *Store) announce() {
	if next := st.next.Swap(nil); next != nil {
		close(*next)
	}
}

// Open adds a session, connected since at, from remote.
func (st *Store) Open(id uint64, at time.Time, remote string) *Session {
	s := newSession(id, at, remote, st)
	st.mu.Lock()
	defer st.mu.Unlock()
	s.probe(st.probes)
	for len(st.sessions) >= st.limits.Sessions {
		victim := st.victim()
		if victim < 0 {
			break
		}
		st.sessions = slices.Delete(st.sessions, victim, victim+1)
	}
	st.sessions = append(st.sessions, s)
	st.touch()
	return s
}

// victim is the session to forget first: the oldest that was refused, else the oldest that has ended. -1 for none.
func (st *Store) victim() int {
	refused := func(s *Session) bool { return s.current() == protocol.StateRefused }
	if i := slices.IndexFunc(st.sessions, refused); i >= 0 {
		return i
	}
	return slices.IndexFunc(st.sessions, func(s *Session) bool { return s.current().Ended() })
}

// Session is the session with the given ID, nil when there is none.
func (st *Store) Session(id uint64) *Session {
	for _, s := range st.list() {
		if s.id == id {
			return s
		}
	}
	return nil
}

// All are the sessions in the order in which they were opened.
func (st *Store) All() []*Session { return st.list() }

// Sessions lists all sessions in the order in which they were opened, with their rates at the time now.
func (st *Store) Sessions(now time.Time) []SessionRow {
	list := st.list()
	rows := make([]SessionRow, len(list))
	for i, s := range list {
		rows[i] = s.Row(now)
	}
	return rows
}

// Totals sums up all sessions, with their rates at the time now.
func (st *Store) Totals(now time.Time) Totals { return Sum(st.Sessions(now)) }

// Sum sums up sessions.
func Sum(rows []SessionRow) Totals {
	var t Totals
	for _, row := range rows {
		if row.State == protocol.StateEstablished {
			t.Sessions++
		}
		t.CallsPerSecond += row.CallsPerSecond
		t.BytesPerSecond += row.BytesPerSecond
		t.Calls += row.Calls
		t.Events += row.Events
		t.Lost += row.Lost
		t.Counted += row.Counted
		t.RetainedOut += row.RetainedOut
		t.Difference += max(row.Difference, -row.Difference)
		for _, l := range row.Losses {
			t.Losses = addLoss(t.Losses, l)
		}
	}
	return t
}

func (st *Store) list() []*Session {
	st.mu.RLock()
	defer st.mu.RUnlock()
	return slices.Clone(st.sessions)
}
