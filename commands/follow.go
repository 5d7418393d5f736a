package commands

import (
	"context"
	"slices"
	"time"

	"goapptrace/model"
)

// Times and amounts of a list that goes on.
const (
	turnTime  = 100 * time.Millisecond // how long calls wait for what is known of them to come
	pageCalls = 256
	turnPages = 64 // of a session, before the others have their turn
)

// follower lists calls that end, of sessions that come and go.
type follower struct {
	*run
	ctx     context.Context
	printer *callPrinter
	flags   *callFlags
	from    map[uint64]uint64 // numbers of the calls to begin with, by session
	begun   map[uint64]bool   // sessions that are followed, or were
	tails   []*tail
}

// tail is a session that is followed.
type tail struct {
	*model.Tail
	session *model.Session
	more    bool // the turn isn't over
}

// follow lists calls until ctx ends, or the sessions that were asked for.
func (r *run) follow(ctx context.Context, p *callPrinter, from map[uint64]uint64, flags *callFlags) error {
	f := &follower{run: r, ctx: ctx, printer: p, flags: flags, from: from, begun: map[uint64]bool{}}
	defer func() {
		for _, t := range f.tails {
			t.Close()
		}
	}()
	ticker := time.NewTicker(turnTime)
	defer ticker.Stop()
	for {
		seen := r.Store.Changed()
		f.begin()
		more, idle, err := f.turn()
		switch {
		case err != nil:
			return err
		case more:
			continue
		case len(f.tails) == 0 && len(flags.sessions) > 0:
			return nil
		}
		if err := r.out.Flush(); err != nil {
			return err
		}
		if err := wait(ctx, ticker.C); err != nil {
			return err
		}
		if idle {
			if err := wait(ctx, r.Store.Beyond(seen)); err != nil {
				return err
			}
		}
	}
}

// wait waits for something to happen.
func wait[T any](ctx context.Context, happens <-chan T) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-happens:
		return nil
	}
}

// begin follows sessions that are new.
func (f *follower) begin() {
	for _, row := range f.Store.Sessions(f.Now()) {
		wanted := len(f.flags.sessions) == 0 || slices.Contains(f.flags.sessions, row.ID)
		s := f.Store.Session(row.ID)
		if f.begun[row.ID] || !wanted || s == nil {
			continue
		}
		f.begun[row.ID] = true
		f.tails = append(f.tails, &tail{Tail: s.Tail(f.flags.filter.Filter, f.from[row.ID]), session: s})
	}
}

// turn lists what has ended, and leaves sessions that are over. It says whether there is more to be listed at once, and if not,
// whether there is nothing until something happens.
func (f *follower) turn() (more, idle bool, err error) {
	idle = true
	for _, t := range f.tails {
		if err := f.list(t); err != nil {
			return false, false, err
		}
		more = more || t.more
		idle = idle && t.Idle()
	}
	f.tails = slices.DeleteFunc(f.tails, func(t *tail) bool {
		over := !t.more && t.session.Row(f.Now()).State.Ended() && t.Idle()
		if over {
			t.Close()
		}
		return over
	})
	return more, idle, nil
}

// list lists some pages of a session's calls.
func (f *follower) list(t *tail) error {
	if !t.more {
		t.Turn()
		t.more = true
	}
	for page := 0; t.more && page < turnPages; page++ {
		if f.ctx.Err() != nil {
			return context.Cause(f.ctx)
		}
		var rows []model.CallRow
		rows, t.more = t.Next(pageCalls, f.Now())
		for i := range rows {
			if err := f.printer.call(t.session, &rows[i]); err != nil {
				return err
			}
		}
	}
	f.printer.missed(t.session, t.Missed())
	return nil
}
