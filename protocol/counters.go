package protocol

// CountersPacket carries exact totals since the connection began, for what is counted rather than streamed.
// Funcs, Calls, TotalNS, MaxNS are parallel slices, as are LostCauses and LostEvents.
type CountersPacket struct {
	Funcs   []uint64 // FuncSymbol IDs
	Calls   []uint64
	TotalNS []uint64
	MaxNS   []uint64

	Emitted    uint64   // events that hooks have tried to record
	LostCauses []Text   // "ring full", ...
	LostEvents []uint64 // events lost by that cause
}

// PacketType implements [Packet].
func (*CountersPacket) PacketType() PacketType { return TypeCounters }
