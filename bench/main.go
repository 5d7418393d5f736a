// Command bench runs the project's benchmarks several times and prints their medians as a Markdown table.
// All figures of a table come from one run on one machine; compare the ratios, not the nanoseconds.
//
//	cd bench && go run .                          everything
//	cd bench && go run . -bench Call -count 9     the hook beside its peers
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

func main() {
	pattern := flag.String("bench", ".", "which benchmarks, as go test's -bench")
	count := flag.Int("count", 5, "how often each is run")
	length := flag.String("benchtime", "0.5s", "how long each run takes, as go test's -benchtime")
	flag.Parse()
	if err := run(*pattern, *count, *length); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(pattern string, count int, length string) error {
	dir, err := moduleDir()
	if err != nil {
		return err
	}
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", pattern, "-benchmem",
		"-count", fmt.Sprint(count), "-benchtime", length, "./protocol/...", "./tracee/...", "./model/...", "./ui/...")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("the benchmarks failed: %w\n%s", err, out)
	}
	results, err := parse(strings.NewReader(string(out)))
	if err != nil {
		return err
	}
	fmt.Printf("%s, %s/%s, %d CPUs, %s; median of %d runs\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), results.cpu, count)
	return results.write(os.Stdout)
}

// moduleDir is where the module that is measured lies.
func moduleDir() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "goapptrace").Output()
	if err != nil {
		return "", fmt.Errorf("can't find the module goapptrace (run this in bench/): %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}
