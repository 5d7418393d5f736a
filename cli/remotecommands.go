package cli

import (
	"context"
	"io"

	"goapptrace/commands"
	"goapptrace/model"
	"goapptrace/remote"
	"goapptrace/ui"
)

// remoteCommands runs the commands of viewers elsewhere, for [remote.Config.Command].
func remoteCommands(store *model.Store, hub ui.Commander, room *remote.Room) func(context.Context, remote.Viewer, []string, io.Reader, io.Writer, io.Writer) int {
	return func(ctx context.Context, v remote.Viewer, args []string, _ io.Reader, stdout, stderr io.Writer) (status int) {
		return commands.Run(ctx, commands.Config{
			Store: store, Commander: remote.Commander(v, hub), Company: room, Self: v.ID, Version: version(),
		}, args, stdout, stderr)
	}
}
