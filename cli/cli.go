// Package cli is goapptrace's command line: one file per command, and what they share.
//
// [Main] reads the arguments and returns the exit status. A command that shows traces makes a hub, which listens and
// leads each session's events to a feed: that of the screen's model, or of one of the two printers (plain.go, json.go).
// The printers pair events into calls (calls.go) and write whole lines (lines.go). The command run adds the
// program itself (child.go), and behind the screen a process that keeps its output flowing (keeper.go).
//
// Exit statuses: that of the traced program, or of the go command that could not build it; 1 when goapptrace
// itself failed; 2 when its arguments or the user's settings make no sense.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"charm.land/fang/v2"

	"goapptrace/instrument"
)

const (
	statusFailed = 1
	statusUsage  = 2
)

// app is what the commands share.
type app struct {
	runtime fs.FS // the sources to inject into programs
	status  int   // to exit with when no error says otherwise
}

// Main runs the command that args, which lack the program's name, ask for. Runtime holds the sources that are compiled
// into traced programs, as [goapptrace/instrument.Options] wants them.
func Main(args []string, runtime fs.FS) int {
	if len(args) > 0 && args[0] == keepCommand {
		keep()
		return 0
	}
	if len(args) > 0 && args[0] == coverCommand {
		return instrument.CoverTool(args[1:])
	}
	a := &app{runtime: runtime}
	root := a.rootCommand()
	root.SetArgs(args)
	err := fang.Execute(context.Background(), root, fang.WithVersion(version()), fang.WithErrorHandler(report))
	if err != nil {
		return statusOf(err)
	}
	return a.status
}

// usageError says that the arguments make no sense.
type usageError struct {
	command string // as it was called
	err     error
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func statusOf(err error) int {
	var usage *usageError
	var settings *settingsError
	if errors.As(err, &usage) || errors.As(err, &settings) {
		return statusUsage
	}
	var exit *instrument.ExitError
	if errors.As(err, &exit) {
		return exit.Status
	}
	return statusFailed
}

// report tells the user about err, once. The go command has spoken for itself when it failed.
func report(w io.Writer, _ fang.Styles, err error) {
	var exit *instrument.ExitError
	if errors.As(err, &exit) {
		_, _ = w.Write(exit.Output)
		return
	}
	fmt.Fprintf(w, "goapptrace: %s\n", strings.TrimSuffix(err.Error(), "\n"))
	var usage *usageError
	if errors.As(err, &usage) {
		fmt.Fprintf(w, "Try %q.\n", usage.command+" --help")
	}
}

// sayAll says each sentence.
func sayAll(sentences []string) {
	for _, s := range sentences {
		say("%s", s)
	}
}

// say writes one of our own messages to where the program's output doesn't go.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "goapptrace: "+format+"\n", args...)
}
