package remote

import (
	"fmt"
	"log/slog"

	"goapptrace/protocol"
	"goapptrace/ui"
)

// ErrWatchOnly says that a viewer may look, and no more.
var ErrWatchOnly = fmt.Errorf("this key may only watch: its line in the authorized_keys file lacks role=%q", RoleOperate)

// Commander does to sessions what a viewer asks for, by inner, if his role allows it: this is where that is decided. What he
// did is noted in his room for all to see, as is what he was refused in the log.
func Commander(v Viewer, inner ui.Commander) ui.Commander {
	if c, ok := inner.(*commander); ok && c.viewer.room == v.room && c.viewer.ID == v.ID {
		return c // so that nothing is noted twice
	}
	return &commander{v, inner}
}

type commander struct {
	viewer Viewer
	inner  ui.Commander
}

// Shutdown implements [goapptrace/ui.Commander].
func (c *commander) Shutdown(session uint64) error {
	return c.act(session, "shut down", func() error { return c.inner.Shutdown(session) })
}

// Cut implements [goapptrace/ui.Commander].
func (c *commander) Cut(session uint64) error {
	return c.act(session, "ended at once", func() error { return c.inner.Cut(session) })
}

// Trace implements [goapptrace/ui.Commander].
func (c *commander) Trace(session uint64, cmd protocol.Packet) error {
	return c.act(session, c.traceDeed(session, cmd), func() error { return c.inner.Trace(session, cmd) })
}

// act does what the viewer's role allows him.
func (c *commander) act(session uint64, what string, do func() error) error {
	room := c.viewer.room
	if c.viewer.Role != RoleOperate {
		if room != nil {
			room.log.Warn("viewer refused", append(c.viewer.attrs(), slog.Uint64("session", session), slog.String("deed", what))...)
		}
		return ErrWatchOnly
	}
	if err := do(); err != nil {
		return err
	}
	if room != nil {
		room.note(c.viewer, session, what)
	}
	return nil
}

// traceDeed says what a command asks of a session.
func (c *commander) traceDeed(session uint64, cmd protocol.Packet) string {
	switch cmd := cmd.(type) {
	case *protocol.StartTraceCmdPacket:
		return fmt.Sprintf("set %s to %q in", c.traced(session, cmd.FuncID, cmd.ModuleName, cmd.Pattern), cmd.Mode)
	case *protocol.StopTraceCmdPacket:
		return fmt.Sprintf("set %s to %q in", c.traced(session, cmd.FuncID, cmd.ModuleName, cmd.Pattern), protocol.ModeOff)
	}
	return "commanded"
}

// traced names a function, a package, or those that a pattern selects.
func (c *commander) traced(session, function uint64, pkg, pattern protocol.Text) string {
	switch {
	case pattern != "":
		return fmt.Sprintf("functions %q", pattern)
	case pkg != "":
		return fmt.Sprintf("package %q", pkg)
	case function != 0:
		return c.viewer.room.function(session, function)
	}
	return "all functions"
}
