package cli

import (
	"context"
	"log/slog"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"goapptrace/config"
	"goapptrace/session"
)

// listenOptions say where to listen and whom to let in.
type listenOptions struct {
	addrs      []string
	secretFile string
}

func (o *listenOptions) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&o.addrs, "listen", nil,
		"listen on unix:///path or tcp://host:port instead of the default addresses; may be given again")
	flags.StringVar(&o.secretFile, "secret-file", "", "let only programs in that know the secret in this file")
}

// config is what to listen with: --listen is among the settings.
func (o *listenOptions) config(settings *config.Config) (session.Config, error) {
	secret, err := readSecret(o.secretFile)
	return session.Config{Listen: settings.List("listen"), Secret: secret}, err
}

func (a *app) watchCommand() *cobra.Command {
	var listen listenOptions
	var view viewOptions
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Listen, and show the programs that connect",
		Args:  noArguments,
		Example: `# on the default addresses
goapptrace watch

# for programs in containers; they need GOAPPTRACE_SERVER and GOAPPTRACE_SECRET
goapptrace watch --listen tcp://0.0.0.0:8600 --secret-file secret.txt`,
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
			config, err := listen.config(view.settings)
			if err != nil {
				return err
			}
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
