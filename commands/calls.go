package commands

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"goapptrace/model"
	"goapptrace/query"
)

// callFlags say which calls to list.
type callFlags struct {
	listFlags
	last     int // at most so many of those that there are; all when negative
	follow   bool
	calls    int // 0 for any number
	duration time.Duration
}

// errEnough ends a list that has become as long as was asked for.
var errEnough = errors.New("that is enough")

func (r *run) callsCommand() *cobra.Command {
	flags := callFlags{last: -1}
	cmd := &cobra.Command{
		Use: "calls [flags]", Short: "List calls",
		Long: `List the calls that are kept, in the order of their starts. Those that go on are marked open.

With --follow, calls are listed when they are over: first those that are kept, session by session, then those that end from now on.
Whoever reads too slowly is told how many calls went by.`,
		Args:    noArguments,
		Example: "  " + program + " calls --json --filter 'dur > 1ms'\n  " + program + " calls --last 20 --follow --filter err",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := flags.check(cmd); err != nil {
				return err
			}
			err := r.calls(cmd.Context(), &flags)
			if errors.Is(err, errEnough) {
				return nil
			}
			return err
		},
	}
	flags.register(cmd, query.Calls, "store, 'dur > 10ms and err' or 'session = shop'")
	flags.registerSession(cmd)
	cmd.Flags().Var(count{&flags.last}, "last", "begin with the last so many of the calls that are kept; -1 for all")
	cmd.Flags().BoolVarP(&flags.follow, "follow", "f", false, "go on with calls that end from now on")
	cmd.Flags().Var(count{&flags.calls}, "calls", "end after so many calls were printed")
	cmd.Flags().DurationVar(&flags.duration, "duration", 0, "end after this time, such as 10s")
	return cmd
}

func (f *callFlags) check(cmd *cobra.Command) error {
	switch {
	case f.last < -1:
		return usage(cmd, "--last %d: needs a number from 0 on, or -1 for all", f.last)
	case f.calls < 0:
		return usage(cmd, "--calls %d: needs a number over 0", f.calls)
	case f.duration < 0:
		return usage(cmd, "--duration %v: needs a time over 0", f.duration)
	}
	return nil
}

func (r *run) calls(ctx context.Context, flags *callFlags) error {
	if flags.duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, flags.duration, errEnough)
		defer cancel()
	}
	list, err := r.chosen(&flags.listFlags)
	if err != nil {
		return err
	}
	p := newCallPrinter(r, flags)
	p.head()
	from, err := r.firstOfLast(ctx, list, flags)
	if err != nil {
		return err
	}
	if flags.follow {
		return r.follow(ctx, p, from, flags)
	}
	m := newMerge(ctx, list, flags.filter.Filter, r.Now)
	for _, w := range m.walks {
		w.next = max(w.next, from[w.session.ID()])
	}
	err = m.each(func(w *walk, row *model.CallRow) error { return p.call(w.session, row) })
	for _, w := range m.walks {
		p.missed(w.session, w.missed)
	}
	return err
}

// firstOfLast are the numbers of the calls to begin with, by session: a session without has none among the last ones.
func (r *run) firstOfLast(ctx context.Context, list []*model.Session, flags *callFlags) (map[uint64]uint64, error) {
	from := map[uint64]uint64{}
	if flags.last < 0 {
		return from, nil
	}
	m := newMerge(ctx, list, flags.filter.Filter, r.Now)
	for _, w := range m.walks {
		w.turnBack()
		from[w.session.ID()] = w.until + 1
	}
	left := flags.last
	if left == 0 {
		return from, nil
	}
	err := m.each(func(w *walk, row *model.CallRow) error {
		from[w.session.ID()] = row.Seq
		if left--; left == 0 {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) && ctx.Err() == nil {
		err = nil
	}
	return from, err
}
