package protocol

// The tags of a [RawFuncLog].
const (
	TagFuncStart = "funcStart"
	TagFuncEnd   = "funcEnd"
)

// RawFuncLogPacket is one start or end of a call, as 1.0 sends it: about 200 bytes each.
type RawFuncLogPacket struct {
	FuncLog *RawFuncLog
}

// RawFuncLog is the event of a [RawFuncLogPacket].
type RawFuncLog struct {
	ID        int
	Tag       Text
	Timestamp int64    // Unix time in ns
	Frames    []uint64 // FuncStatus IDs, innermost first
	GID       int64
	TxID      uint64 // the same for the start and the end of one call
}

// PacketType implements [Packet].
func (*RawFuncLogPacket) PacketType() PacketType { return TypeRawFuncLog }
