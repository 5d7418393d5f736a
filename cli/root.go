package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func (a *app) rootCommand() *cobra.Command {
	root := a.watchCommand()
	root.Use = "goapptrace"
	root.Short = "Watch what a Go program does, call by call, while it runs."
	root.Long = root.Short + `

Without a command it listens for programs, as "goapptrace watch" does.`
	root.Example = `# trace a program of yours, unchanged
goapptrace run ./cmd/app

# the same, as text
goapptrace run --plain --calls 1000 ./cmd/app

# in one terminal listen, in another one trace a program that needs the terminal itself
goapptrace watch
goapptrace run --no-ui ./cmd/editor`
	root.Args = knownCommand
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usage(cmd, err) })
	root.AddCommand(a.runCommand(), a.buildCommand(), a.testCommand(), a.watchCommand(), a.serveCommand(), a.attachCommand(), a.configCommand())
	return root
}

func usage(cmd *cobra.Command, err error) error {
	return &usageError{command: cmd.CommandPath(), err: err}
}

// knownCommand refuses arguments of the root, which are meant to be a command or a program.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := ""
	if suggestions := cmd.SuggestionsFor(args[0]); len(suggestions) > 0 {
		hint = fmt.Sprintf("; did you mean %q?", suggestions[0])
	} else if strings.ContainsAny(args[0], "./") {
		hint = fmt.Sprintf("; to trace a program: goapptrace run %s", strings.Join(args, " "))
	}
	return usage(cmd, fmt.Errorf("unknown command %q%s", args[0], hint))
}

// noArguments refuses arguments of a command that takes none.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(cmd, fmt.Errorf("unexpected argument %q: this command takes none", args[0]))
	}
	return nil
}
