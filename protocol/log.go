package protocol

// LogPacket is one line that the program logged or printed. Version 1.0 knows it without contents.
type LogPacket struct {
	Time    int64  // monotonic ns of the tracee
	G       uint64 // goroutine, 0 when unknown
	Stream  Text   // "stdout", "stderr", "log" or "slog"
	Level   Text   // of slog: "INFO", "ERROR"...
	Message Text
	Keys    []Text // attributes: Keys[i] is Values[i]
	Values  []Text
}

// PacketType implements [Packet].
func (*LogPacket) PacketType() PacketType { return TypeLog }
