//go:build linux

package main

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

func header() string {
	return fmt.Sprintf("%8s %-8s %-9s %8s %8s %8s %8s", "at", "with", "process", "RSS", "PSS", "private", "CPU s")
}

// row is the latest sample of each process, one a line.
func (s *scene) row(at time.Duration) (text string) {
	for i, p := range s.parts {
		if i > 0 {
			text += "\n"
		}
		now := p.samples[len(p.samples)-1]
		text += fmt.Sprintf("%8v %-8s %-9s %8.1f %8.1f %8.1f %8.0f", at.Round(time.Second), s.kind, p.name, now.rss, now.pss, now.anon, now.cpu.Seconds())
	}
	return text
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
			allowed := map[string]float64{"viewer": float64(o.memory) + fixedPart, "program": plain + maxExtra, "keeper": maxKeeper}[p.name]
			most, grows := highest(warm), slope(warm)
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

// slope is the median of the slopes between any two samples (Theil-Sen), in MiB an hour of RSS: unlike the least squares it
// doesn't follow the few samples that the garbage collector makes stand out.
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
