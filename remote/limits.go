package remote

import (
	"time"

	"goapptrace/internal/gate"
	"goapptrace/internal/limit"
)

// Limits bound what viewers, and strangers who only knock, can take of the server. A zero field means that of [DefaultLimits].
// [Limits.All] names them for users.
type Limits struct {
	// Handshake is the time from a connection's first moment to the proof of a key, or to the first offer of one that is let in.
	Handshake time.Duration

	// Proof is the time from that offer to the proof, in which its owner may have to type a passphrase or to touch something.
	Proof time.Duration

	// Unauthenticated is how many connections may be without that proof. When one more comes, the oldest of the address that has most
	// of them gives way, those first that have said nothing.
	Unauthenticated int

	// PerAddress is how many connections one address may have: an IPv4 address, or the /64 of an IPv6 address. When one more comes, the
	// oldest without a proof gives way; if there is none, the new one is closed.
	PerAddress int

	// Viewers is how many connections with a proof there may be. One more is told so.
	Viewers int

	// Sessions is how many screens and commands one connection may have at once.
	Sessions int

	// AuthTries is how many keys a connection may try.
	AuthTries int

	// Idle is the time without a key pressed, until a screen is closed.
	Idle time.Duration

	// Silence is the time until a viewer's machine that answers nothing counts as gone. It is asked three times as often.
	Silence time.Duration

	// Buffer is how many bytes may wait for one viewer's terminal, until he is dropped.
	Buffer int

	// Stall is the time in which a viewer's terminal takes nothing of what waits for it, until he is dropped.
	Stall time.Duration

	// Rate is how many bytes a second a screen on which much happens takes of the network. Answers to keys come on top.
	Rate int

	// Width and Height are those of the largest screen, in cells. What a terminal has beyond that stays empty.
	Width, Height int

	// Words is the length in bytes of a command, and of each variable of the environment.
	Words int

	// Penalty is what a connection that failed to prove a key costs its address. What was run up is worked off as time passes.
	// Negative, nobody is punished.
	Penalty time.Duration

	// PenaltyStart is the sum of penalties at which connections of an address are closed at once, for as long. Each time that
	// happens to an address again, it is twice as long as the time before.
	PenaltyStart time.Duration

	// PenaltyMax bounds how long an address is kept out, and for how long after that it is remembered.
	PenaltyMax time.Duration

	// PenaltyAddresses is how many addresses are remembered for their failures. Beyond it some are forgotten.
	PenaltyAddresses int
}

// DefaultLimits suit a server that hostile networks reach, and a few dozen viewers.
func DefaultLimits() Limits {
	return Limits{
		Handshake:        5 * time.Second,
		Proof:            time.Minute,
		Unauthenticated:  128,
		PerAddress:       64,
		Viewers:          64,
		Sessions:         8,
		AuthTries:        6,
		Idle:             12 * time.Hour,
		Silence:          45 * time.Second,
		Buffer:           2 << 20,
		Stall:            10 * time.Second,
		Rate:             20 << 10,
		Width:            500,
		Height:           200,
		Words:            4 << 10,
		Penalty:          5 * time.Second,
		PenaltyStart:     15 * time.Second,
		PenaltyMax:       10 * time.Minute,
		PenaltyAddresses: 4096,
	}
}

// All are the limits in l, to show or to change.
func (l *Limits) All() []limit.Limit {
	return []limit.Limit{
		{Name: "handshake", About: "time from a connection to the proof of a key, or to the first offer of one that is let in", Value: &l.Handshake},
		{Name: "proof", About: "time from that offer to the proof, with a passphrase or a touch", Value: &l.Proof},
		{Name: "unauthenticated", About: "connections without that proof; the oldest of the address with most gives way", Value: &l.Unauthenticated},
		{Name: "per-address", About: "connections from one address (IPv6: /64)", Value: &l.PerAddress},
		{Name: "viewers", About: "connections with a proof", Value: &l.Viewers},
		{Name: "sessions", About: "screens and commands of one connection", Value: &l.Sessions},
		{Name: "auth-tries", About: "keys that a connection may try", Value: &l.AuthTries},
		{Name: "idle", About: "time without a key pressed, until a screen is closed", Value: &l.Idle},
		{Name: "silence", About: "time until a viewer's machine that answers nothing counts as gone", Value: &l.Silence},
		{Name: "buffer", About: "bytes that wait for one viewer's terminal, until he is dropped", Value: &l.Buffer},
		{Name: "stall", About: "time in which a viewer's terminal takes nothing of what waits for it, until he is dropped", Value: &l.Stall},
		{Name: "rate", About: "bytes a second for a screen on which much happens, but for answers to keys", Value: &l.Rate},
		{Name: "width", About: "cells of the widest screen", Value: &l.Width},
		{Name: "height", About: "cells of the highest screen", Value: &l.Height},
		{Name: "words", About: "bytes of a command, and of a variable of the environment", Value: &l.Words},
		{Name: "penalty", About: "what a connection that failed to prove a key costs its address; negative for none", Value: &l.Penalty, Off: true},
		{Name: "penalty-start", About: "sum of penalties at which an address is kept out for as long, and twice as long the next time", Value: &l.PenaltyStart},
		{Name: "penalty-max", About: "the longest time that an address is kept out", Value: &l.PenaltyMax},
		{Name: "penalty-addresses", About: "addresses that are remembered for their failures", Value: &l.PenaltyAddresses},
	}
}

// orDefault fills what is zero with defaults. What makes no sense is an error.
func (l *Limits) orDefault() (Limits, error) {
	full, defaults := *l, DefaultLimits()
	return full, limit.Fill(full.All(), defaults.All())
}

// Check says what makes no sense. Fields that are zero do.
func (l *Limits) Check() error {
	_, err := l.orDefault()
	return err
}

// gate are the limits that the gate sees to.
func (l *Limits) gate() gate.Limits {
	return gate.Limits{
		Unauthenticated: l.Unauthenticated, PerAddress: l.PerAddress, Admitted: l.Viewers,
		Penalty: l.Penalty, PenaltyStart: l.PenaltyStart, PenaltyMax: l.PenaltyMax, PenaltyAddresses: l.PenaltyAddresses,
	}
}
