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
	config := session.Config{Listen: []string{server}, Secret: secret}
	options.Flags = append([]string{"-count=1"}, options.Flags...)
	options.Env = append(os.Environ(), "GOAPPTRACE_SERVER="+server, "GOAPPTRACE_SECRET="+secret, patientEnd)
	options.Env = append(append(options.Env, detail.env()...), ringsEnv+"="+rings, fatal.env())
	if view.screen() {
		return testOnScreen(ctx, config, options, leavings{rings, fatal}, view, filepath.Join(dir, "printed"))
	}
	return testPrinted(ctx, config, options, leavings{rings, fatal}, view)
}

// testPrinted runs the tests and prints their traces.
func testPrinted(ctx context.Context, config session.Config, options instrument.Options, left leavings, view viewOptions) error {
	ignoreBrokenPipe()
	out, err := view.openOutlet()
	if err != nil {
		return err
	}
	h, err := newHub(config, out.open)
	if err != nil {
		return err
	}
	h.yard.lookInto(left)
	out.listening(h.server.Addrs(), h.server.Notices())
	if view.inJSON() && out.file == nil {
		options.Stdout = os.Stderr
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	tests := startTests(ctx, options)
	bounded := true
	select {
	case <-tests.done:
		bounded = false
	case <-view.expired():
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

// testOnScreen runs the tests behind the screen. What they print goes to a file, and is printed when the user leaves.
func testOnScreen(ctx context.Context, config session.Config, options instrument.Options, left leavings, view viewOptions, file string) error {
	printed, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("keep what the tests print: %w", err)
	}
	defer printed.Close()
	options.Stdout, options.Stderr = printed, printed
	store := view.store()
	h, err := newHub(config, func(id uint64, remote string) feed { return openModelFeed(store, id, remote) })
	if err != nil {
		return err
	}
	h.yard.lookInto(left)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	tests := startTests(ctx, options)
	err = show(ctx, h, store, view)
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
}

func startTests(ctx context.Context, options instrument.Options) *tests {
	t := &tests{done: make(chan struct{})}
	go func() {
		defer close(t.done)
		t.plan, t.err = instrument.Test(ctx, options)
	}()
	return t
}

// wait waits for the end of the tests, and says what the user should know of them.
func (t *tests) wait() error {
	<-t.done
	if t.plan != nil {
		sayAll(t.plan.Notices)
	}
	return t.err
}
