package protocol

// PingPacket says that its sender is alive. Each side sends one every [PingInterval].
type PingPacket struct{}

// PacketType implements [Packet].
func (*PingPacket) PacketType() PacketType { return TypePing }
