package attach

import (
	"errors"
	"time"

	"goapptrace/protocol"
)

// traceArgs is a frame with a command for a tracee.
type traceArgs struct{ Frame []byte }

var errNoCommander = errors.New("nothing can be done to sessions here")

// What is done to sessions. Whether the viewer may is the serving end's Commander's to say.
var (
	askShutdown = ofStore("shutdown", func(d *desk, session uint64, _ none, _ time.Time) (none, error) {
		if d.Commander == nil {
			return none{}, errNoCommander
		}
		return none{}, d.Commander.Shutdown(session)
	})
	askCut = ofStore("cut", func(d *desk, session uint64, _ none, _ time.Time) (none, error) {
		if d.Commander == nil {
			return none{}, errNoCommander
		}
		return none{}, d.Commander.Cut(session)
	})
	askTrace = ofStore("trace", func(d *desk, session uint64, a traceArgs, _ time.Time) (none, error) {
		if d.Commander == nil {
			return none{}, errNoCommander
		}
		p, err := protocol.DecodeFrame(a.Frame)
		if err != nil {
			return none{}, err
		}
		switch p.(type) {
		case *protocol.StartTraceCmdPacket, *protocol.StopTraceCmdPacket:
			return none{}, d.Commander.Trace(session, p)
		}
		return none{}, errors.New("no command to trace")
	})
)
