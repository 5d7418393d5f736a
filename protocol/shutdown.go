package protocol

// ShutdownPacket says that its sender is done and about to close. What the sender put on the wire
// before it is complete.
type ShutdownPacket struct {
	// Panic is the first line of what the runtime reports of the panic that ends the program, "panic: out of order", as far as that is
	// known before it does; empty when the program ends otherwise. Clients of 1.1 may send it. Whoever takes it
	// in keeps [MaxPanic] bytes.
	Panic Text
}

// PacketType implements [Packet].
func (*ShutdownPacket) PacketType() PacketType { return TypeShutdown }
