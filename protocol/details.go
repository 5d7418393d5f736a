package protocol

// DetailsPacket tells more about single calls, after the batch that has their start. The slices are parallel.
// A call is known by its goroutine and the time of its [Enter] event, which no two calls share.
type DetailsPacket struct {
	Gs     []uint64
	Starts []int64 // monotonic ns of the tracee, as in the Enter event
	Kinds  []byte  // DetailArgs, ...
	Texts  []Text

	Lost uint64 // details since the packet before that found no room
}

// What a text in a [DetailsPacket] is.
const (
	DetailArgs    byte = 1 // the arguments: `id=17, name="x"`
	DetailResults byte = 2 // the results, in the same form
	DetailError   byte = 3 // text of the error that the call returned
	DetailSpan    byte = 4 // name of what the call does as a whole, such as that of a test
)

// PacketType implements [Packet].
func (*DetailsPacket) PacketType() PacketType { return TypeDetails }
