package session

import (
	"sync"
	"time"
)

// How many connections are shown before they are established. Users want to see why a program is refused; a flood of strangers
// they want neither among their sessions nor in their log.
const (
	showAtOnce = 16
	showAgain  = 30 * time.Second // one more each time
)

// showcase gives out a few tokens: with one, a connection is shown from its first byte on, without one not before it is established.
type showcase struct {
	mu     sync.Mutex
	spent  int
	filled time.Time // when spent was right
}

// take asks for a token at the time now.
func (c *showcase) take(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if back := int(now.Sub(c.filled) / showAgain); c.spent > 0 && back > 0 {
		c.spent = max(0, c.spent-back)
		c.filled = c.filled.Add(time.Duration(back) * showAgain)
	}
	if c.spent == 0 {
		c.filled = now
	}
	if c.spent == showAtOnce {
		return false
	}
	c.spent++
	return true
}

// giveBack returns the token of a connection that came to be a session.
func (c *showcase) giveBack() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.spent = max(0, c.spent-1)
}
