package protocol

// HeaderPacket announces the packet that follows it in the same frame.
type HeaderPacket struct {
	PacketType PacketType

	// PacketLength counts the bytes of the gob value(s) after the header's own, zero when the sender
	// doesn't say (1.0 clients don't). A receiver refuses a frame in which it disagrees with the frame's length.
	PacketLength int64
}
