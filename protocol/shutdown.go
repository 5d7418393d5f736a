package protocol

// ShutdownPacket says that its sender is done and about to close. What the sender put on the wire
// before it is complete.
type ShutdownPacket struct{}

// PacketType implements [Packet].
func (*ShutdownPacket) PacketType() PacketType { return TypeShutdown }
