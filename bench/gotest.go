package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// results are the figures of benchmarks by name ("Call/on") and unit ("ns/op"), a figure for each run.
type results map[string]map[string][]float64

// procs is the suffix that go test gives to names when it runs on more than one processor.
var procs = regexp.MustCompile(`-\d+$`)

// A benchmark is a pattern of benchmarks in a package, by its directory in the module.
type benchmark struct{ dir, pattern string }

// goTest runs benchmarks of packages, and adds what they say to the results. It runs all of them once, then all again, so that
// whatever else the machine does meets those that are compared alike.
func (b *bench) goTest(res results, count int, marks ...benchmark) error {
	var tests []string
	for i, mark := range marks {
		test := filepath.Join(b.tmp, fmt.Sprintf("%s-%d.test", filepath.Base(mark.dir), i))
		cmd := exec.Command("go", "test", "-c", "-o", test, ".")
		cmd.Dir = mark.dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build the benchmarks of %s: %w\n%s", mark.dir, err, out)
		}
		tests = append(tests, test)
	}
	for range count {
		for i, mark := range marks {
			cmd := exec.Command(tests[i], "-test.run", "^$", "-test.bench", mark.pattern, "-test.benchtime", b.length)
			cmd.Dir, cmd.Stderr = mark.dir, os.Stderr
			out, err := cmd.Output()
			if err != nil {
				return fmt.Errorf("benchmarks %s of %s: %w\n%s", mark.pattern, mark.dir, err, out)
			}
			if err := res.parse(bytes.NewReader(out)); err != nil {
				return err
			}
		}
	}
	return nil
}

// parse reads the output of go test -bench.
func (res results) parse(r io.Reader) error {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if line, ok := strings.CutPrefix(lines.Text(), "Benchmark"); ok {
			if err := res.add(strings.Fields(line)); err != nil {
				return fmt.Errorf("can't read %q: %w", lines.Text(), err)
			}
		}
	}
	return lines.Err()
}

// add takes the fields of a result: name, rounds, then pairs of figure and unit.
func (res results) add(fields []string) error {
	if len(fields) < 4 {
		return errors.New("no figure")
	}
	name := procs.ReplaceAllString(fields[0], "")
	if res[name] == nil {
		res[name] = map[string][]float64{}
	}
	for i := 2; i+1 < len(fields); i += 2 {
		v, err := strconv.ParseFloat(fields[i], 64)
		if err != nil {
			return err
		}
		unit := fields[i+1]
		res[name][unit] = append(res[name][unit], v)
	}
	return nil
}

// row is a benchmark's least disturbed run, under another name.
func (res results) row(name, benchmark, unit, shown string) row {
	runs := res[benchmark][unit]
	if len(runs) == 0 {
		return broken(name, fmt.Errorf("there is no benchmark %s that tells %s", benchmark, unit))
	}
	return least(name, shown, runs)
}
