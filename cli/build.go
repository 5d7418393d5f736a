package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"goapptrace/instrument"
)

func (a *app) buildCommand() *cobra.Command {
	var hooks hookOptions
	cmd := &cobra.Command{
		Use:   "build [flags] [build flags] -o OUT PKG",
		Short: "Build a program with hooks, to be run later",
		Long: `Build a program with a hook in every function of the main module, as "go build" does with the same arguments.

The hooks are off unless GOAPPTRACE_SERVER names a viewer when the program runs:

  GOAPPTRACE_SERVER  unix:///path, tcp://host:port or, if it was built with --tls, tls://host:port
  GOAPPTRACE_APP     the name to show, by default that of the executable
  GOAPPTRACE_SECRET  what --secret-file asks for
  GOAPPTRACE_CA      a file with the certificates that vouch for a viewer behind tls://`,
		Example: `goapptrace build -o app ./cmd/app
GOAPPTRACE_SERVER=tcp://127.0.0.1:8600 ./app`,
		DisableFlagParsing: true,
	}
	hooks.register(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		split, err := ownFlags(cmd, args)
		if errors.Is(err, errHelp) {
			return cmd.Help()
		}
		if err != nil {
			return usage(cmd, err)
		}
		return a.build(cmd.Context(), split, hooks)
	}
	return cmd
}

func (a *app) build(ctx context.Context, args goArgs, hooks hookOptions) error {
	parsed := instrument.Arguments{Flags: args.build, Packages: slices.Concat(args.pkgs, args.rest)}
	if args.dir != "" {
		parsed.Flags = append(parsed.Flags, "-C="+args.dir)
	}
	ctx, stop := untilEnd(ctx)
	defer stop()
	plan, err := instrument.Build(ctx, a.instrumentOptions(parsed, hooks))
	if err != nil {
		return buildError(ctx.Err(), err)
	}
	sayAll(plan.Notices)
	flagPatterns{"args": hooks.args.patterns}.sayUnmatched(plan)
	if n := plan.Leaves(); n > 0 {
		say("%s", leftInLine(n, n+plan.Hooked()))
	}
	return nil
}

// leftInLine says that n functions of so many are leaves without a hook.
func leftInLine(n, all int) string {
	if n == 1 {
		return fmt.Sprintf("1 function of %d has no hook, being so small that the compiler puts it in line; --all hooks it too.", all)
	}
	return fmt.Sprintf("%d functions of %d have no hook, being so small that the compiler puts them in line; --all hooks them too.", n, all)
}

// buildError is err, unless the user interrupted.
func buildError(interrupted, err error) error {
	if interrupted != nil {
		return errors.New("build interrupted")
	}
	return err
}

// asksHelp says whether help is among the flags ahead of a package.
func asksHelp(args []string) bool {
	_, err := splitGoArgs(args, nil)
	return errors.Is(err, errHelp)
}
