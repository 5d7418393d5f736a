package protocol

// The trace modes of a function, as Start/StopTraceCmd name them.
const (
	ModeFull  = "full"  // every call is streamed
	ModeCount = "count" // calls and times are added up, no single calls
	ModeOff   = "off"   // the function is left alone
	ModeAuto  = "auto"  // as the client thinks best: full, or count while the stream couldn't carry every call
)

// StartTraceCmdPacket asks the client to trace functions. A 1.0 client understands FuncID and ModuleName alone.
type StartTraceCmdPacket struct {
	FuncID     uint64 // one function; 0 for all that the other fields select
	ModuleName Text   // all functions of a package; empty for all

	ID      uint64 // of this command, returned by its [AckPacket]; 0 asks for none
	Pattern Text   // names of functions with * as wildcard
	Mode    Text   // any of the modes; ModeFull when empty. Except ModeAuto, it binds the client
}

// PacketType implements [Packet].
func (*StartTraceCmdPacket) PacketType() PacketType { return TypeStartTraceCmd }

// StopTraceCmdPacket asks the client to stop tracing functions, as [StartTraceCmdPacket] does in ModeOff.
type StopTraceCmdPacket struct {
	FuncID     uint64
	ModuleName Text

	ID      uint64
	Pattern Text
}

// PacketType implements [Packet].
func (*StopTraceCmdPacket) PacketType() PacketType { return TypeStopTraceCmd }
