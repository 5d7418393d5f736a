package attach

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"goapptrace/session"
)

// mostViewers bounds who is attached at a socket at the same time.
const mostViewers = 16

// Listener serves viewers at a Unix socket, which only this user gets at.
type Listener struct {
	listener net.Listener
	viewer   func() (source Source, leave func())
	log      *slog.Logger
	cancel   context.CancelFunc
	all      sync.WaitGroup
	room     chan struct{}
}

// Listen listens at the socket at path, which must be absolute. For each viewer it calls viewer, and what that returns when he has
// gone. Log may be nil.
func Listen(path string, viewer func() (source Source, leave func()), log *slog.Logger) (*Listener, error) {
	ctx, cancel := context.WithCancel(context.Background())
	l, err := session.ListenPrivate(ctx, path)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("listen for attached screens at %q: %w", path, err)
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Listener{listener: l, viewer: viewer, log: log, cancel: cancel, room: make(chan struct{}, mostViewers)}
	s.all.Go(func() { s.accept(ctx) })
	return s, nil
}

func (l *Listener) accept(ctx context.Context) {
	for {
		conn, err := l.listener.Accept()
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // no descriptors, most likely
			l.log.Warn("an attached screen was not let in", "error", err.Error())
			select {
			case <-ctx.Done():
				return
			case <-time.After(time.Second):
			}
			continue
		}
		select {
		case l.room <- struct{}{}:
		default:
			l.log.Warn("an attached screen was not let in", "error", fmt.Sprintf("there are %d already", mostViewers))
			_ = conn.Close()
			continue
		}
		l.all.Go(func() {
			defer func() { <-l.room }()
			source, leave := l.viewer()
			defer leave()
			if err := Serve(ctx, source, conn); err != nil {
				l.log.Warn("an attached screen ended badly", "error", err.Error())
			}
		})
	}
}

// Close sends the viewers away and waits until they are gone.
func (l *Listener) Close() error {
	l.cancel()
	err := l.listener.Close()
	l.all.Wait()
	return err
}
