package remote

import "time"

// Limits bound what viewers, and strangers who only knock, can take of the server. A zero field means that of [DefaultLimits].
type Limits struct {
	Handshake time.Duration // from the connection's first moment to the proof of a key
	Silence   time.Duration // until a viewer's machine that answers nothing counts as gone; asked after a third of that
	Idle      time.Duration // without a key pressed, until the screen is closed
	Stall     time.Duration // without a byte taken by a viewer who has bytes waiting, until he is dropped

	Unauthenticated int // connections that haven't proved a key: the oldest that says nothing makes room
	PerAddress      int // connections from one address, or one IPv6 network of 64 bits; none from loopback are counted
	Viewers         int // proved connections
	Sessions        int // screens and commands at once on one connection
	AuthTries       int // keys that a connection may try

	Buffer int // bytes that wait for one viewer's terminal, until he is dropped
	Width  int // cells of a screen, at most; larger terminals leave the rest empty
	Height int
	Words  int // bytes of a command and of each variable

	Penalty    time.Duration // that an address waits after a failure to prove a key; they add up
	PenaltyMin time.Duration // from which sum on it is refused
	PenaltyMax time.Duration // sum at most
}

// DefaultLimits are the limits of servers that aren't told otherwise.
var DefaultLimits = Limits{
	Handshake: 5 * time.Second,
	Silence:   45 * time.Second,
	Idle:      12 * time.Hour,
	Stall:     10 * time.Second,

	Unauthenticated: 128,
	PerAddress:      32,
	Viewers:         64,
	Sessions:        8,
	AuthTries:       6,

	Buffer: 2 << 20,
	Width:  500,
	Height: 200,
	Words:  4 << 10,

	Penalty:    5 * time.Second,
	PenaltyMin: 15 * time.Second,
	PenaltyMax: 10 * time.Minute,
}
