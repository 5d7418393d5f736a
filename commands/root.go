package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// program is what the commands are called by, here and in a shell.
const program = "goapptrace"

// Names are the commands that there are, in order.
func Names() []string {
	var names []string
	for _, cmd := range (&run{}).root().Commands() {
		names = append(names, cmd.Name())
	}
	slices.Sort(names)
	return names
}

func (r *run) root() *cobra.Command {
	root := &cobra.Command{
		Use: program, Short: "Ask a goapptrace elsewhere what it knows.",
		SilenceErrors: true, SilenceUsage: true, DisableSuggestions: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Args:              r.unknown,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return &usageError{program, fmt.Errorf("which command? %s", thereAre(cmd))}
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &usageError{cmd.CommandPath(), fmt.Errorf("%w%s", err, flagsOf(cmd, err))}
	})
	root.AddCommand(
		r.callsCommand(), r.functionsCommand(), r.goroutinesCommand(), r.sessionsCommand(), r.shutdownCommand(),
		r.traceCommand(), r.versionCommand(), r.viewersCommand(),
	)
	root.SetHelpCommand(r.helpCommand(root))
	root.InitDefaultHelpCmd()
	return root
}

func (r *run) execute(ctx context.Context, args []string) error {
	root := r.root()
	switch {
	case len(args) == 0 || isCommand(root, args[0]):
	case strings.HasPrefix(args[0], "-"):
		args = args[:1] // cobra looks for commands behind a flag, for its own too: these write to files and to the server's log
	default:
		return r.unknown(root, args)
	}
	root.SetArgs(append([]string{}, joinFilters(args)...)) // without any, cobra takes those of the process
	root.SetOut(r.out)
	root.SetErr(r.out)
	root.SetIn(strings.NewReader(""))
	return root.ExecuteContext(ctx)
}

// unknown refuses a first word that is no command.
func (*run) unknown(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return &usageError{program, fmt.Errorf("unknown command %q; %s", args[0], thereAre(root))}
}

func isCommand(root *cobra.Command, name string) bool {
	return slices.ContainsFunc(root.Commands(), func(cmd *cobra.Command) bool { return cmd.Name() == name })
}

func thereAre(root *cobra.Command) string {
	var names []string
	for _, cmd := range root.Commands() {
		names = append(names, cmd.Name())
	}
	return "there are " + strings.Join(names, ", ")
}

// flagsOf names the flags of a command when the error is that one is unknown.
func flagsOf(cmd *cobra.Command, err error) string {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return ""
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	return fmt.Sprintf("; %s has %s", cmd.Name(), strings.Join(names, ", "))
}

// usage says that the words of a command make no sense.
func usage(cmd *cobra.Command, format string, args ...any) error {
	return &usageError{cmd.CommandPath(), fmt.Errorf(format, args...)}
}

// noArguments refuses arguments of a command that takes none.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(cmd, "unexpected argument %q: this command takes none", args[0])
	}
	return nil
}

func (r *run) helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Explain a command, or tell which there are",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return root.Help()
			}
			if !isCommand(root, args[0]) {
				return r.unknown(root, args)
			}
			cmd, _, err := root.Find(args[:1])
			if err != nil {
				return err
			}
			return cmd.Help()
		},
	}
}

func (r *run) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Tell the server's version", Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintln(r.out, program, r.Version)
			return nil
		},
	}
}
