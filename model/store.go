package model

import (
	"sync/atomic"
	"time"

	"goapptrace/protocol"
)

// Store is all that is known. Its methods may be called from any goroutine.
type Store struct {
	limits  Limits
	changed atomic.Uint64
}

// New returns an empty store.
func New(limits Limits) *Store { return &Store{limits: limits} }

// Changed grows whenever anything in the store changes, the passing of time aside.
func (st *Store) Changed() uint64 { return st.changed.Load() }

// Open adds a session, connected at at from remote.
func (st *Store) Open(id uint64, at time.Time, remote string) *Session { return &Session{id: id} }

// Session is the session with the given ID, nil when there is none.
func (st *Store) Session(id uint64) *Session { return nil }

// Sessions lists all sessions in the order in which they were opened.
func (st *Store) Sessions(now time.Time) []SessionRow { return nil }

// Totals sums up all sessions.
func (st *Store) Totals(now time.Time) Totals { return Totals{} }

var _ protocol.State
