// Package model holds what is known of the traced programs: their sessions, handshakes, packets, calls and functions.
//
// [New] makes a [Store]; [Store.Open] adds a [Session] for each connection. One goroutine per session feeds it
// ([Session.Step], [Session.State], [Session.Packet], ...) in the order in which things happened; any number of
// goroutines ask. Every answer is a copy that holds no more than the rows asked for, so that a frame of the screen
// costs what it shows and not what is stored.
//
// The package does no I/O and has no clock of its own: whoever asks says what time it is.
package model

import (
	"cmp"
	"time"

	"goapptrace/protocol"
	"goapptrace/query"
)

// Limits bound what a [Store] keeps. Zero fields take the defaults.
type Limits struct {
	Memory      int // bytes that calls, packets and output of all sessions may take; of the largest session the oldest go first (512 MiB)
	Calls       int // calls retained per session; 0 for as many as Memory permits, six to twelve bytes each
	Packets     int // packets retained per session (16,384)
	PacketBytes int // bytes that they may take, frames and contents (32 MiB)
	OutputBytes int // bytes of program output retained per session (8 MiB)
	Sessions    int // sessions retained; ended ones go first (256)
}

func (l Limits) withDefaults() Limits {
	return Limits{
		Memory:      cmp.Or(l.Memory, 512<<20),
		Calls:       l.Calls,
		Packets:     cmp.Or(l.Packets, 1<<14),
		PacketBytes: cmp.Or(l.PacketBytes, 32<<20),
		OutputBytes: cmp.Or(l.OutputBytes, 8<<20),
		Sessions:    cmp.Or(l.Sessions, 256),
	}
}

// Exit is how a program that we started ended.
type Exit struct {
	At     time.Time     // filled in by [Session.Exited]
	Status int           // exit status, -1 when a signal ended it
	Signal string        // name of the signal, such as "killed"
	Crash  protocol.Text // the runtime's own report of a panic or fatal error, with the stack
}

// SessionRow is one line of the session list.
type SessionRow struct {
	ID      uint64
	App     protocol.Text
	PID     int64
	Host    protocol.Text
	Remote  string // address of the peer
	State   protocol.State
	Reason  protocol.Text // why it was refused, closed or lost
	Version protocol.Version
	Opened  time.Time
	Since   time.Time                   // when State was entered
	Exit    *Exit                       // nil while the program runs or when we didn't start it
	Hello   *protocol.ClientHelloPacket // nil before it came; not to be changed

	CallsPerSecond float64
	BytesPerSecond float64
	Calls          uint64 // calls streamed in all
	Counted        uint64 // finished calls that the tracee counted and did not stream
	Events         uint64 // enters and leaves received
	Packets        uint64
	Bytes          uint64
	Lost           uint64 // events that the tracee counted as lost
	Losses         []Loss // the same by cause, as of the tracee's latest totals
	MissingBatches uint64 // batches that never came, by the gaps between their numbers
	Emitted        uint64 // events that hooks have tried to record, as of the tracee's latest totals
	Settled        bool   // the session has ended, and its last totals came behind its last batch
	Difference     int64  // of a settled session, Emitted less what was received, lost and counted: 0 when the ledger is exact
	RetainedOut    uint64 // calls that no longer are kept
	Orphans        uint64 // leaves without an enter
	Unkept         uint64 // calls nested too deeply, or in too many goroutines, to be followed
	Malformed      uint64 // packets whose contents made no sense
	Open           int    // calls that have not returned
	Functions      int
	Goroutines     int    // with open calls
	Unhooked       uint64 // functions of the program so small that they were left without a hook
	DetailsLost    uint64 // details of calls (arguments, results, error texts) that the tracee had no room for
}

// Loss is how many events were lost by one cause.
type Loss struct {
	Cause  protocol.Text
	Events uint64
}

// Totals are the sums over all sessions, for the status line.
type Totals struct {
	Sessions       int // established now
	CallsPerSecond float64
	BytesPerSecond float64
	Calls          uint64
	Counted        uint64
	Events         uint64
	Lost           uint64
	Losses         []Loss // by cause
	RetainedOut    uint64
	Difference     int64 // sum of the settled sessions' differences, whatever their signs
}

// PacketRow is one line of the packet log.
type PacketRow struct {
	Seq     uint64 // 1, 2, ... within the session
	At      time.Time
	Dir     protocol.Direction
	Type    protocol.PacketType
	Bytes   int
	Summary protocol.Text // what is in it, on one line
	Kept    bool          // its bytes are kept, see [Session.PacketAt]
	Batch   uint64        // number of a batch, 0 for other packets
	Missing uint64        // batches that never came, between this one and the one before
	Lost    uint64        // events that the tracee could not record, of which this batch tells
}

// PacketQuery selects packets that pass Filter (of [query.Packets], nil for all) and lie in Span: batches with the time of their
// events, others by the time of their coming. See [CallQuery] for the way of the window.
type PacketQuery struct {
	Filter *query.Filter
	Span   Span
	Anchor uint64
	Before int
	After  int
}

// PacketPage is the answer to a [PacketQuery], the oldest row first.
type PacketPage struct {
	Rows        []PacketRow
	First, Last uint64 // sequence numbers of the oldest and newest packet retained; 0 when none
	Matches     int    // of all retained packets
}

// PacketKind adds up the packets of a type in one direction.
type PacketKind struct {
	Type             protocol.PacketType // 0 for those without contents
	Dir              protocol.Direction
	Packets          uint64
	Bytes            uint64 // of whole frames
	Largest          int    // bytes
	PacketsPerSecond float64
	BytesPerSecond   float64
	Last             time.Time // when the newest came
}

// CallRow is one line of the call log.
type CallRow struct {
	Seq   uint64 // 1, 2, ... in the order of the starts, within the session
	Start time.Time
	G     uint64
	Depth int // 0 for a goroutine's first traced call
	Func  uint64
	Name  protocol.Text
	File  protocol.Text
	Line  uint64
	// Duration is how long the call took, or has taken until now when it is open.
	Duration time.Duration
	End      CallEnd
	// Touched says that events were lost while the call was open: calls that it made may be missing.
	Touched bool

	// What the tracee has told about this call, shortly after its start or its end; empty when it said nothing.
	Args    protocol.Text // id=17, name="x"
	Results protocol.Text // in the same form
	Err     protocol.Text // text of the error that it returned
	Span    protocol.Text // what it does as a whole, such as the name of a test
}

// GoroutineRow says where a goroutine comes from. Fields are empty when the tracee didn't tell.
type GoroutineRow struct {
	ID        uint64
	Parent    uint64        // the goroutine that started it, 0 when unknown
	Entry     protocol.Text // function that it began with
	Creator   protocol.Text // function whose go statement started it
	File      protocol.Text // file and line of that statement
	Line      uint64
	Span      protocol.Text // what it works on now, such as the name of a test; else what it worked on last
	FirstCall time.Time     // about when it first called a traced function
}

// CallEnd is how a call ended.
type CallEnd uint8

// The ends of a call.
const (
	EndOpen    CallEnd = iota // still running
	EndReturn                 // returned
	EndPanic                  // left by a panic or runtime.Goexit
	EndUnknown                // its end was lost, or the session ended before it
	EndError                  // returned an error
)

// CallQuery selects a window of the call log: of the calls that pass Filter (of [query.Calls], nil for all) and lie in Span,
// if only in part, the Before newest ones that started before the call numbered Anchor, and the After oldest ones from Anchor on.
// An Anchor of zero stands for the end of the log: with Before = n, After = 0 the newest n calls.
type CallQuery struct {
	Filter *query.Filter
	Span   Span
	Anchor uint64
	Before int
	After  int
	Now    time.Time // up to when open calls have lasted
	Until  uint64    // ignore calls numbered above (a paused view); 0 for none
	// Slices is how many slices of some ms the search may take, between which packets have their turn; 0 for any number.
	// What it hasn't come to is in [CallPage.Unseen]: the same query, asked again, goes on there.
	Slices int
}

// CallPage is the answer to a [CallQuery], the oldest row first.
type CallPage struct {
	Rows        []CallRow
	First, Last uint64        // numbers of the oldest and newest call retained; 0 when none
	RetainedOut uint64        // calls no longer kept
	Newer       uint64        // calls after Until
	Unseen      uint64        // calls that the search didn't come to; there may be more rows
	Longest     time.Duration // of Rows, for scaling bars
	Gaps        []Gap         // among Rows, in order: each belongs ahead of the first row numbered BeforeSeq or above
}

// Gap is a place in the call log where something is missing.
type Gap struct {
	BeforeSeq uint64    // number of the next call that is known
	At        time.Time // about when
	Lost      uint64    // events that the tracee could not record
	Batches   uint64    // batches that never came, with nobody knows how many events
}

// OutputLine is one line that the program printed or logged.
type OutputLine struct {
	Seq    uint64
	At     time.Time
	Stream string        // "stdout" or "stderr"; "log" or "slog" for packages log and log/slog
	G      uint64        // goroutine that logged it, 0 when unknown
	Level  protocol.Text // of slog: "INFO", "ERROR"...
	Text   protocol.Text
}

// OutputQuery selects lines of output that pass Filter (of [query.Output], nil for all) and lie in Span.
// See [CallQuery] for the way of the window.
type OutputQuery struct {
	Filter  *query.Filter
	Span    Span
	Streams []string // only lines of these; all when empty
	Anchor  uint64
	Before  int
	After   int
}

// OutputPage is the answer to an [OutputQuery], the oldest line first.
type OutputPage struct {
	Rows        []OutputLine
	First, Last uint64 // numbers of the oldest and newest line retained; 0 when none
	Matches     int    // of all retained lines
	Dropped     uint64 // lines no longer kept
}
