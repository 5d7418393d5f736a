// Package protocol is goapptrace's protocol between a traced program (the client) and its viewer (the server):
// packets, framing, versions, limits and both ends of the negotiation. It is pure: bytes in, packets out; it opens no
// connection, starts no goroutine and reads no clock.
//
// Call [AppendFrame] to write a packet, [ReadFrame] and [DecodeFrame] to read one, [ServerEnd.Negotiate] or
// [ClientEnd.Negotiate] to judge the other side's hello, [CheckTurn] to ask whether a packet may come now, and
// [BatchBuilder] and [FuncLogBatchPacket.Events] for the events in a batch.
//
// # Frames
//
// All that crosses the connection, in either direction, is frames:
//
//	[length: uint32, big-endian] [gob(HeaderPacket)] [gob(packet)]
//
// The length counts the bytes after itself. Both gob values are written by one encoder that is fresh for every frame (or
// as if it were), so that a frame carries its type definitions and can be decoded, recorded and replayed alone. That costs
// the receiver some twenty microseconds of type compilation a frame; what is frequent is therefore batched. [HeaderPacket] names the packet's
// type and, since 1.1, its length, which has to agree with the frame's.
//
// gob matches structs by the names of their fields and ignores fields that the receiver doesn't know. That is what lets a
// minor version add fields.
//
// # Sequence
//
//	Client                                 Server
//	  | -- ClientHello ----------------------> |  version, secret
//	  | <---------------------- ServerHello -- |  version agreed on, or the reason of a refusal
//	  |                                        |
//	  | -- Symbol, FuncLogBatch, Counters,     |
//	  |    Log, Ping, Ack -------------------> |  any time
//	  | <-- StartTraceCmd, StopTraceCmd, Ping -|  any time
//	  |                                        |
//	  | -- Shutdown -------------------------> |  whoever wants to close says so;
//	  |                                close   |  the other side closes
//
// The client opens the connection, over TCP or a Unix socket, and sends its ClientHello. The server answers with a
// ServerHello; or it refuses, and says why in ServerHello.Refused (to a client of 1.0 it says nothing, since that would
// take any hello for consent). Then both send what they like, within the turns that [CheckTurn] knows: a packet out of
// turn ends the connection. Each side sends a Ping every 3 s, and gives up a peer that completed no frame for 10 s. Whoever
// wants to close sends Shutdown, and the other side, having sent what it still has, closes. A server
// that is expected back sends Restart instead: the program then connects again. A connection that ends without Shutdown or
// Restart is lost: nobody knows what its tail would have been.
//
// # Versions
//
// A version is "major.minor". Ends of the same major number speak the smaller minor; others refuse each other and say why.
// The first implementation, of 2018, called its version "1": that is 1.0, and it is answered with exactly "1".
//
//   - 1.0: packet types 1 to 9. Each call is two RawFuncLog packets of some 200 bytes.
//   - 1.1: HeaderPacket.PacketLength; who the client is, in ClientHello; session ID and refusal, in ServerHello; contents for
//     Log; the panic in Shutdown; name pattern, mode and acknowledgement of the trace commands; FuncLogBatch, Counters, Ack. FuncLogBatch takes three to four
//     bytes an event. What a 1.0 peer sees stays as it was.
//
// # Symbols and events
//
// Functions are numbered in the order of their first call, from 1 (1.0 clients: from 0), and announced by a Symbol packet before the first
// event that names them. An event of 1.1 is a time on the program's monotonic clock, a function, a goroutine, and whether the function
// was entered or left; ClientHello carries one instant on both the monotonic and the wall clock to convert between them.
// The events of a connection are one stream in the order of their times (by a few hundred nanoseconds at most they may
// go back; never those of one goroutine).
//
// What could not be recorded is counted by function in the batch that follows, and by cause in Counters. Events that hooks
// tried to record are the events received and the events lost, and nothing else.
//
// # Limits
//
// gob isn't made for hostile input. A frame's length is judged before anything is allocated, and memory then grows with the
// bytes that really come: 4 KiB a frame before the handshake is done, 4 MiB after it. A frame's type definitions and
// values are read before gob sees them: exactly two structs, each type defined before its use, at most 16 definitions, of
// structs and slices only, no recursion, at most 8 deep, at most 131,072 elements in all slices but those of bytes. A batch
// has at most 65,536 events. The handshake has 5 s. See the constants.
package protocol
