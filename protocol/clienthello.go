package protocol

// ClientHelloPacket opens the negotiation: the client's first frame.
// The fields after ProtocolVersion are 1.1's; a 1.0 client leaves them empty.
type ClientHelloPacket struct {
	AppName         Text
	ClientSecret    Text
	ProtocolVersion Text

	PID           int64
	Host          Text
	ExecPath      Text
	GoVersion     Text
	ModulePath    Text
	ModuleVersion Text
	Revision      Text  // the VCS revision that the program was built from
	StartTime     int64 // Unix time in ns
	GOMAXPROCS    int64

	// Epoch counts the connections that this process has made before: 0 for its first.
	Epoch int64

	// WallClock (Unix ns) and MonoClock (the tracee's monotonic ns) are one instant,
	// and turn the monotonic times of events into wall time.
	WallClock int64
	MonoClock int64
}

// PacketType implements [Packet].
func (*ClientHelloPacket) PacketType() PacketType { return TypeClientHello }
