// Package commands is what somebody who isn't at this machine may ask of a server with one line, such as
// "goapptrace calls --json --filter 'dur > 1ms'": lists of sessions, calls, functions, goroutines and viewers, and commands to sessions.
//
// [Run] runs one such line for a viewer until it is done or its context ends. It reads a [goapptrace/model.Store] page by page, so
// that neither ingest nor memory suffer from how much there is or how slowly it is read. It touches nothing else of the machine: no
// file, no environment, no standard stream. What changes sessions goes through the viewer's Commander, which decides whether he may.
package commands

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/remote"
	"goapptrace/ui"
	"goapptrace/ui/safe"
)

// The exit statuses.
const (
	StatusDone    = 0
	StatusFailed  = 1
	StatusUsage   = 2  // the words make no sense
	StatusRefused = 77 // the viewer's role doesn't allow it
)

// Config is what commands are about. Store and Commander are needed.
type Config struct {
	Store     *model.Store
	Commander ui.Commander // of the viewer: it refuses with [remote.ErrWatchOnly] what he may not do
	Company   ui.Company   // who else watches, nil when nobody knows
	Self      uint64       // the viewer's number among them
	Version   string       // of this program

	Now func() time.Time // the clock, [time.Now] when nil
}

// usageError says that the words make no sense.
type usageError struct {
	command string // as it was called
	err     error
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// Run runs the command that args ask for, with or without a first word "goapptrace", and returns its exit status. What it lists goes
// to stdout and what went wrong to stderr, both fit for a terminal. It ends soon after ctx, but for a write that takes longer.
func Run(ctx context.Context, config Config, args []string, stdout, stderr io.Writer) (status int) {
	if config.Now == nil {
		config.Now = time.Now
	}
	if len(args) > 0 && args[0] == program {
		args = args[1:]
	}
	r := &run{Config: config, out: newOutput(ctx, stdout)}
	err := r.execute(ctx, args)
	if fault := r.out.Flush(); err == nil {
		err = fault
	}
	if err == nil {
		return StatusDone
	}
	report(stderr, err)
	return statusOf(err)
}

func statusOf(err error) int {
	var usage *usageError
	switch {
	case errors.As(err, &usage):
		return StatusUsage
	case errors.Is(err, remote.ErrWatchOnly):
		return StatusRefused
	}
	return StatusFailed
}

// report tells what went wrong, in which the viewer's own words and strangers' may occur.
func report(w io.Writer, err error) {
	text := strings.Join(safe.Lines(protocol.Text(err.Error())), "\n")
	var usage *usageError
	if errors.As(err, &usage) {
		text += fmt.Sprintf("\nTry %q.", usage.command+" --help")
	}
	fmt.Fprintf(w, "%s: %s\n", program, text)
}

// run is a command that runs. One goroutine uses it.
type run struct {
	Config
	out *output
}
