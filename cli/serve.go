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
			if err := o.settle(cmd.Flags()); err != nil {
				return err
			}
			if err := o.view.check(); err != nil {
				return usage(cmd, err)
			}
			config, err := o.listen.config(o.view.settings, o.log.open(os.Stderr))
			if err != nil {
				return err
			}
			config.Returns = true
			o.view.remote.limits = o.listen.limits.viewers
			return serve(cmd.Context(), config, &o)
		},
	}
	o.register(cmd.Flags())
	return cmd
}

// serve keeps what connects, and prints it if that is asked for, until a signal or a bound ends it.
func serve(ctx context.Context, config session.Config, o *serveOptions) error {
	ctx, stop := untilEnd(ctx)
	defer stop()
	out := &outlet{lines: newLineWriter(io.Discard)} // without a printer
	if o.view.prints() {
		ignoreBrokenPipe()
		var err error
		if out, err = o.view.openOutlet(); err != nil {
			return err
		}
	}
	s, err := newServed(config, o, out.printer)
	if err != nil {
		return err
	}
	sayNotices(s.hub, s.log)
	if out.printer != nil {
		out.listening(s.hub.server.Addrs(), s.hub.server.Notices())
	}
	select {
	case <-ctx.Done():
		stop() // who asks again is in a hurry
		s.log.Info("ending", "why", context.Cause(ctx).Error())
	case <-o.view.expired():
	case <-out.quota.done():
	case <-out.lines.failed:
	}
	if err := s.close(); err != nil {
		return err
	}
	return out.close()
}
