package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// reference is what the other benchmarks of its group are compared with: a call that is timed can't cost less.
const reference = "two-clock-reads"

// results are benchmarks in the order in which they first appeared.
type results struct {
	cpu  string
	rows []*row
}

// row is one benchmark: a package's name, a group ("Call") and a name in it ("on", empty when the group has no parts).
type row struct {
	pkg, group, name string
	runs             []float64 // ns per operation
	extra            []string  // other figures of the last run: "0 B/op"
}

// procs is the suffix that go test gives to names when it runs on more than one processor.
var procs = regexp.MustCompile(`-\d+$`)

// parse reads the output of go test -bench.
func parse(r io.Reader) (*results, error) {
	res := &results{}
	pkg := ""
	for lines := bufio.NewScanner(r); lines.Scan(); {
		line := lines.Text()
		if name, ok := strings.CutPrefix(line, "pkg: "); ok {
			pkg = name
		} else if name, ok := strings.CutPrefix(line, "cpu: "); ok {
			res.cpu = name
		} else if strings.HasPrefix(line, "Benchmark") {
			if err := res.add(pkg, strings.Fields(line)); err != nil {
				return nil, fmt.Errorf("can't read %q: %w", line, err)
			}
		}
	}
	if len(res.rows) == 0 {
		return nil, errors.New("no benchmark ran")
	}
	return res, nil
}

// add takes the fields of a result: name, rounds, then pairs of figure and unit, ns/op first.
func (res *results) add(pkg string, fields []string) error {
	if len(fields) < 4 || fields[3] != "ns/op" {
		return errors.New("no ns/op")
	}
	ns, err := strconv.ParseFloat(fields[2], 64)
	if err != nil {
		return err
	}
	full := procs.ReplaceAllString(strings.TrimPrefix(fields[0], "Benchmark"), "")
	group, name, _ := strings.Cut(full, "/")
	r := res.find(pkg, group, name)
	r.runs = append(r.runs, ns)
	r.extra = r.extra[:0]
	for i := 4; i+1 < len(fields); i += 2 {
		r.extra = append(r.extra, fields[i]+" "+fields[i+1])
	}
	return nil
}

func (res *results) find(pkg, group, name string) *row {
	for _, r := range res.rows {
		if r.pkg == pkg && r.group == group && r.name == name {
			return r
		}
	}
	r := &row{pkg: pkg, group: group, name: name}
	res.rows = append(res.rows, r)
	return r
}

func (res *results) write(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "| package | benchmark | ns/op | range | of %s | other figures |\n", strings.ReplaceAll(reference, "-", " "))
	fmt.Fprintln(out, "|---|---|--:|--:|--:|---|")
	for _, r := range res.rows {
		fmt.Fprintf(out, "| %s | %s | %s | %s–%s | %s | %s |\n", r.pkg, strings.TrimSuffix(r.group+" "+r.name, " "),
			figure(r.median()), figure(slices.Min(r.runs)), figure(slices.Max(r.runs)), res.ratio(r), strings.Join(r.extra, ", "))
	}
	return out.Flush()
}

// ratio is a row's median over that of its group's reference, and empty when the group has none.
func (res *results) ratio(r *row) string {
	for _, ref := range res.rows {
		if ref.pkg == r.pkg && ref.group == r.group && ref.name == reference && ref.median() > 0 {
			return fmt.Sprintf("%.2f×", r.median()/ref.median())
		}
	}
	return ""
}

func (r *row) median() float64 {
	sorted := slices.Sorted(slices.Values(r.runs))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}

// figure shows at least three digits.
func figure(ns float64) string {
	switch {
	case ns < 10:
		return fmt.Sprintf("%.2f", ns)
	case ns < 100:
		return fmt.Sprintf("%.1f", ns)
	default:
		return fmt.Sprintf("%.0f", ns)
	}
}
