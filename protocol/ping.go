package protocol

// PingPacket says that its sender is alive. Each side sends one every [PingInterval]; the server
// also answers one of a 1.1 client with its own, at most once a second.
type PingPacket struct{}

// PacketType implements [Packet].
func (*PingPacket) PacketType() PacketType { return TypePing }
