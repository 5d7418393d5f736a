package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"goapptrace/health"
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

	tally   *health.Tally
	metrics *health.Server // nil when nobody asked for it
	chores  sync.WaitGroup
	rest    context.CancelFunc // ends the chores
}

// newServed listens as config says, and keeps what comes. It leads it to out too, unless that is nil.
func newServed(config session.Config, o *serveOptions, out printer) (*served, error) {
	s := &served{store: o.view.store(), log: config.Log, tally: health.NewTally()}
	var err error
	if _, homeless := userFile(ownWatchers.file); homeless == nil { // services have no home
		if s.own, err = loadWatchers(); err != nil {
			s.log.Warn("some watchers are left out", "error", err.Error())
		}
	}
	s.own = watch.Join(append(s.own, o.view.watchers...))
	if err := o.view.remote.checkFiles(); err != nil {
		return nil, err
	}
	if s.hub, err = newHub(config, s.opener(out)); err != nil {
		return nil, err
	}
	s.watch = watch.Start(s.store, s.own)
	ctx, rest := context.WithCancel(context.Background())
	s.rest = rest
	s.chores.Go(func() { (&lossLog{store: s.store, log: s.log}).run(ctx) })
	if err := s.admit(o); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// opener makes the feeds of sessions.
func (s *served) opener(out printer) opener {
	return func(id uint64, remote string) feed {
		f := &servedFeed{kept: openModelFeed(s.store, id, remote), log: s.log}
		f.visit = s.tally.Open(f.kept.session)
		if out != nil {
			f.printed = out.open(id, remote)
		}
		return f
	}
}

// admit lets in those who look: viewers, and machines that ask how the server fares.
func (s *served) admit(o *serveOptions) (err error) {
	view := &o.view
	if view.remote.socket == "" {
		view.remote.socket = anySocket
	}
	if s.viewers, err = view.remote.serve(viewed{hub: s.hub, store: s.store, screen: view.shared(s.screen(view)), log: s.log}); err != nil {
		return err
	}
	if s.metrics, err = o.metrics.open(s); s.metrics != nil {
		s.metrics.Ready(true)
	}
	return err
}

// screen is what viewers see.
func (s *served) screen(view *viewOptions) ui.Config {
	return ui.Config{
		Store: s.store, Watch: s.watch, Addresses: s.hub.server.Addrs(), Notices: s.hub.server.Notices(),
		Hint: view.offer.run, BuiltHint: view.offer.built,
	}
}

// close ends all sessions properly, and waits until all is taken in.
func (s *served) close() error {
	var errs []error
	if s.metrics != nil {
		s.metrics.Ready(false)
	}
	if s.viewers != nil {
		errs = append(errs, s.viewers.sendOff())
	}
	errs = append(errs, s.hub.shutdown())
	s.rest()
	s.chores.Wait()
	s.watch.Close()
	if cause := s.watch.Failed(); cause != nil {
		s.log.Error("watchers failed: please report this defect", "cause", fmt.Sprint(cause))
	}
	if s.metrics != nil {
		s.metrics.Close()
	}
	return errors.Join(errs...)
}
