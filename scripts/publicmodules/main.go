// Command publicmodules runs the tests of public modules as they are, with hooks that stay off, and with
// hooks that stream to a server, and fails when any test comes out differently.
// Run it from the repository's root: go run ./scripts/publicmodules [-only REGEXP] [-dir DIR] [-off] [-race]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"time"
)

func main() {
	dir := flag.String("dir", filepath.Join(os.TempDir(), "goapptrace-publicmodules"), "where copies of the modules are kept")
	only := flag.String("only", "", "leave out modules whose path doesn't match this regular expression")
	off := flag.Bool("off", false, "leave out the runs with hooks on")
	race := flag.Bool("race", false, "build with the race detector, each way")
	flag.Parse()
	if *race {
		testFlags = append(testFlags, "-race")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	same, err := run(ctx, *dir, *only, !*off)
	if err != nil {
		fmt.Fprintln(os.Stderr, "publicmodules:", err)
	}
	if err != nil || !same {
		stop()
		os.Exit(1)
	}
}

// run prints a table row for each run, and reports whether all tests came out the same.
func run(ctx context.Context, dir, only string, withLive bool) (bool, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return false, err
	}
	pattern, err := regexp.Compile(only)
	if err != nil {
		return false, err
	}
	fmt.Printf(header, "module", "hooks", "functions", "passed", "failed", "skipped", "different", "seconds", "events", "lost", "cut off")
	same := true
	for _, m := range modules {
		if !pattern.MatchString(m.path) {
			continue
		}
		ok, err := compare(ctx, m, dir, withLive)
		if err != nil {
			return false, fmt.Errorf("%s@%s: %w", m.path, m.version, err)
		}
		same = same && ok
	}
	return same, nil
}

// compare runs one module's tests in each way.
func compare(ctx context.Context, m module, dir string, withLive bool) (bool, error) {
	tree, err := fetch(m, dir)
	if err != nil {
		return false, err
	}
	base, err := plain(ctx, m, tree)
	if err != nil {
		return false, fmt.Errorf("without hooks: %w", err)
	}
	row(m, "none", base, 0)
	ways := []string{"off"}
	if withLive {
		ways = append(ways, "on")
	}
	same := true
	for _, way := range ways {
		var o outcome
		if way == "off" {
			o, err = hooked(ctx, m, tree)
		} else {
			o, err = live(ctx, m, tree)
		}
		if err != nil {
			return false, fmt.Errorf("hooks %s: %w", way, err)
		}
		different := o.results.differences(base.results)
		row(m, way, o, len(different))
		same = same && report(different, o)
	}
	return same, nil
}

const (
	header = "%-42s %5s %9s %7s %7s %7s %9s %8s %10s %10s %8s\n"
	line   = "%-42s %5s %9d %7d %7d %7d %9d %8.1f %10d %10d %8d\n"
)

func row(m module, hooks string, o outcome, different int) {
	passed, failed, skipped := o.results.count()
	name := m.path + "@" + m.version
	if m.race {
		name += " -race"
	}
	fmt.Printf(line, name, hooks, o.hooked,
		passed, failed, skipped, different, o.took.Round(100*time.Millisecond).Seconds(), o.events, o.lost, o.refused)
}

// report prints the differences and what failed tests printed, and reports whether there were none.
func report(different []string, o outcome) bool {
	for _, d := range different {
		fmt.Fprintln(os.Stderr, "different:", d)
	}
	for name, result := range o.results {
		if result == "fail" && len(different) > 0 {
			fmt.Fprintf(os.Stderr, "--- %s\n%s\n", name, o.printed[name])
		}
	}
	return len(different) == 0
}
