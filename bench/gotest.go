package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

// results are the figures of benchmarks by name ("Call/on") and unit ("ns/op"), a figure for each run.
type results map[string]map[string][]float64

// procs is the suffix that go test gives to names when it runs on more than one processor.
var procs = regexp.MustCompile(`-\d+$`)

// goTest runs benchmarks of packages of the module in dir, and adds what they say to the results. It runs all of them once, then
// all again, so that whatever else the machine does meets those that are compared alike.
func (res results) goTest(dir, pattern string, count int, length string, packages ...string) error {
	for range count {
		cmd := exec.Command("go", append([]string{"test", "-run", "^$", "-bench", pattern, "-benchtime", length}, packages...)...)
		cmd.Dir, cmd.Stderr = dir, os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("benchmarks %s: %w\n%s", pattern, err, out)
		}
		if err := res.parse(strings.NewReader(string(out))); err != nil {
			return err
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

// row is the median of a benchmark's runs, under another name.
func (res results) row(name, benchmark, unit, shown string) row {
	runs := res[benchmark][unit]
	if len(runs) == 0 {
		return broken(name, fmt.Errorf("there is no benchmark %s that tells %s", benchmark, unit))
	}
	mid, note := median(runs)
	return row{Name: name, Value: mid, Unit: shown, Note: note}
}
