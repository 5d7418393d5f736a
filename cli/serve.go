package cli

import (
	"context"
	"io"
	"os"

	"github.com/spf13/cobra"

	"goapptrace/session"
)

func (a *app) serveCommand() *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Listen without a terminal, and log",
		Long: `Listen without a terminal, until a SIGINT, SIGTERM or SIGHUP. A second one ends it at once.

What happens is logged to standard error. With --plain, --json, --filter or --calls the traces are printed to standard output too.`,
		Args: noArguments,
		Example: `# print what connects there
goapptrace serve --json --listen unix:///run/trace.sock

# as a service: everything is in a file
goapptrace serve --config /etc/goapptrace/config.toml`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.view.check(); err != nil {
				return usage(cmd, err)
			}
			if err := o.settle(cmd.Flags()); err != nil {
				return err
			}
			config, err := o.listen.config(o.view.settings)
			if err != nil {
				return err
			}
			config.Log = o.log.open(os.Stderr)
			ctx, stop := untilEnd(cmd.Context())
			defer stop()
			context.AfterFunc(ctx, stop) // who asks again is in a hurry
			return serve(ctx, config, o.view)
		},
	}
	o.register(cmd.Flags())
	return cmd
}

// serve keeps what connects, and prints it if view asks for that, until ctx or a bound of view ends it.
func serve(ctx context.Context, config session.Config, view viewOptions) error {
	out := &outlet{lines: newLineWriter(io.Discard)} // without a printer
	if view.prints() {
		ignoreBrokenPipe()
		var err error
		if out, err = view.openOutlet(); err != nil {
			return err
		}
	}
	s, err := newServed(config, view, out.printer)
	if err != nil {
		return err
	}
	sayNotices(s.hub, s.log)
	if out.printer != nil {
		out.listening(s.hub.server.Addrs(), s.hub.server.Notices())
	}
	select {
	case <-ctx.Done():
		s.log.Info("ending", "why", context.Cause(ctx).Error())
	case <-view.expired():
	case <-out.quota.done():
	case <-out.lines.failed:
	}
	if err := s.close(); err != nil {
		return err
	}
	return out.close()
}
