// Command bench measures goapptrace beside its peers, and prints one table. All figures come from one run on one
// machine: compare the ratios rather than the nanoseconds.
//
//	cd bench && go run .                      everything, in about ten minutes
//	cd bench && go run . -json                the same rows, as JSON lines
//	cd bench && go run . -quick               short runs, which tell whether it works rather than how fast
//	cd bench && go run . -only calls,flow     parts of it: calls, events, flow, builds
//
// What isn't installed, or fails, has a row that says so.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

func main() {
	b := &bench{}
	flag.BoolVar(&b.quick, "quick", false, "measure little of everything")
	flag.IntVar(&b.count, "count", 15, "how often each benchmark is run")
	flag.StringVar(&b.length, "benchtime", "30ms", "how long each run of a benchmark takes: less than the system lets a busy program run at once")
	asJSON := flag.Bool("json", false, "print rows as JSON lines")
	only := flag.String("only", "", "parts to measure, with commas between them")
	flag.Parse()
	if b.quick {
		b.count, b.length = 1, "10ms"
	}
	if err := b.run(*only, *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	quick  bool
	count  int
	length string

	module string // directory of the module that is measured
	tmp    string // directory for what is built
	tracer string // goapptrace itself
}

// A part is a section of the table.
type part struct {
	name    string
	measure func() []row
}

func (b *bench) run(only string, asJSON bool) error {
	if err := b.prepare(); err != nil {
		return err
	}
	defer b.clean()
	parts := []part{{"calls", b.calls}, {"events", b.events}, {"flow", b.flow}, {"builds", b.builds}}
	wanted := func(name string) bool { return only == "" || slices.Contains(strings.Split(only, ","), name) }
	out := newTable(os.Stdout)
	if asJSON {
		out = newLines(os.Stdout)
	}
	out.begin(machine())
	for _, p := range parts {
		if !wanted(p.name) {
			continue
		}
		for _, r := range p.measure() {
			if err := out.row(r); err != nil {
				return err
			}
		}
	}
	return out.failed()
}

// prepare finds the module and builds goapptrace.
func (b *bench) prepare() error {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "goapptrace").Output()
	if err != nil {
		return fmt.Errorf("can't find the module goapptrace (run this in bench/): %w", err)
	}
	b.module = strings.TrimSpace(string(out))
	if b.tmp, err = os.MkdirTemp("", "goapptrace-bench-"); err != nil {
		return err
	}
	b.tracer = filepath.Join(b.tmp, "goapptrace")
	build := exec.Command("go", "build", "-o", b.tracer, ".")
	build.Dir = b.module
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build goapptrace: %w\n%s", err, out)
	}
	return nil
}

// dir is where a package of the module lies.
func (b *bench) dir(pkg string) string { return filepath.Join(b.module, pkg) }

// clean removes what was built.
func (b *bench) clean() { _ = os.RemoveAll(b.tmp) }

// machine says what the figures are of.
func machine() string {
	cpu := "unknown CPU"
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			cpu = strings.TrimSpace(value)
			break
		}
	}
	return fmt.Sprintf("%s, %s/%s, %d × %s; load %s", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), cpu, load())
}

// load is how many processes wanted a processor in the last minute.
func load() string {
	loads, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(loads), " ")
	if first == "" {
		return "unknown"
	}
	return first
}
