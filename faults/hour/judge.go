//go:build linux

package main

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

func header() string {
	return fmt.Sprintf("%8s %-8s %-9s %8s %8s %8s %8s %8s", "at", "with", "process", "RSS", "PSS", "private", "live", "CPU s")
}

// judge prints how much each process used, and how that changed, after the warm-up.
func judge(scenes []*scene, plain float64, o options) error {
	var errs []error
	fmt.Printf("\n%-8s %-9s %9s %8s   %s\n", "with", "process", "most RSS", "allowed", "MiB an hour, each with twice its standard error")
	for _, s := range scenes {
		for _, p := range s.parts {
			warm := slices.DeleteFunc(slices.Clone(p.samples), func(s sample) bool { return s.at < o.warmup })
			if len(warm) < 3 {
				return errors.New("it ended before the warm-up was over")
			}
			allowed := map[string]float64{"viewer": fixedPart, "program": plain + maxExtra, "keeper": maxKeeper}[p.name]
			if p.name == "viewer" && s.kind == "screen" { // which alone keeps calls
				allowed += float64(o.memory)
			}
			most := slices.MaxFunc(warm, func(a, b sample) int { return cmp.Compare(a.rss, b.rss) }).rss
			if most > allowed {
				errs = append(errs, fmt.Errorf("with %s, %s used %.1f MiB of %.1f", s.kind, p.name, most, allowed))
			}
			fmt.Printf("%-8s %-9s %9.1f %8.1f  ", s.kind, p.name, most, allowed)
			for _, f := range p.figures(warm, o.warmup) {
				t := trendOf(f.samples, f.of)
				fmt.Printf(" %s %v", f.name, t)
				if err := t.judge(); err != nil && f.judged && o.length >= judgeable {
					errs = append(errs, fmt.Errorf("with %s, %s of %s: %w", s.kind, f.name, p.name, err))
				}
			}
			fmt.Println()
		}
	}
	return errors.Join(errs...)
}

// figure is one of a process's.
type figure struct {
	name    string
	samples []sample
	of      func(sample) float64
	judged  bool
}

// figures are those that are told of a process. How far above what is live the collector lets the heap grow changes all the
// time, and would hide a slope: where that is known the rest is judged without.
func (p *part) figures(warm []sample, warmup time.Duration) []figure {
	rss := figure{"RSS", warm, func(s sample) float64 { return s.rss }, true}
	if !warm[0].metered {
		return []figure{rss}
	}
	rss.judged = false
	settled := slices.DeleteFunc(slices.Clone(p.settled), func(s sample) bool { return s.at < warmup })
	if len(settled) < 3 {
		settled = warm
	}
	return []figure{
		rss,
		{"live heap", settled, func(s sample) float64 { return s.live }, true},
		{"beside the heap", warm, func(s sample) float64 { return s.rest }, true},
	}
}

// trend is how a figure changes, in MiB an hour, and twice the standard error of that.
type trend struct{ slope, spread float64 }

func (t trend) String() string { return fmt.Sprintf("%+.2f ± %.2f;", t.slope, t.spread) }

func (t trend) judge() error {
	switch {
	case t.slope > maxSlope:
		return fmt.Errorf("it grew by %.2f ± %.2f MiB an hour", t.slope, t.spread)
	case t.spread > maxSpread:
		return fmt.Errorf("its %.2f ± %.2f MiB an hour tell nothing; trace for longer, on a machine with less to do", t.slope, t.spread)
	}
	return nil
}

// stretches is the number of blocks at most, each a minute of an hour.
const stretches = 60

// trendOf fits a line to the medians of blocks of the same length, or to the samples if there are no more.
func trendOf(samples []sample, of func(sample) float64) trend {
	slope, err := fit(blocks(samples, of, min(stretches, len(samples))))
	return trend{slope, 2 * err}
}

// point is a block's median, in MiB, and the time of its middle, in hours.
type point struct{ x, y float64 }

func blocks(samples []sample, of func(sample) float64, n int) (points []point) {
	for i := range n {
		block := samples[i*len(samples)/n : (i+1)*len(samples)/n]
		var values []float64
		for _, s := range block {
			values = append(values, of(s))
		}
		slices.Sort(values)
		points = append(points, point{(block[0].at + block[len(block)-1].at).Hours() / 2, values[len(values)/2]})
	}
	return points
}

// fit returns the slope of the line of least squares, and its standard error. A figure that is high in one block is likely to
// be high in the next, so that fewer blocks are independent than there are.
func fit(points []point) (slope, err float64) {
	n := float64(len(points))
	var x, y, xx, xy float64
	for _, p := range points {
		x, y = x+p.x/n, y+p.y/n
	}
	for _, p := range points {
		xx += (p.x - x) * (p.x - x)
		xy += (p.x - x) * (p.y - y)
	}
	slope = xy / xx
	var squares, neighbours, before float64
	for _, p := range points {
		off := p.y - y - slope*(p.x-x)
		squares += off * off
		neighbours += off * before
		before = off
	}
	if squares == 0 {
		return slope, 0
	}
	alike := neighbours / squares
	alike += (1 + 4*alike) / n // that a line was taken out makes it seem less
	alike = min(max(alike, 0), 0.95)
	return slope, math.Sqrt(squares / (n - 2) / xx * (1 + alike) / (1 - alike))
}
