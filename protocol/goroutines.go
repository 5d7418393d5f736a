package protocol

// GoroutinesPacket says where goroutines come from, ahead of or soon after the first event that mentions them, and for some again. IDs, Parents and Sites
// are parallel slices, as are SiteIDs, Entries, Creators, Files and Lines, which describe the sites that are new.
type GoroutinesPacket struct {
	IDs     []uint64 // goroutines that called a function for the first time
	Parents []uint64 // the goroutine that started each, 0 when unknown
	Sites   []uint64 // where each was started: one of SiteIDs, of this packet or of one before; 0 when unknown

	SiteIDs  []uint64 // dense from 1 for the connection
	Entries  []Text   // function that such goroutines begin with
	Creators []Text   // function whose go statement starts them
	Files    []Text   // file of that statement
	Lines    []uint64 // its line
}

// PacketType implements [Packet].
func (*GoroutinesPacket) PacketType() PacketType { return TypeGoroutines }
