//go:build linux

package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

func header() string {
	return fmt.Sprintf("%8s %-8s %-9s %8s %8s %8s %8s", "at", "with", "process", "RSS", "PSS", "private", "CPU s")
}

// judge prints how much each process used, and how that changed, after the warm-up.
func judge(scenes []*scene, plain float64, o options) error {
	var errs []error
	fmt.Printf("\n%-8s %-9s %10s %10s %12s\n", "with", "process", "most RSS", "allowed", "MiB an hour")
	for _, s := range scenes {
		for _, p := range s.parts {
			warm := slices.DeleteFunc(slices.Clone(p.samples), func(s sample) bool { return s.at < o.warmup })
			if len(warm) < 2 {
				return errors.New("it ended before the warm-up was over")
			}
			allowed := map[string]float64{"viewer": fixedPart, "program": plain + maxExtra, "keeper": maxKeeper}[p.name]
			if p.name == "viewer" && s.kind == "screen" { // which alone keeps calls
				allowed += float64(o.memory)
			}
			most, grows := highest(warm), slope(lows(warm))
			fmt.Printf("%-8s %-9s %10.1f %10.1f %12.2f\n", s.kind, p.name, most, allowed, grows)
			if most > allowed {
				errs = append(errs, fmt.Errorf("with %s, %s used %.1f MiB of %.1f", s.kind, p.name, most, allowed))
			}
			if grows > maxSlope && o.length >= judgeable {
				errs = append(errs, fmt.Errorf("with %s, %s grew by %.2f MiB an hour", s.kind, p.name, grows))
			}
		}
	}
	return errors.Join(errs...)
}

func highest(samples []sample) (most float64) {
	for _, s := range samples {
		most = max(most, s.rss)
	}
	return most
}

// lows are the least samples of sixty stretches of the same length: what the garbage collector can't free. How far above it
// lets the heap grow changes all the time, and would hide a slope.
func lows(samples []sample) (low []sample) {
	const stretches = 60
	for part := range slices.Chunk(samples, (len(samples)+stretches-1)/stretches) {
		low = append(low, slices.MinFunc(part, func(a, b sample) int { return cmp.Compare(a.rss, b.rss) }))
	}
	return low
}

// slope is the median of the slopes between any two samples (Theil-Sen), in MiB an hour: unlike the least squares it
// doesn't follow the few that stand out.
func slope(samples []sample) float64 {
	var slopes []float64
	for i, a := range samples {
		for _, b := range samples[i+1:] {
			if d := (b.at - a.at).Hours(); d > 0 {
				slopes = append(slopes, (b.rss-a.rss)/d)
			}
		}
	}
	if len(slopes) == 0 {
		return 0
	}
	slices.Sort(slopes)
	return slopes[len(slopes)/2]
}
