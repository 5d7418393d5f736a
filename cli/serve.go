package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

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
			o.listen.warn(config.Log)
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
	context.AfterFunc(ctx, stop) // who asks again is in a hurry, also while something is being opened
	r, err := startUntil(ctx, func() (*serving, error) { return o.start(config) })
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		stop() // ahead of what AfterFunc started: whoever reads of the ending may ask again
		r.served.log.Info("ending", "why", context.Cause(ctx).Error())
	case <-o.view.expired():
	case <-r.out.quota.done():
	case <-r.out.lines.failed:
	}
	if err := r.served.close(); err != nil {
		return err
	}
	return r.out.close()
}

// serving is a server, and where it prints.
type serving struct {
	served *served
	out    *outlet
}

// start opens all that a server needs.
func (o *serveOptions) start(config session.Config) (*serving, error) {
	out := &outlet{lines: newLineWriter(io.Discard)} // without a printer
	if o.view.prints() {
		ignoreBrokenPipe()
		var err error
		if out, err = o.view.openOutlet(); err != nil {
			return nil, err
		}
	}
	s, err := newServed(config, o, out.printer)
	if err != nil {
		return nil, err
	}
	sayNotices(s.hub, s.log)
	if out.printer != nil {
		out.listening(s.hub.server.Addrs(), s.hub.server.Notices())
	}
	return &serving{s, out}, nil
}

// startUntil starts something. Opening a file may take for ever (a pipe that nobody writes to, a network that is down): when ctx ends
// meanwhile, a start that isn't done a little later is given up.
func startUntil[T any](ctx context.Context, start func() (T, error)) (T, error) {
	var started T
	done := make(chan error, 1)
	go func() {
		s, err := start()
		started = s
		done <- err
	}()
	select {
	case err := <-done:
		return started, err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return started, err
	case <-time.After(goodbye):
		var none T
		return none, fmt.Errorf("%w before all was opened", context.Cause(ctx))
	}
}
