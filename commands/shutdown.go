package commands

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"goapptrace/remote"
)

func (r *run) shutdownCommand() *cobra.Command {
	return &cobra.Command{
		Use: "shutdown SESSION...", Short: "End sessions: their programs go on untraced",
		Long:    "End sessions: their programs go on untraced. That takes the role operate.",
		Example: "  " + program + " shutdown 3",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage(cmd, "which sessions? %q lists those that there are", program+" sessions")
			}
			ids := make([]uint64, len(args))
			for i, word := range args {
				id, err := sessionNumber(word)
				if err != nil {
					return usage(cmd, "%w", err)
				}
				ids[i] = id
			}
			var failed error
			for _, id := range ids {
				err := r.shutdown(id)
				if errors.Is(err, remote.ErrWatchOnly) {
					return err
				}
				failed = errors.Join(failed, err)
			}
			return failed
		},
	}
}

// shutdown asks a session to end. Whether the viewer may do so is said before anything else.
func (r *run) shutdown(id uint64) error {
	if err := r.Commander.Shutdown(id); err != nil {
		return r.denied(id, err)
	}
	fmt.Fprintf(r.out, "session %d: asked to end\n", id)
	return nil
}

// denied is why a command to a session came to nothing. The commander's error names the session, if it is about that; to it, one that
// never was is like one that has ended.
func (r *run) denied(id uint64, err error) error {
	if !errors.Is(err, remote.ErrWatchOnly) && r.Store.Session(id) == nil {
		return noSession(id)
	}
	return err
}
