package session

import (
	"sync"
	"sync/atomic"
)

// Stats are counts since the start of a server, but for those that say "now".
type Stats struct {
	Accepted    uint64 // connections
	Established uint64 // connections that became sessions

	Live            int // established sessions now
	Unauthenticated int // connections before the end of their handshake now

	// Dropped are the connections that came to nothing, by cause. All causes are in it.
	Dropped map[Cause]uint64

	KeptOut uint64 // how often an address was kept out for its failures

	BytesIn   uint64 // of whole frames read in established sessions
	PacketsIn uint64 // likewise
	Lost      uint64 // established sessions that ended without a goodbye
}

// Cause is why a connection came to nothing.
type Cause string

// The causes. Their texts are names for a metric's label.
const (
	CauseSilent     Cause = "silent"      // it never said a byte, and hung up or ran out of time
	CauseTimeout    Cause = "timeout"     // it began to say something, and ran out of time
	CauseProtocol   Cause = "protocol"    // what it said is no hello
	CauseVersion    Cause = "version"     // it speaks another version
	CauseSecret     Cause = "secret"      // it didn't know the secret
	CauseTLS        Cause = "tls"         // its TLS handshake failed; no or a wrong client certificate, for example
	CauseEvicted    Cause = "evicted"     // it made way for another one in time of need
	CausePerAddress Cause = "per_address" // its address had as many connections as are allowed
	CauseSessions   Cause = "sessions"    // there were as many sessions as are allowed
	CausePenalty    Cause = "penalty"     // its address was kept out for its failures
	CausePeer       Cause = "peer"        // the process at the Unix socket was another user's
	CauseBroken     Cause = "broken"      // the connection broke in the handshake
	CauseShutdown   Cause = "shutdown"    // the server was ending, or the viewer closed it
)

// Causes are all causes.
func Causes() []Cause {
	return []Cause{
		CauseSilent, CauseTimeout, CauseProtocol, CauseVersion, CauseSecret, CauseTLS, CauseEvicted,
		CausePerAddress, CauseSessions, CausePenalty, CausePeer, CauseBroken, CauseShutdown,
	}
}

// punished says whether the connection's address is to blame.
func (c Cause) punished() bool {
	switch c {
	case CauseTimeout, CauseProtocol, CauseVersion, CauseSecret, CauseTLS:
		return true
	}
	return false
}

// counters are what Stats are made from.
type counters struct {
	accepted, established, bytes, packets, lost, keptOut atomic.Uint64

	mu      sync.Mutex
	dropped map[Cause]uint64
}

func (c *counters) drop(cause Cause) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dropped == nil {
		c.dropped = make(map[Cause]uint64)
	}
	c.dropped[cause]++
}

func (c *counters) read(frame int) {
	c.packets.Add(1)
	c.bytes.Add(uint64(frame))
}

func (c *counters) stats() Stats {
	s := Stats{
		Accepted: c.accepted.Load(), Established: c.established.Load(), Lost: c.lost.Load(), KeptOut: c.keptOut.Load(),
		BytesIn: c.bytes.Load(), PacketsIn: c.packets.Load(), Dropped: make(map[Cause]uint64),
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, cause := range Causes() {
		s.Dropped[cause] = c.dropped[cause]
	}
	return s
}
