package protocol

// RestartPacket says what a [ShutdownPacket] does, and that its sender is expected back: the program ends this session, and
// connects again as after a connection that broke.
type RestartPacket struct{}

// PacketType implements [Packet].
func (*RestartPacket) PacketType() PacketType { return TypeRestart }
