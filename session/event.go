package session

import (
	"time"

	"goapptrace/protocol"
)

// Event is something that happened in a session. Exactly one of Step, Hello and Record is set,
// or none when the session changed to State.
type Event struct {
	At    time.Time
	State protocol.State // after the event

	// Reason is set in a change of state that needs one: why a session was refused, lost or closed.
	Reason protocol.Text

	// Salvaged is set by whoever salvages: how many events came to light, after a connection was lost, that the program had recorded and
	// never sent.
	Salvaged *uint64

	// Crash is set in the last event of a session when the program's goodbye tells of a panic: the first line of what its runtime reports. Whoever
	// has the report of a program that said no goodbye sets it to that.
	Crash protocol.Text

	Step *protocol.Step // a step of the handshake was taken

	// Hello says who the program is, its secret masked. Version is what both ends speak, zero when refused over it.
	Hello   *protocol.ClientHelloPacket
	Version protocol.Version

	Record *protocol.Record // a packet came in or went out
}
