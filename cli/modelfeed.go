package cli

import (
	"time"

	"goapptrace/model"
	"goapptrace/session"
)

// modelFeed keeps a session in the model, for the screen.
type modelFeed struct{ session *model.Session }

func openModelFeed(store *model.Store, id uint64, remote string) modelFeed {
	return modelFeed{store.Open(id, time.Now(), remote)}
}

func (f modelFeed) take(ev session.Event) {
	switch {
	case ev.Step != nil:
		f.session.Step(*ev.Step)
	case ev.Hello != nil:
		f.session.Hello(ev.Hello, ev.Version)
	case ev.Record != nil:
		f.session.Packet(*ev.Record)
	default:
		if ev.Crash != "" { // known before the end is
			f.session.Exited(ev.At, model.Exit{Status: crashStatus, Crash: ev.Crash})
		}
		f.session.State(ev.At, ev.State, ev.Reason)
	}
}

func (modelFeed) tick(time.Time) time.Duration { return 0 }

func (modelFeed) end(time.Time) {}
