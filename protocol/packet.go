package protocol

import "fmt"

// PacketType says which packet follows a [HeaderPacket].
type PacketType int64

// The packets by number. 1 to 9 are those of version 1.0; later numbers are 1.1's.
//
//	type           sent by  payload
//	ClientHello    client   who it is, its secret, the version that it speaks
//	ServerHello    server   the version agreed on, or why there is none
//	Log            client   a line of log or output (empty in 1.0)
//	Ping           both     nothing; keeps up a connection on which nothing else is sent
//	Shutdown       both     the sender is about to close; of which panic, if one ends the program (1.1)
//	StartTraceCmd  server   which functions to trace
//	StopTraceCmd   server   which functions to stop tracing
//	Symbol         client   names for function IDs, ahead of their first use
//	RawFuncLog     client   one call's start or end (1.0)
//	FuncLogBatch   client   many of them, packed (1.1)
//	Counters       client   exact totals of what is counted, not streamed (1.1)
//	Ack            client   what became of a Start/StopTraceCmd (1.1)
//	Goroutines     client   where goroutines come from (1.1)
//	Details        client   arguments, results, errors and names of single calls (1.1)
//	Restart        server   nothing; it is about to close, and expected back (1.1)
const (
	TypeClientHello   PacketType = 1
	TypeServerHello   PacketType = 2
	TypeLog           PacketType = 3
	TypePing          PacketType = 4
	TypeShutdown      PacketType = 5
	TypeStartTraceCmd PacketType = 6
	TypeStopTraceCmd  PacketType = 7
	TypeSymbol        PacketType = 8
	TypeRawFuncLog    PacketType = 9
	TypeFuncLogBatch  PacketType = 10
	TypeCounters      PacketType = 11
	TypeAck           PacketType = 12
	TypeGoroutines    PacketType = 13
	TypeDetails       PacketType = 14
	TypeRestart       PacketType = 15
)

// lastType is the highest packet number that this package knows.
const lastType = TypeRestart

// Packet is what a frame carries behind its header.
type Packet interface {
	// PacketType is the number that announces the packet.
	PacketType() PacketType
}

// New returns an empty packet of type t to decode into.
func New(t PacketType) (Packet, error) {
	switch t {
	case TypeClientHello:
		return new(ClientHelloPacket), nil
	case TypeServerHello:
		return new(ServerHelloPacket), nil
	case TypeLog:
		return new(LogPacket), nil
	case TypePing:
		return new(PingPacket), nil
	case TypeShutdown:
		return new(ShutdownPacket), nil
	case TypeStartTraceCmd:
		return new(StartTraceCmdPacket), nil
	case TypeStopTraceCmd:
		return new(StopTraceCmdPacket), nil
	case TypeSymbol:
		return new(SymbolPacket), nil
	case TypeRawFuncLog:
		return new(RawFuncLogPacket), nil
	case TypeFuncLogBatch:
		return new(FuncLogBatchPacket), nil
	case TypeCounters:
		return new(CountersPacket), nil
	case TypeAck:
		return new(AckPacket), nil
	case TypeGoroutines:
		return new(GoroutinesPacket), nil
	case TypeDetails:
		return new(DetailsPacket), nil
	case TypeRestart:
		return new(RestartPacket), nil
	}
	return nil, fmt.Errorf("packet type %d is unknown", t)
}

var typeNames = [lastType + 1]string{
	TypeClientHello:   "ClientHello",
	TypeServerHello:   "ServerHello",
	TypeLog:           "Log",
	TypePing:          "Ping",
	TypeShutdown:      "Shutdown",
	TypeStartTraceCmd: "StartTraceCmd",
	TypeStopTraceCmd:  "StopTraceCmd",
	TypeSymbol:        "Symbol",
	TypeRawFuncLog:    "RawFuncLog",
	TypeFuncLogBatch:  "FuncLogBatch",
	TypeCounters:      "Counters",
	TypeAck:           "Ack",
	TypeGoroutines:    "Goroutines",
	TypeDetails:       "Details",
	TypeRestart:       "Restart",
}

// String is the packet's name without "Packet", as shown in the packet log.
func (t PacketType) String() string {
	if t > 0 && t <= lastType {
		return typeNames[t]
	}
	return fmt.Sprintf("type %d", int64(t))
}

// Since is the version that introduced the packet type.
func (t PacketType) Since() Version {
	if t >= TypeFuncLogBatch {
		return Current
	}
	return Original
}
