package protocol

// State is where a session is in its life.
type State uint8

// The states, in the order in which a session can go through them. The last three are ends.
//
//	Connected ─→ HelloReceived ─→ Established ─→ Closing ─→ Closed
//	     └──────────────┴─→ Refused        └──────────┴───→ Lost
const (
	StateConnected     State = iota // accepted, nothing heard yet
	StateHelloReceived              // a hello was read and is being judged
	StateEstablished                // both hellos are exchanged
	StateClosing                    // a Shutdown was sent or received
	StateClosed                     // ended with a Shutdown
	StateRefused                    // ended before it was established
	StateLost                       // the connection broke without goodbye: the tail is unknown
)

var stateNames = [...]string{"connected", "hello received", "established", "closing", "closed", "refused", "lost"}

func (s State) String() string { return stateNames[s] }

// Ended says whether nothing can follow.
func (s State) Ended() bool { return s >= StateClosed }

// CanBecome says whether a session may go from s to next.
func (s State) CanBecome(next State) bool {
	switch s {
	case StateConnected:
		return next == StateHelloReceived || next == StateRefused
	case StateHelloReceived:
		return next == StateEstablished || next == StateRefused
	case StateEstablished:
		return next == StateClosing || next == StateLost
	case StateClosing:
		return next == StateClosed || next == StateLost
	}
	return false
}
