package instrument

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// Build builds the packages with hooks, as "go build" does with the same arguments.
func Build(ctx context.Context, opts Options) (*Plan, error) {
	plan, err := NewPlan(ctx, opts, Building)
	if err != nil {
		return nil, explain(ctx, opts, Building, err)
	}
	var stdout, stderr bytes.Buffer
	cmd := plan.Command(ctx)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if plan.recalled && ctx.Err() == nil { // it may be that something has changed that we don't look at
			opts.anew = true
			return Build(ctx, opts)
		}
		output := append(stdout.Bytes(), stderr.Bytes()...)
		return nil, explain(ctx, opts, Building, exitError(cmd, err, output))
	}
	pass(opts.Stdout, stdout.Bytes())
	pass(opts.Stderr, stderr.Bytes())
	return plan, nil
}

// Test builds and runs tests with hooks, as "go test" does with the same arguments, except that it doesn't run vet.
// What tests print is passed on at once. An [*ExitError] may mean no more than a failed test.
func Test(ctx context.Context, opts Options) (*Plan, error) {
	plan, err := NewPlan(ctx, opts, Testing)
	if err != nil {
		return nil, explain(ctx, opts, Testing, err)
	}
	// Tests print to stdout, whatever they print to; stderr has the compiler's messages.
	var stderr bytes.Buffer
	stdout := &testOutput{to: opts.Stdout, names: plan.originals(), covered: plan.covered}
	cmd := plan.Command(ctx)
	cmd.Stdout, cmd.Stderr = stdout, &stderr
	if err := cmd.Run(); err != nil {
		failed := exitError(cmd, err, nil)
		if !stdout.buildFailed {
			pass(opts.Stderr, stderr.Bytes())
			return plan, failed
		}
		// The messages tell of rewritten files. Ask again, without hooks.
		if buildsPlain(ctx, opts, Testing, nil, opts.Stderr) == nil {
			return plan, &DefectError{Output: stderr.Bytes()}
		}
		return plan, failed
	}
	pass(opts.Stderr, stderr.Bytes())
	return plan, nil
}

// explain finds out whose fault it is that a build with hooks failed. The user gets to see what the go
// command says about the program as they wrote it.
func explain(ctx context.Context, opts Options, mode Mode, err error) error {
	var exit *ExitError
	if errors.Is(err, ErrNothingToHook) { // perhaps since nothing can be loaded, for which the go command has the words
		return cmp.Or(buildsPlain(ctx, opts, mode, nil, opts.Stderr), err)
	}
	if !errors.As(err, &exit) || ctx.Err() != nil {
		return err
	}
	if bytes.HasPrefix(exit.Output, []byte("go: build output ")) { // what is in its way has nothing to do with hooks
		pass(opts.Stderr, exit.Output)
		return &ExitError{Command: exit.Command, Status: exit.Status}
	}
	if plain := buildsPlain(ctx, opts, mode, opts.Stdout, opts.Stderr); plain != nil {
		return plain
	}
	return &DefectError{Output: exit.Output}
}

// buildsPlain builds without hooks, and keeps nothing of what it makes.
func buildsPlain(ctx context.Context, opts Options, mode Mode, stdout, stderr io.Writer) error {
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return fmt.Errorf("find the directory: %w", err)
	}
	dir, flags := changeDir(dir, opts.Flags)
	args := slices.Concat([]string{"build", "-o=" + os.DevNull}, without(flags, "o"))
	if mode == Testing {
		// This compiles the tests, but doesn't link them. It prints their names, which nobody asked for.
		stdout = nil
		args = slices.Concat([]string{"list", "-test", "-export"}, listFlags(flags))
	}
	cmd := newGoCommand(dir, opts.Env).command(ctx, append(args, opts.Packages...)...)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if err := cmd.Run(); err != nil {
		return exitError(cmd, err, nil)
	}
	return nil
}

func pass(to io.Writer, text []byte) {
	if to != nil {
		_, _ = to.Write(text)
	}
}

// gracePeriod is how long a go command may take to end its children after an interrupt.
const gracePeriod = 10 * time.Second

func interruptible(cmd *exec.Cmd) *exec.Cmd {
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = gracePeriod
	return cmd
}
