//go:build linux

package main

import (
	"math"
	"testing"
	"time"
)

// samplesOf are samples of an hour, one a second.
func samplesOf(rss func(hours float64) float64) (list []sample) {
	for at := time.Duration(0); at <= time.Hour; at += time.Second {
		list = append(list, sample{at: at, rss: rss(at.Hours())})
	}
	return list
}

func TestSlope(t *testing.T) {
	for name, tt := range map[string]struct {
		rss  func(float64) float64
		want float64
	}{
		"even":      {func(float64) float64 { return 500 }, 0},
		"leaking":   {func(h float64) float64 { return 500 + 3*h }, 3},
		"shrinking": {func(h float64) float64 { return 500 - 2*h }, -2},
		"one spike": {func(h float64) float64 {
			if h > 0.9 && h < 0.95 {
				return 900
			}
			return 500
		}, 0},
		"saw": {func(h float64) float64 { return 500 + math.Mod(h*3600, 37) + 3*h }, 3},
	} {
		if got := slope(lows(samplesOf(tt.rss))); math.Abs(got-tt.want) > 0.05 {
			t.Errorf("%s: %.3f MiB an hour, want %.3f", name, got, tt.want)
		}
	}
}

func TestJudge(t *testing.T) {
	for name, tt := range map[string]struct {
		rss  func(float64) float64
		good bool
	}{
		"in its budget":   {func(float64) float64 { return 600 }, true},
		"over its budget": {func(float64) float64 { return 512 + fixedPart + 1 }, false},
		"growing":         {func(h float64) float64 { return 300 + 2*h }, false},
	} {
		s := &scene{kind: "screen", parts: []*part{{name: "viewer", samples: samplesOf(tt.rss)}}}
		err := judge([]*scene{s}, 10, options{length: time.Hour, memory: 512})
		if (err == nil) != tt.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}
