package protocol

// CountersPacket carries exact totals since the connection began, for what is counted rather than streamed.
// Funcs, Calls, TotalNS, MaxNS and Modes are parallel slices (Modes may be empty: nothing changed), as are
// LostCauses and LostEvents. A packet names the functions whose figures or mode changed since the packet before.
type CountersPacket struct {
	Funcs   []uint64 // FuncSymbol IDs
	Calls   []uint64 // finished calls that were counted, not streamed
	TotalNS []uint64 // their time, ns; of recursive calls, that of every level
	MaxNS   []uint64 // the longest of them, ns
	Modes   []byte   // how the function is traced now: FuncFull, FuncCount, ...

	Emitted    uint64   // events that hooks have tried to record; two for each counted call, once it has ended
	LostCauses []Text   // "ring full", ...
	LostEvents []uint64 // events lost by that cause

	Unhooked uint64 // functions of the program that are so small that they were left without a hook
}

// How a function is traced, in CountersPacket.Modes.
const (
	FuncFull  byte = 0 // every call is streamed
	FuncCount byte = 1 // calls are added up, because the user chose so
	FuncOff   byte = 2 // nothing is recorded
	FuncHeld  byte = 3 // calls are added up for a while, because the client can't carry every single one
)

// Causes of losses. A call whose start found no room is lost as a whole, and counts as one event; one
// whose end found no room has no end in the stream.
const (
	CauseCalls  Text = "ring full: call not recorded"
	CauseLeaves Text = "ring full: end of call not recorded"
)

// Lose notes how many events were lost by a cause, if any were.
func (p *CountersPacket) Lose(cause Text, events uint64) {
	if events > 0 {
		p.LostCauses, p.LostEvents = append(p.LostCauses, cause), append(p.LostEvents, events)
	}
}

// PacketType implements [Packet].
func (*CountersPacket) PacketType() PacketType { return TypeCounters }
