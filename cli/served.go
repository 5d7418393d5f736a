package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"goapptrace/model"
	"goapptrace/session"
	"goapptrace/ui"
	"goapptrace/watch"
)

// served is what a server has for those who look at it: viewers over SSH, attached screens, metrics. All of it lives as
// long as the server and may be used from any goroutine.
type served struct {
	hub   *hub         // the way back to the programs; it listens
	store *model.Store // of all sessions
	watch *watch.Watch // of the store
	log   *slog.Logger // never nil

	own     []watch.Watcher // what the server's user has it watch for
	viewers *viewers
}

// newServed listens as config says, and keeps what comes. It leads it to out too, unless that is nil.
func newServed(config session.Config, view viewOptions, out printer) (*served, error) {
	s := &served{store: view.store(), log: config.Log}
	var err error
	if s.own, err = loadWatchers(); err != nil {
		s.log.Warn("some watchers are left out", "error", err.Error())
	}
	s.own = watch.Join(append(s.own, view.watchers...))
	s.hub, err = newHub(config, func(id uint64, remote string) feed {
		kept := openModelFeed(s.store, id, remote)
		if out == nil {
			return kept
		}
		return keptAndPrinted{kept, out.open(id, remote)}
	})
	if err != nil {
		return nil, err
	}
	s.watch = watch.Start(s.store, s.own)
	if s.viewers, err = view.remote.serve(viewed{hub: s.hub, screen: view.shared(s.screen(view)), log: s.log}); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// screen is what viewers see.
func (s *served) screen(view viewOptions) ui.Config {
	return ui.Config{
		Store: s.store, Watch: s.watch, Addresses: s.hub.server.Addrs(), Notices: s.hub.server.Notices(),
		Hint: view.offer.run, BuiltHint: view.offer.built,
	}
}

// close ends all sessions properly, and waits until all is taken in.
func (s *served) close() error {
	var parted error
	if s.viewers != nil {
		parted = s.viewers.sendOff()
	}
	err := errors.Join(parted, s.hub.shutdown())
	s.watch.Close()
	if cause := s.watch.Failed(); cause != nil {
		s.log.Error("watchers failed: please report this defect", "cause", fmt.Sprint(cause))
	}
	return err
}

// keptAndPrinted leads a session to the model and to a printer.
type keptAndPrinted struct {
	kept    modelFeed
	printed feed
}

func (f keptAndPrinted) take(ev session.Event) {
	f.kept.take(ev)
	f.printed.take(ev)
}

func (f keptAndPrinted) tick(now time.Time) time.Duration { return f.printed.tick(now) }

func (f keptAndPrinted) end(now time.Time) {
	f.kept.end(now)
	f.printed.end(now)
}
