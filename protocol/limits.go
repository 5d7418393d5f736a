package protocol

import "time"

// Limits on what a peer may send, and on how long it may take. Sizes are those of a whole frame in bytes.
const (
	// MaxHelloFrame bounds frames until the handshake is done, while a stranger is talking.
	// A hello with every field filled is under 1 KiB.
	MaxHelloFrame = 4 << 10

	// MaxFrame bounds frames afterwards. An agent of ours stays far below; the symbols of a
	// large program came in one frame from 1.0 clients.
	MaxFrame = 4 << 20

	// maxTypeDefinitions bounds the gob type definitions in a frame. SymbolPacket, the richest, needs 7.
	maxTypeDefinitions = 16

	// maxTypeDepth bounds how deep the types of a frame nest. SymbolPacket needs 4:
	// packet, symbols, slice, symbol.
	maxTypeDepth = 8

	// maxElements bounds the elements of all slices in a frame but those of bytes. Each may take one byte there
	// and 56 in memory, as an empty symbol does: this keeps them under 8 MiB. The symbols that fit
	// a frame of MaxFrame are fewer than 100,000 if they have names.
	maxElements = 1 << 17

	// MaxBatchEvents bounds the events of a FuncLogBatch.
	MaxBatchEvents = 1 << 16

	// MaxPanic bounds the text of a ShutdownPacket.
	MaxPanic = 4 << 10

	// HandshakeTimeout bounds the time from accept to the end of the negotiation.
	HandshakeTimeout = 5 * time.Second

	// PingInterval is how often each side sends a Ping.
	PingInterval = 3 * time.Second

	// PingTimeout is how long a peer may be silent before it counts as dead.
	PingTimeout = 10 * time.Second

	// ShutdownTimeout is how long whoever sent a Shutdown waits for the other side to close.
	ShutdownTimeout = 2 * time.Second
)
