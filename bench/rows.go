package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
)

// row is one figure. Value is NaN when there is none, and then Note says why.
type row struct {
	Name    string
	Value   float64
	Unit    string
	RatioTo string // the name of the row that it is compared with, or ""
	Ratio   float64
	Note    string

	broken bool // it is our fault that there is no value
}

// missing is a row without a value because a tool isn't there.
func missing(name, why string) row {
	return row{Name: name, Value: math.NaN(), Note: "not measured: " + why}
}

// broken is a row without a value because something that should work doesn't.
func broken(name string, err error) row {
	r := missing(name, err.Error())
	r.broken = true
	return r
}

// to adds the ratio to another row, if both have values.
func (r row) to(ref row) row {
	if r.Value >= 0 && ref.Value > 0 {
		r.RatioTo, r.Ratio = ref.Name, r.Value/ref.Value
	}
	return r
}

// printer prints rows as they come.
type printer struct {
	begin  func(machine string)
	row    func(r row) error
	failed func() error // once all are printed: says whether a row was broken
}

func newPrinter(begin func(string), write func(r row) error) *printer {
	var bad []error
	return &printer{
		begin: begin,
		row: func(r row) error {
			if r.broken {
				bad = append(bad, fmt.Errorf("%s: %s", r.Name, r.Note))
			}
			return write(r)
		},
		failed: func() error { return errors.Join(bad...) },
	}
}

// newTable prints Markdown.
func newTable(w io.Writer) *printer {
	return newPrinter(func(machine string) {
		fmt.Fprintf(w, "%s\n\n| | | | |\n|---|--:|---|---|\n", machine)
	}, func(r row) error {
		value, ratio := "–", ""
		if !math.IsNaN(r.Value) {
			value = figure(r.Value) + " " + r.Unit
		}
		if r.RatioTo != "" {
			ratio = figure(r.Ratio) + " × " + r.RatioTo
		}
		_, err := fmt.Fprintf(w, "| %s | %s | %s | %s |\n", r.Name, value, ratio, r.Note)
		return err
	})
}

// newLines prints an object a line. Its value is null when there is none.
func newLines(w io.Writer) *printer {
	out := json.NewEncoder(w)
	return newPrinter(func(string) {}, func(r row) error {
		line := struct {
			Name    string   `json:"name"`
			Value   *float64 `json:"value"`
			Unit    string   `json:"unit"`
			RatioTo string   `json:"ratio_to"`
			Ratio   *float64 `json:"ratio"`
			Note    string   `json:"note,omitempty"`
		}{Name: r.Name, Unit: r.Unit, RatioTo: r.RatioTo, Note: r.Note}
		if !math.IsNaN(r.Value) {
			line.Value = &r.Value
		}
		if r.RatioTo != "" {
			line.Ratio = &r.Ratio
		}
		return out.Encode(line)
	})
}

// figure shows three digits, and all before the point.
func figure(v float64) string {
	switch {
	case v < 10:
		return fmt.Sprintf("%.2f", v)
	case v < 100:
		return fmt.Sprintf("%.1f", v)
	}
	return grouped(uint64(math.Round(v)))
}

// grouped is a number with commas between groups of three digits.
func grouped(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// least is the row of the least of some runs: whatever else the machine does makes them longer. The note tells the median.
func least(name, unit string, runs []float64) row {
	r := row{Name: name, Value: slices.Min(runs), Unit: unit}
	if n := len(runs); n > 1 {
		r.Note = fmt.Sprintf("median of %d runs: %s", n, figure(median(runs)))
	}
	return r
}

func median(runs []float64) float64 {
	sorted := slices.Sorted(slices.Values(runs))
	n := len(sorted)
	if n%2 == 0 {
		return (sorted[n/2] + sorted[n/2-1]) / 2
	}
	return sorted[n/2]
}
