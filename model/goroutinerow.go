package model

import (
	"time"

	"goapptrace/protocol"
	"goapptrace/query"
)

// GoroutineState is what a goroutine is doing, as far as its traced calls tell.
type GoroutineState uint8

// The states of a goroutine.
const (
	GoroutineLive  GoroutineState = iota // in a traced call
	GoroutineCut                         // was, when the session ended
	GoroutineIdle                        // in none, and what it began with hasn't been seen to return
	GoroutineQuiet                       // in none, and what it began with is unknown: it may have ended
	GoroutineEnded                       // what it began with has returned
)

// GoroutineInfo is a goroutine, where it comes from and how it has spent its time.
type GoroutineInfo struct {
	// Entry is the first traced function when the tracee didn't tell, or when there is a Runner; FirstCall is when that was called.
	GoroutineRow
	Runner  protocol.Text // what called Entry, such as sync.(*WaitGroup).Go.func1; empty when it was the go statement
	Told    bool          // the tracee told what the goroutine began with
	State   GoroutineState
	Group   uint64
	Depth   int           // open calls
	Call    uint64        // number of the innermost of them, 0 when there is none
	Func    protocol.Text // its function; of a goroutine without open calls that of its last outermost call
	Calls   uint64        // begun
	Errors  uint64        // calls that returned an error
	Panics  uint64
	Age     time.Duration // since its first call, up to its end where that is known
	InCalls time.Duration // of that, in traced calls; the rest it was elsewhere, or waited
}

// Idle is how long a goroutine was in no traced call since its first one.
func (g *GoroutineInfo) Idle() time.Duration { return g.Age - g.InCalls }

// GoroutineGroup is what the goroutines add up to that begin with the same function.
type GoroutineGroup struct {
	ID    uint64
	Entry protocol.Text
	Told  bool   // see [GoroutineInfo]
	Total uint64 // goroutines ever, whatever the filter
	Kept  int    // that are known and pass the filter; the figures below are theirs
	Live  int    // with those that were when the session ended
	Idle  int    // or quiet
	Ended int    // without a filter also those that are no longer kept

	Calls   uint64
	Age     time.Duration // of the oldest
	InCalls time.Duration
	IdleFor time.Duration

	// Growth is by how much the number of live ones grew over the last seconds, Over, in which it never shrank: a leak,
	// perhaps. 0 when it hardly rose, or no longer does.
	Growth  int
	Over    time.Duration
	History []uint32 // live ones at the last looks, one a second, the oldest first; whatever the filter
}

// GoroutineLine is a line of the list: a group, or one goroutine.
type GoroutineLine struct {
	Group     *GoroutineGroup // nil for a goroutine
	Goroutine GoroutineInfo
}

// GoroutineSort is an order of goroutines. Groups are in that of what their goroutines add up to, for ByID in that of their names.
type GoroutineSort uint8

// The orders. ByState is the live ones first, and of groups those first that grow, then those with most live ones.
const (
	ByState GoroutineSort = iota
	ByID
	ByAge // the oldest first
	ByInCalls
	ByIdle
	ByCalls
)

// GoroutineQuery selects a window of the list of goroutines.
type GoroutineQuery struct {
	Filter  *query.Filter // of [query.Goroutines], nil for all
	Sort    GoroutineSort
	Reverse bool
	Grouped bool            // by entry function
	Open    map[uint64]bool // IDs of the groups whose goroutines are listed
	Growing bool            // only groups that grow
	Within  *GoroutineUses  // only goroutines that had calls in a span, and what they did in it; nil for all time
	Offset  int
	Limit   int
	Now     time.Time
}

// GoroutinePage is the answer to a [GoroutineQuery].
type GoroutinePage struct {
	Rows  []GoroutineLine
	Lines int // in all
	// Of the goroutines that pass the filter, whether their groups grow or not:
	Goroutines int
	Live       int
	Groups     int           // that are listed
	Growing    int           // groups that grow
	Forgotten  uint64        // of all: goroutines that are no longer kept
	Watched    time.Duration // how long groups have been watched for growth, up to a minute
}
