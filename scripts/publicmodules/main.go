// Command publicmodules runs the tests of public modules as they are, with hooks that stay off, and with
// hooks that stream to a server, and fails when any test comes out differently.
// Run it from the repository's root: go run ./scripts/publicmodules [-only REGEXP] [-dir DIR] [-off]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"text/tabwriter"
	"time"
)

func main() {
	dir := flag.String("dir", filepath.Join(os.TempDir(), "goapptrace-publicmodules"), "where copies of the modules are kept")
	only := flag.String("only", "", "leave out modules whose path doesn't match this regular expression")
	off := flag.Bool("off", false, "leave out the runs with hooks on")
	flag.Parse()
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
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "module\thooks\tfunctions\tpassed\tfailed\tskipped\tdifferent\tseconds\tevents\tlost\tcut off")
	defer table.Flush()
	same := true
	for _, m := range modules {
		if !pattern.MatchString(m.path) {
			continue
		}
		ok, err := compare(ctx, m, dir, withLive, table)
		if err != nil {
			return false, fmt.Errorf("%s@%s: %w", m.path, m.version, err)
		}
		same = same && ok
		_ = table.Flush()
	}
	return same, nil
}

// compare runs one module's tests in each way.
func compare(ctx context.Context, m module, dir string, withLive bool, table *tabwriter.Writer) (bool, error) {
	tree, err := fetch(m, dir)
	if err != nil {
		return false, err
	}
	base, err := plain(ctx, m, tree)
	if err != nil {
		return false, fmt.Errorf("without hooks: %w", err)
	}
	row(table, m, "none", base, 0)
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
			o, err = live(ctx, m, tree, dir)
		}
		if err != nil {
			return false, fmt.Errorf("hooks %s: %w", way, err)
		}
		different := o.results.differences(base.results)
		row(table, m, way, o, len(different))
		same = same && report(different, o)
	}
	return same, nil
}

func row(table *tabwriter.Writer, m module, hooks string, o outcome, different int) {
	passed, failed, skipped := o.results.count()
	fmt.Fprintf(table, "%s@%s\t%s\t%d\t%d\t%d\t%d\t%d\t%.1f\t%d\t%d\t%d\n", m.path, m.version, hooks, o.hooked,
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
