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

func (m module) flags() []string {
	if m.skip == "" {
		return testFlags
	}
	return append(slices.Clone(testFlags), "-skip="+m.skip)
}

// plain runs a module's tests as they are.
func plain(ctx context.Context, m module, dir string) (outcome, error) {
	args := slices.Concat([]string{"test"}, m.flags(), m.patterns())
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PWD="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return outcome{}, err
	}
	return finish(out, stderr.Bytes(), time.Since(start))
}

// hooked runs them with hooks, which stay off unless env says where to send calls to.
func hooked(ctx context.Context, m module, dir string, env ...string) (outcome, error) {
	var stdout, stderr bytes.Buffer
	start := time.Now()
	plan, err := instrument.Test(ctx, instrument.Options{
		Arguments: instrument.Arguments{Flags: m.flags(), Packages: m.patterns()},
		Dir:       dir,
		Env:       append(os.Environ(), env...),
		Runtime:   os.DirFS("."),
		Stdout:    &stdout,
		Stderr:    &stderr,
	})
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
