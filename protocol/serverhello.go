package protocol

// ServerHelloPacket ends the negotiation. To a client that calls itself "1" the version is answered as "1".
// The fields after ProtocolVersion are 1.1's.
type ServerHelloPacket struct {
	ProtocolVersion Text
	SessionID       uint64

	// Refused is why the server is about to close; empty when the session is established.
	// It never tells whether a secret was close to right.
	Refused Text
}

// PacketType implements [Packet].
func (*ServerHelloPacket) PacketType() PacketType { return TypeServerHello }
