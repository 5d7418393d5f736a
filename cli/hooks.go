package cli

import (
	"os"

	"github.com/spf13/pflag"

	"goapptrace/instrument"
)

// hookOptions say what gets a hook when a program is built.
type hookOptions struct {
	all    bool             // leaf functions too
	args   functionPatterns // whose arguments and results are told
	noLogs bool             // leave out what is logged
	tls    bool             // for viewers behind tls://
	with   patterns         // of packages that aren't the user's own
}

func (o *hookOptions) register(flags *pflag.FlagSet) {
	flags.BoolVar(&o.all, "all", false, "hook leaf functions too: small ones without calls and loops, which the compiler puts in line")
	flags.Var(&o.args, "args", "tell arguments and results of functions that match, such as 'store.*', or with no pattern of all; may be given again")
	flags.Lookup("args").NoOptDefVal = "*"
	flags.BoolVar(&o.noLogs, "no-logs", false, "don't tell what the program writes with packages log and log/slog; they stay as they are")
	flags.BoolVar(&o.tls, "tls", false, "have the program reach viewers behind tls://; without it only those do that use crypto/tls themselves, or are built where GOAPPTRACE_SERVER says so")
	flags.Var(&o.with, "with", "hook dependencies or standard packages that match too, such as github.com/x/... or net/http; may be given again")
}

// instrumentOptions are for a build of args.
func (a *app) instrumentOptions(args instrument.Arguments, hooks hookOptions) instrument.Options {
	return instrument.Options{
		Arguments: args, With: hooks.with, All: hooks.all, Args: hooks.args.patterns, NoLogs: hooks.noLogs, TLS: hooks.tls,
		Runtime: a.runtime, ToolExec: toolExec(), Stdout: os.Stdout, Stderr: os.Stderr,
	}
}
