package attach

import (
	"errors"
	"time"

	"goapptrace/protocol"
	"goapptrace/ui"
)

// Config is what the screen needs of the client; the rest is the user's.
func (c *Client) Config() ui.Config {
	c.mu.Lock()
	w := c.welcome
	c.mu.Unlock()
	config := ui.Config{
		Remote: c, Now: c.Now, ReadOnly: w.ReadOnly, Addresses: w.Addresses, Notices: w.Notices, Hint: w.Hint,
	}
	if w.Company {
		config.Company, config.Self = others{c}, self
	}
	if w.Watch {
		config.Findings = findings{c}
	}
	if w.Commands {
		config.Commander = commander{c}
	}
	return config
}

// commander has the other end do what the user asks for, and waits a moment for what it says to that.
type commander struct{ *Client }

// Shutdown implements [ui.Commander], as do the next.
func (c commander) Shutdown(session uint64) error {
	return c.do(askShutdown.bytes(session, &time.Time{}, none{}))
}

func (c commander) Cut(session uint64) error {
	return c.do(askCut.bytes(session, &time.Time{}, none{}))
}

func (c commander) Trace(session uint64, cmd protocol.Packet) error {
	b, err := protocol.AppendFrame(nil, cmd)
	if err != nil {
		return err
	}
	return c.do(askTrace.bytes(session, &time.Time{}, traceArgs{b}))
}

func (c commander) do(question []byte) error {
	c.mu.Lock()
	life, there := c.life, c.link != nil
	c.mu.Unlock()
	if !there {
		return errors.New("there is no connection: nothing was done")
	}
	switch r := c.wait(life, question, time.After(patience)); {
	case r.late:
		return errors.New("the other end hasn't said yet whether it was done")
	case r.refused != "":
		return errors.New(r.refused)
	}
	return nil
}
