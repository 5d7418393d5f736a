package model

import (
	"time"

	"goapptrace/protocol"
	"goapptrace/query"
)

// FuncRow is one line of the function table. Times count finished calls; recursion counts once in Total,
// but for counted calls. Counted calls have no part in Self, Panics, Errors and percentiles.
type FuncRow struct {
	ID             uint64
	Name           protocol.Text
	File           protocol.Text
	Line           uint64
	Mode           byte   // how it is traced now: protocol.FuncFull, FuncCount, FuncOff or FuncHeld
	Calls          uint64 // begun
	Counted        uint64 // of these, finished calls that were counted and not streamed: they are in no log
	Unseen         uint64 // of a [FuncRange]: how many were counted at any time; those of its stretch are missing in the figures
	Open           uint64
	Panics         uint64
	Errors         uint64  // calls that returned an error
	Lost           uint64  // events lost; with any, the figures are too small
	Touched        uint64  // streamed calls that were open while events of any function were lost: Self may be too large
	CallsPerSecond float64 // over the last second or so
	Trend          Trend
	Total          time.Duration
	Self           time.Duration // without the traced calls that it made
	Mean           time.Duration
	P50, P90, P99  time.Duration // that so many of a hundred calls took at most, off by no more than one part in 32
	Timed          uint64        // calls that these are of: the streamed ones that are over, but for those whose end was lost,
	Untimed        uint64        // and for so many, of which there was no memory left to know more than the sums
	Max            time.Duration
	MaxCall        uint64 // CallRow.Seq of the longest; 0 when that was counted
}

// FuncSort is a column to sort the function table by.
type FuncSort uint8

// The columns to sort by, each a field of [FuncRow].
const (
	SortTotal FuncSort = iota
	SortSelf
	SortCalls
	SortRate
	SortMean
	SortMax
	SortName
	SortErrors // with panics
	SortP50
	SortP90
	SortP99
	SortMode // those traced in full last
	SortLost
)

// FuncQuery selects a window of the function table.
type FuncQuery struct {
	Filter  *query.Filter // of query.Functions, nil for all
	Sort    FuncSort
	Reverse bool // false: the largest first, names from a to z
	Offset  int
	Limit   int
	Now     time.Time
}

// FuncPage is the answer to a [FuncQuery].
type FuncPage struct {
	Rows    []FuncRow
	Matches int           // functions that pass the filter
	Busiest time.Duration // largest Total of all that pass, for scaling bars
}

// Function is the row of one function, with its rate at the time now.
func (s *Session) Function(id uint64, now time.Time) (FuncRow, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fn := s.calls.funcs.known(id)
	if fn == overflowIndex {
		return FuncRow{}, false
	}
	return s.funcRow(fn, s.figures(now)), true
}
