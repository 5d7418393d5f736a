package model

import (
	"time"

	"goapptrace/protocol"
)

// TimelineWindow is a stretch of time in columns: column i is the Width ns from i*Width ns Unix time on, and those from
// First on are meant, Columns of them.
type TimelineWindow struct {
	Width   int64
	First   int64
	Columns int
}

// Column is the column that a moment lies in, whether it is of the window or not.
func (w TimelineWindow) Column(t time.Time) int64 { return floorDiv(t.UnixNano(), w.Width) }

// At is when a column begins.
func (w TimelineWindow) At(column int64) time.Time { return time.Unix(0, column*w.Width) }

// Span is the window's time.
func (w TimelineWindow) Span() Span { return Span{w.At(w.First), w.At(w.First + int64(w.Columns))} }

// sane is the window with times that can be counted in ns.
func (w TimelineWindow) sane() TimelineWindow {
	const far, most = 1 << 61, 1 << 12
	w.Columns = min(max(w.Columns, 0), most)
	w.Width = min(max(w.Width, 1), far/most)
	w.First = min(max(w.First, -far/w.Width), far/w.Width)
	return w
}

// floorDiv rounds down, also below zero.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// TimelineCell is what calls of one goroutine and depth did in one column.
type TimelineCell struct {
	Calls  uint32        // that were open in it, if only for a part
	Within uint32        // of these, calls that began and ended in it
	Errors uint32        // that ended in it by returning an error
	Panics uint32        // that ended in it by a panic
	Open   bool          // a call of it isn't over
	Busy   time.Duration // for how long of the column there was a call

	// The call that lasts longest in all, and the one that began last; the same one where Calls is 1.
	Longest, Last TimelineCall
}

// TimelineCall is a call in a [TimelineCell].
type TimelineCall struct {
	Seq    uint64
	Func   uint32 // index into [TimelinePicture.Funcs]
	Lasted time.Duration
}

// TimelineRow is a goroutine that had calls in a window.
type TimelineRow struct {
	G     uint64
	Entry protocol.Text // what it began with
	Told  bool          // see [GoroutineInfo]
	Depth int           // lines that it takes: one more than its deepest call of the window

	// By depth and column; nil for goroutines that aren't loaded.
	Lines [][]TimelineCell
	Logs  []uint32 // by column: lines that it logged; nil for none
}

// TimelineMark is what happened in a column to the whole program.
type TimelineMark struct {
	Logs    uint32 // lines that it printed or logged
	Lost    uint64 // events that may have been lost then
	Batches uint64 // batches that may have been
}

// Gap says whether something may be missing.
func (m *TimelineMark) Gap() bool { return m.Lost > 0 || m.Batches > 0 }

// TimelinePicture is what a [Timeline] has come to. It doesn't change any more.
type TimelinePicture struct {
	Window TimelineWindow
	Rows   []TimelineRow // of all goroutines with calls in the window: those like goroutine 1 first, then by entry and number
	Funcs  []protocol.Text
	Marks  []TimelineMark // by column
	Now    time.Time      // up to when open calls have lasted
	Calls  uint64         // retained calls that were looked at, or didn't have to be
	Left   uint64         // calls still to be looked at
	Older  uint64         // calls that are no longer kept
}
