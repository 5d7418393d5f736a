package session

import (
	"fmt"
	"time"

	"goapptrace/internal/gate"
	"goapptrace/internal/limit"
	"goapptrace/protocol"
)

// Limits bound what programs, and strangers who reach a listener, may take up. A zero field means that of [DefaultLimits].
// [Limits.All] names them for users.
type Limits struct {
	// Handshake is the time from accept to the end of the negotiation, that of TLS included.
	Handshake time.Duration

	// Idle is how long an established session may bring nothing whole, not even the Ping that is due every
	// [protocol.PingInterval], until it counts as lost.
	Idle time.Duration

	// HelloFrame is the size in bytes of the largest frame before the handshake is done, while a stranger is talking.
	HelloFrame int

	// Frame is the size in bytes of the largest frame afterwards.
	Frame int

	// Unauthenticated is how many connections of one listener may be before the end of their handshake. When one more comes,
	// the oldest of the address that has most of them gives way, those first that have said nothing: a flood from one address hurts nobody else.
	Unauthenticated int

	// PerAddress is how many connections of one listener one address may have: an IPv4 address, the /64 of an IPv6 address, or a
	// process at a Unix socket. When one more comes, the oldest before the end of its handshake gives way; if there is none, the new one is closed.
	PerAddress int

	// Sessions is how many established sessions one listener may have. One more is refused, and told why.
	Sessions int

	// Penalty is what a failed handshake costs its address. What was run up is worked off as time passes.
	// Nobody at a Unix socket is ever punished, as only this user reaches it; negative, nobody anywhere.
	Penalty time.Duration

	// PenaltyStart is the sum of penalties at which connections of an address are closed at once, for as long. Each time that
	// happens to an address again, it is twice as long as the time before.
	PenaltyStart time.Duration

	// PenaltyMax bounds how long an address is kept out, and for how long after that it is remembered.
	PenaltyMax time.Duration

	// PenaltyAddresses is how many addresses are remembered for their failures. Beyond it some are forgotten.
	PenaltyAddresses int
}

// DefaultLimits suit a server that hostile networks reach, and a few hundred programs.
func DefaultLimits() Limits {
	return Limits{
		Handshake:        protocol.HandshakeTimeout,
		Idle:             protocol.PingTimeout,
		HelloFrame:       protocol.MaxHelloFrame,
		Frame:            protocol.MaxFrame,
		Unauthenticated:  128,
		PerAddress:       128,
		Sessions:         256, // as many as the model keeps
		Penalty:          5 * time.Second,
		PenaltyStart:     50 * time.Second, // ten failures in a row: a few programs with an old secret aren't an attack
		PenaltyMax:       10 * time.Minute,
		PenaltyAddresses: 4096,
	}
}

// All are the limits in l, to show or to change.
func (l *Limits) All() []limit.Limit {
	return []limit.Limit{
		{Name: "handshake", About: "time from a connection to its established session, TLS included", Value: &l.Handshake},
		{Name: "idle", About: "time without a whole packet, or Ping, until a session is lost", Value: &l.Idle},
		{Name: "hello-frame", About: "bytes of a packet before the handshake is done", Value: &l.HelloFrame},
		{Name: "frame", About: "bytes of a packet afterwards", Value: &l.Frame},
		{Name: "unauthenticated", About: "connections of a listener before the end of their handshake; the oldest of the address with most gives way", Value: &l.Unauthenticated},
		{Name: "per-address", About: "connections of a listener from one address (IPv6: /64; Unix socket: process)", Value: &l.PerAddress},
		{Name: "sessions", About: "established sessions of a listener", Value: &l.Sessions},
		{Name: "penalty", About: "what a failed handshake costs its address; negative for none", Value: &l.Penalty, Off: true},
		{Name: "penalty-start", About: "sum of penalties at which an address is kept out for as long, and twice as long the next time", Value: &l.PenaltyStart},
		{Name: "penalty-max", About: "the longest time that an address is kept out", Value: &l.PenaltyMax},
		{Name: "penalty-addresses", About: "addresses that are remembered for their failures", Value: &l.PenaltyAddresses},
	}
}

// gate are the limits that the gate of a listener sees to.
func (l *Limits) gate() gate.Limits {
	return gate.Limits{
		Unauthenticated: l.Unauthenticated, PerAddress: l.PerAddress, Admitted: l.Sessions,
		Penalty: l.Penalty, PenaltyStart: l.PenaltyStart, PenaltyMax: l.PenaltyMax, PenaltyAddresses: l.PenaltyAddresses,
	}
}

// Check says what makes no sense. Fields that are zero do.
func (l *Limits) Check() error {
	_, err := complete(*l)
	return err
}

// complete fills what is zero with defaults. What makes no sense is an error.
func complete(l Limits) (Limits, error) {
	defaults := DefaultLimits()
	if err := limit.Fill(l.All(), defaults.All()); err != nil {
		return l, err
	}
	if l.Idle <= protocol.PingInterval {
		return l, fmt.Errorf("limit idle: %v is too short: programs say something every %v", l.Idle, protocol.PingInterval)
	}
	return l, nil
}
