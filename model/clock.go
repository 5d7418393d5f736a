package model

import (
	"time"

	"goapptrace/protocol"
)

// clock turns the times of events into wall time.
type clock struct {
	known  bool
	offset int64 // Unix ns of the tracee's zero

	// The newest that is known of the tracee's time, and when we learned it. The two machines' wall clocks may differ:
	// open calls are timed from here on with the difference of our own times alone.
	tracee int64
	ours   time.Time
	heard  time.Time // when the newest packet of any kind came
}

// set takes the offset from a hello: none for 1.0, whose events carry Unix time.
func (c *clock) set(hello *protocol.ClientHelloPacket) {
	c.known = hello.WallClock != 0
	c.offset = hello.WallClock - hello.MonoClock
}

// see learns that it was tracee's time t when a packet came at at. Unset, it takes the two for one instant.
func (c *clock) see(t int64, at time.Time) {
	if !c.known {
		c.known, c.offset = true, at.UnixNano()-t
	}
	c.tracee, c.ours = max(c.tracee, t), at
}

// wall is the wall time of tracee's time t.
func (c *clock) wall(t int64) time.Time { return time.Unix(0, t+c.offset) }

// at is the tracee's time when it is now here, and that of the newest packet when now is zero.
func (c *clock) at(now time.Time) int64 {
	if now.IsZero() {
		return c.tracee
	}
	return c.tracee + max(now.Sub(c.ours).Nanoseconds(), 0)
}

// confirmed is up to when, in tracee's time, all that has happened is here: what comes later was sent later than the newest packet.
// While nothing comes, nobody knows whether nothing happens or it is on its way.
func (c *clock) confirmed() int64 { return c.tracee + max(c.heard.Sub(c.ours).Nanoseconds(), 0) }
