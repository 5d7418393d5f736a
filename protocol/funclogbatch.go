package protocol

// FuncLogBatchPacket carries many events in the order of their times, packed into columns of varints.
// Build one with a [BatchBuilder], read it with [FuncLogBatchPacket.Events].
//
//	Tags        per event  uvarint: function ID << 2 | [EventKind]
//	Times       per event  uvarint: zigzag of ns since the event before (the first: since Base)
//	Goroutines  per run    uvarint: number of events, then uvarint: zigzag of the ID's difference to the run before
type FuncLogBatchPacket struct {
	Seq   uint64 // 1 for a connection's first batch; a gap means that batches are missing
	Base  int64  // the first event's time, monotonic ns of the tracee
	End   int64  // the stream is complete up to this time
	Count uint64 // events in the batch

	Tags       []byte
	Times      []byte
	Goroutines []byte

	// LostFuncs and LostEvents are parallel: what the program did since the batch before, but could not be recorded.
	LostFuncs  []uint64
	LostEvents []uint64
}

// PacketType implements [Packet].
func (*FuncLogBatchPacket) PacketType() PacketType { return TypeFuncLogBatch }

// EventKind is what happened in an [Event].
type EventKind uint8

// The kinds fill two bits of a tag.
const (
	Enter      EventKind = 0
	Leave      EventKind = 1
	LeavePanic EventKind = 2 // left by a panic or by runtime.Goexit
	LeaveError EventKind = 3 // returned an error
)

// Event is one entry into, or exit from, a function.
type Event struct {
	Time int64  // monotonic ns of the tracee
	Func uint64 // FuncSymbol.ID
	G    uint64 // goroutine ID
	Kind EventKind
}
