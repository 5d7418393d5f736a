package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"

	"goapptrace/instrument"
)

// testFlags make runs comparable.
var testFlags = []string{"-json", "-count=1", "-vet=off", "-timeout=20m"}

func (m module) patterns() []string {
	if len(m.packages) == 0 {
		return []string{"./..."}
	}
	return m.packages
}

func (m module) flags(more ...string) []string {
	all := slices.Concat(testFlags, more)
	if m.race {
		all = append(all, "-race")
	}
	return all
}

// compileOnly makes a run of tests one that compiles, so that the times of those that follow are those of the tests.
const compileOnly = "-run=^$"

// plain runs a module's tests as they are.
func plain(ctx context.Context, m module, dir string) (outcome, error) {
	test := func(more ...string) ([]byte, []byte, error) {
		cmd := exec.CommandContext(ctx, "go", slices.Concat([]string{"test"}, m.flags(more...), m.patterns())...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PWD="+dir)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if _, failed := errors.AsType[*exec.ExitError](err); failed {
			err = nil
		}
		return out, stderr.Bytes(), err
	}
	if _, _, err := test(compileOnly); err != nil {
		return outcome{}, err
	}
	start := time.Now()
	stdout, stderr, err := test()
	if err != nil {
		return outcome{}, err
	}
	return finish(stdout, stderr, time.Since(start))
}

// hooked runs them with hooks, which stay off unless env says where to send calls to.
func hooked(ctx context.Context, m module, dir string, env ...string) (outcome, error) {
	var stdout, stderr bytes.Buffer
	opts := instrument.Options{
		Arguments: instrument.Arguments{Flags: m.flags(compileOnly), Packages: m.patterns()},
		Dir:       dir,
		Runtime:   os.DirFS("."),
	}
	if plan, err := instrument.Test(ctx, opts); plan == nil {
		return outcome{}, err
	}
	opts.Flags, opts.Env = m.flags(), append(os.Environ(), env...)
	opts.Stdout, opts.Stderr = &stdout, &stderr
	start := time.Now()
	plan, err := instrument.Test(ctx, opts)
	var exit *instrument.ExitError
	if err != nil && (plan == nil || !errors.As(err, &exit)) {
		return outcome{}, fmt.Errorf("%w\n%s%s", err, stdout.Bytes(), stderr.Bytes())
	}
	o, err := finish(stdout.Bytes(), stderr.Bytes(), time.Since(start))
	o.hooked = plan.Hooked()
	return o, err
}

func finish(stdout, stderr []byte, took time.Duration) (outcome, error) {
	found, printed := parse(stdout)
	if len(found) == 0 {
		return outcome{}, fmt.Errorf("no test ran:\n%s%s", stdout, stderr)
	}
	return outcome{results: found, printed: printed, took: took}, nil
}
