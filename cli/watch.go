package cli

import (
	"context"
	"log/slog"

	"github.com/spf13/cobra"

	"goapptrace/session"
)

func (a *app) watchCommand() *cobra.Command {
	var listen listenOptions
	var view viewOptions
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Listen, and show the programs that connect",
		Args:  noArguments,
		Example: `# on the default addresses
goapptrace watch

# for programs on other machines; they need GOAPPTRACE_SERVER, GOAPPTRACE_SECRET_FILE and GOAPPTRACE_CA
goapptrace watch --listen tls://0.0.0.0:8600 --tls-cert cert.pem --tls-key key.pem --secret-file secret.txt`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := view.check(); err != nil {
				return usage(cmd, err)
			}
			if err := view.settle(cmd.Flags()); err != nil {
				return err
			}
			if err := view.remote.besideScreen(view.screen()); err != nil {
				return usage(cmd, err)
			}
			config, err := listen.config(view.settings, nil)
			if err != nil {
				return err
			}
			view.remote.limits = listen.limits.viewers
			ctx, stop := untilEnd(cmd.Context())
			defer stop()
			if view.screen() {
				return watchScreen(ctx, config, listen.secretFile, view)
			}
			return watchPrinted(ctx, config, view)
		},
	}
	listen.register(cmd.Flags())
	view.register(cmd.Flags())
	view.remote.register(cmd.Flags())
	return cmd
}

// watchPrinted prints what connects until ctx or a bound of view ends it.
func watchPrinted(ctx context.Context, config session.Config, view viewOptions) error {
	ignoreBrokenPipe()
	out, err := view.openOutlet()
	if err != nil {
		return err
	}
	h, err := newHub(config, out.open)
	if err != nil {
		return err
	}
	sayNotices(h, config.Log)
	out.listening(h.server.Addrs(), h.server.Notices())
	select {
	case <-ctx.Done():
	case <-view.expired():
	case <-out.quota.done():
	case <-out.lines.failed:
	}
	if err := h.shutdown(); err != nil {
		return err
	}
	return out.close()
}

// sayNotices tells the user about the addresses, in the log if there is one.
func sayNotices(h *hub, log *slog.Logger) {
	if log == nil {
		sayAll(h.server.Notices())
		return
	}
	for _, notice := range h.server.Notices() {
		log.Warn(notice)
	}
}
