package protocol

// AckPacket says what became of a Start/StopTraceCmd.
type AckPacket struct {
	ID      uint64 // the command's
	Matched uint64 // functions that it selects, of those known so far
	Error   Text   // why it was not carried out; empty when it was
}

// PacketType implements [Packet].
func (*AckPacket) PacketType() PacketType { return TypeAck }
