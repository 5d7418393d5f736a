package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"goapptrace/instrument"
	"goapptrace/session"
)

func (a *app) testCommand() *cobra.Command {
	var view viewOptions
	var detail detailOptions
	var hooks hookOptions
	cmd := &cobra.Command{
		Use:   "test [flags] [go test flags] PKG...",
		Short: "Run tests with hooks and watch them",
		Long: `Run tests with hooks and watch them, as "go test" would run them. Each test binary is a session.

The flags below come first, with two dashes; all others go to go test. Results aren't cached, and vet isn't run.
Exits with the status of go test.`,
		Example: `goapptrace test ./store
goapptrace test --json -race -run TestLoad ./store`,
		DisableFlagParsing: true,
	}
	view.register(cmd.Flags())
	detail.register(cmd.Flags())
	hooks.register(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if asksHelp(args) {
			return cmd.Help()
		}
		own, rest := cutOwn(cmd.Flags(), args)
		err := cmd.Flags().Parse(own)
		if err == nil {
			err = errors.Join(view.check(), detail.check())
		}
		parsed, parseErr := instrument.ParseTest(rest)
		if err = errors.Join(err, parseErr); err != nil {
			return usage(cmd, err)
		}
		if err := view.settle(cmd.Flags()); err != nil {
			return err
		}
		return a.test(cmd.Context(), a.instrumentOptions(parsed, hooks), view, detail)
	}
	return cmd
}

// cutOwn splits off the leading flags that have two dashes and are ours.
func cutOwn(flags *pflag.FlagSet, args []string) (own, rest []string) {
	for len(args) > 0 && strings.HasPrefix(args[0], "--") {
		name, _, hasValue := strings.Cut(args[0][2:], "=")
		f := flags.Lookup(name)
		if f == nil {
			break
		}
		n := 1
		if f.NoOptDefVal == "" && !hasValue {
			n = min(2, len(args))
		}
		own, args = append(own, args[:n]...), args[n:]
	}
	return own, args
}

func (a *app) test(ctx context.Context, options instrument.Options, view viewOptions, detail detailOptions) error {
	dir, err := privateDir()
	if err != nil {
		return err
	}
	defer removeDir(dir)
	fatal, err := makeCrashes(dir)
	if err != nil {
		return err
	}
	rings := ringsDir()
	defer removeDir(rings)
	ctx, stop := untilEnd(ctx)
	defer stop()
	server, secret := "unix://"+filepath.Join(dir, "socket"), rand.Text()
	options.Flags = append([]string{"-count=1"}, options.Flags...)
	options.Env = append(os.Environ(), "GOAPPTRACE_SERVER="+server, "GOAPPTRACE_SECRET="+secret, patientEnd)
	options.Env = append(append(options.Env, detail.env()...), ringsEnv+"="+rings, fatal.env())
	t := testRun{
		config:  session.Config{Listen: []string{server}, Secret: secret},
		options: options, left: leavings{rings, fatal}, asked: detail.patterns(options.Args), view: view,
	}
	if view.screen() {
		return t.onScreen(ctx, filepath.Join(dir, "printed"))
	}
	return t.print(ctx)
}

// testRun is a run of go test.
type testRun struct {
	config  session.Config
	options instrument.Options
	left    leavings
	asked   flagPatterns // of functions
	view    viewOptions
}

// print runs the tests and prints their traces.
func (r testRun) print(ctx context.Context) error {
	ignoreBrokenPipe()
	out, err := r.view.openOutlet()
	if err != nil {
		return err
	}
	h, err := newHub(r.config, out.open)
	if err != nil {
		return err
	}
	h.yard.lookInto(r.left)
	out.listening(h.server.Addrs(), h.server.Notices())
	if r.view.inJSON() && out.file == nil {
		r.options.Stdout = os.Stderr
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	tests := r.start(ctx)
	bounded := true
	select {
	case <-tests.done:
		bounded = false
	case <-r.view.expired():
	case <-out.quota.done():
	case <-out.lines.failed:
	}
	cancel()
	if err = tests.wait(); bounded {
		err = nil
	}
	h.settle(anyone)
	h.raiseStrays()
	return errors.Join(err, h.shutdown(), out.close())
}

// onScreen runs the tests behind the screen. What they print goes to a file, and is printed when the user leaves.
func (r testRun) onScreen(ctx context.Context, file string) error {
	printed, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("keep what the tests print: %w", err)
	}
	defer printed.Close()
	r.options.Stdout, r.options.Stderr = printed, printed
	store := r.view.store()
	h, err := newHub(r.config, func(id uint64, remote string) feed { return openModelFeed(store, id, remote) })
	if err != nil {
		return err
	}
	h.yard.lookInto(r.left)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	tests := r.start(ctx)
	err = show(ctx, h, store, r.view)
	cancel()
	testErr := tests.wait()
	_, printErr := io.Copy(os.Stdout, io.NewSectionReader(printed, 0, math.MaxInt64))
	return errors.Join(err, printErr, testErr, h.shutdown())
}

// tests are tests that go on.
type tests struct {
	done chan struct{} // closed when they have ended
	plan *instrument.Plan
	err  error

	asked flagPatterns
}

func (r testRun) start(ctx context.Context) *tests {
	t := &tests{done: make(chan struct{}), asked: r.asked}
	go func() {
		defer close(t.done)
		t.plan, t.err = instrument.Test(ctx, r.options)
	}()
	return t
}

// wait waits for the end of the tests, and says what the user should know of them.
func (t *tests) wait() error {
	<-t.done
	if t.plan != nil {
		sayAll(t.plan.Notices)
		t.asked.sayUnmatched(t.plan)
	}
	return t.err
}
