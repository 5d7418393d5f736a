package protocol

import "time"

// Outcome is how a step of the handshake went.
type Outcome uint8

// A step that never came has no entry in the transcript.
const (
	OutcomeOK Outcome = iota
	OutcomeFailed
)

// Step is one line of a handshake's transcript.
type Step struct {
	Name    string        // what was tried: "connected", "ClientHello", "version", "secret", "ServerHello"
	After   time.Duration // since the connection was accepted
	Outcome Outcome
	Detail  Text   // what was found, in the peer's words or ours
	Fix     string // how to mend a failed step
}

// Transcript is the handshake step by step, in order.
type Transcript []Step
