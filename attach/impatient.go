package attach

import (
	"errors"
	"io"
	"sync/atomic"
	"time"
)

// How long a viewer may take to say that he is one, and to take one piece of what he is sent.
const (
	greetingTime = 5 * time.Second
	stalled      = 10 * time.Second
)

var (
	errMute    = errors.New("whoever has connected doesn't say that he is a viewer")
	errStalled = errors.New("the viewer takes nothing of what he is sent")
)

// Dropper is a connection whose Close needs the other end's consent: Drop does without, and ends all that the connection is part of.
type Dropper interface{ Drop(why string) }

// impatient is a connection to somebody who has to take what he is sent.
type impatient struct {
	io.ReadWriteCloser
	why atomic.Pointer[error] // it was given up
}

// Write implements [io.Writer].
func (c *impatient) Write(b []byte) (int, error) {
	defer c.within(stalled, errStalled).Stop()
	return c.ReadWriteCloser.Write(b)
}

// within gives the connection up when the timer isn't stopped in time.
func (c *impatient) within(d time.Duration, why error) *time.Timer {
	return time.AfterFunc(d, func() {
		c.why.CompareAndSwap(nil, &why)
		if d, ok := c.ReadWriteCloser.(Dropper); ok {
			d.Drop(why.Error())
			return
		}
		_ = c.Close()
	})
}

// cause is why it was given up, else err.
func (c *impatient) cause(err error) error {
	if why := c.why.Load(); why != nil {
		return *why
	}
	return err
}
