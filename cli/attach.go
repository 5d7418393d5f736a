package cli

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/cobra"

	"goapptrace/attach"
	"goapptrace/ui"
)

func (a *app) attachCommand() *cobra.Command {
	var view viewOptions
	cmd := &cobra.Command{
		Use:   "attach ssh://[user@]host[:port] | unix:///path",
		Short: "Show what a goapptrace elsewhere has, with a screen drawn here",
		Long: `Show what a goapptrace elsewhere has, with a screen drawn here: only what is in view crosses the network, and when the
connection breaks it is made again, and the screen goes on where it was.

Over SSH it runs the system's ssh, so that your configuration, keys and known hosts count.`,
		Example: `# the goapptrace that serves on that host with --ssh :2222
goapptrace attach ssh://host:2222

# one on this machine
goapptrace attach unix:///run/user/1000/goapptrace-view.sock`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(cmd, errors.New("needs one address, such as ssh://host:2222"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			dial, err := attach.ParseTarget(args[0])
			if err != nil {
				return usage(cmd, err)
			}
			if err := view.settle(cmd.Flags()); err != nil {
				return err
			}
			if !view.screen() {
				return errors.New("attach needs a terminal; without one ask for what there is over SSH, as in: ssh -p 2222 host goapptrace calls --json")
			}
			return attachScreen(cmd.Context(), dial, &view)
		},
	}
	view.registerSettings(cmd.Flags())
	for _, name := range []string{"plain", "json", "memory", "watch"} { // for those who have the store
		_ = cmd.Flags().MarkHidden(name)
	}
	return cmd
}

// attachScreen shows the screen of a store elsewhere until the user leaves it, ctx ends, or the terminal is gone.
func attachScreen(ctx context.Context, dial attach.Dial, view *viewOptions) error {
	ctx, stop := untilEnd(ctx)
	defer stop()
	client, err := attach.Open(ctx, dial, attach.Options{Version: version()})
	if err != nil {
		return err
	}
	defer client.Close()
	config := client.Config()
	view.dress(&config)
	config.Filters, config.KeepFilters = userFilters()
	err = ui.Run(ctx, config)
	if err != nil && !errors.Is(err, tea.ErrInterrupted) {
		return fmt.Errorf("show the screen: %w", err)
	}
	return nil
}
