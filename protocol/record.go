package protocol

import "time"

// Direction is who sent a packet, seen from the server.
type Direction uint8

// In is client to server, Out is server to client.
const (
	In Direction = iota
	Out
)

func (d Direction) String() string {
	if d == In {
		return "in"
	}
	return "out"
}

// Record is one packet as it crossed the wire.
type Record struct {
	At     time.Time // when the last byte was read, or the first one written
	Dir    Direction
	Packet Packet
	Raw    []byte // the whole frame, its length included; not to be changed
}
