package cli

import (
	"errors"
	"os"

	"github.com/spf13/cobra"

	"goapptrace/instrument"
)

func (a *app) buildCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "build [build flags] -o OUT PKG",
		Short: "Build a program with hooks, to be run later",
		Long: `Build a program with a hook in every function of the main module, as "go build" does with the same arguments.

The hooks are off unless GOAPPTRACE_SERVER names a viewer when the program runs:

  GOAPPTRACE_SERVER  unix:///path or tcp://host:port
  GOAPPTRACE_APP     the name to show, by default that of the executable
  GOAPPTRACE_SECRET  what --secret-file asks for`,
		Example: `goapptrace build -o app ./cmd/app
GOAPPTRACE_SERVER=tcp://127.0.0.1:8600 ./app`,
		DisableFlagParsing: true,
		RunE:               a.build,
	}
}

func (a *app) build(cmd *cobra.Command, args []string) error {
	if asksHelp(args) {
		return cmd.Help()
	}
	parsed, err := instrument.ParseBuild(args)
	if err != nil {
		return usage(cmd, err)
	}
	ctx, stop := untilEnd(cmd.Context())
	defer stop()
	plan, err := instrument.Build(ctx, a.instrumentOptions(parsed))
	if err != nil {
		return buildError(ctx.Err(), err)
	}
	sayAll(plan.Notices)
	return nil
}

func (a *app) instrumentOptions(args instrument.Arguments) instrument.Options {
	return instrument.Options{Arguments: args, Runtime: a.runtime, Stdout: os.Stdout, Stderr: os.Stderr}
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
