package cli

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"goapptrace/session"
)

func (a *app) serveCommand() *cobra.Command {
	var listen listenOptions
	var view viewOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Listen without a terminal, and log",
		Long: `Listen without a terminal, until a SIGINT, SIGTERM or SIGHUP.

What happens is logged to standard error. With --plain, --json, --filter or --calls the traces are printed to standard output too.`,
		Args:    noArguments,
		Example: "goapptrace serve --json --listen unix:///run/trace.sock",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := view.check(); err != nil {
				return usage(cmd, err)
			}
			if err := view.settle(cmd.Flags()); err != nil {
				return err
			}
			config, err := listen.config(view.settings)
			if err != nil {
				return err
			}
			config.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
			ctx, stop := untilEnd(cmd.Context())
			defer stop()
			if view.prints() {
				return watchPrinted(ctx, config, view)
			}
			return serveSilent(ctx, config, view)
		},
	}
	listen.register(cmd.Flags())
	view.register(cmd.Flags())
	for _, name := range []string{"ascii", "no-mouse", "memory", "theme"} { // there is no screen
		_ = cmd.Flags().MarkHidden(name)
	}
	return cmd
}

// serveSilent listens and logs until ctx or the duration of view ends it.
func serveSilent(ctx context.Context, config session.Config, view viewOptions) error {
	h, err := newHub(config, func(uint64, string) feed { return nowhere{} })
	if err != nil {
		return err
	}
	sayNotices(h, config.Log)
	select {
	case <-ctx.Done():
	case <-view.expired():
	}
	return h.shutdown()
}

// nowhere is a feed that leads nowhere.
type nowhere struct{}

func (nowhere) take(session.Event)           {}
func (nowhere) tick(time.Time) time.Duration { return 0 }
func (nowhere) end(time.Time)                {}
