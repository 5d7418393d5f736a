//go:build linux

package main

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// shape is a figure in MiB, by the hours that have gone.
type shape func(hours float64) float64

func even(float64) float64 { return 300 }

func growing(slope float64) shape { return func(h float64) float64 { return 300 + slope*h } }

// saw is what a heap looks like between collections: far more than what is judged.
func saw(h float64) float64 { return 300 + math.Mod(h*3600, 37) }

func (s shape) plus(other shape) shape {
	return func(h float64) float64 { return s(h) + other(h) - 300 }
}

// white is a noise in which each second is independent of the last.
func white(random *rand.Rand, sigma float64) shape {
	return func(float64) float64 { return 300 + sigma*random.NormFloat64() }
}

// wandering is a noise that keeps for minutes where it is.
func wandering(random *rand.Rand, sigma float64) shape {
	const keeps = 0.995
	at := 0.0
	return func(float64) float64 {
		at = keeps*at + math.Sqrt(1-keeps*keeps)*sigma*random.NormFloat64()
		return 300 + at
	}
}

// samplesOf are samples of an hour, one a second.
func samplesOf(rss, live, rest shape) (list []sample) {
	for at := time.Duration(0); at <= time.Hour; at += time.Second {
		h := at.Hours()
		list = append(list, sample{at: at, rss: rss(h), metered: live != nil})
		if live != nil {
			list[len(list)-1].live, list[len(list)-1].rest = live(h), rest(h)
		}
	}
	return list
}

func TestTrend(t *testing.T) {
	spike := func(h float64) float64 {
		if h > 0.9 && h < 0.905 {
			return 900
		}
		return 300
	}
	for name, tt := range map[string]struct {
		of   shape
		want float64
	}{
		"even": {even, 0}, "leaking": {growing(3), 3}, "shrinking": {growing(-2), -2}, "one spike": {spike, 0},
		"saw": {shape(saw).plus(growing(3)), 3},
	} {
		got := trendOf(samplesOf(tt.of, nil, nil), func(s sample) float64 { return s.rss })
		if math.Abs(got.slope-tt.want) > max(0.05, got.spread) {
			t.Errorf("%s: %v want %v", name, got, tt.want)
		}
	}
}

// TestSpread guards that a slope is as uncertain as is said, also where noise isn't independent from second to second.
func TestSpread(t *testing.T) {
	const runs = 200
	for name, noise := range map[string]func(*rand.Rand, float64) shape{"white": white, "wandering": wandering} {
		random := rand.New(rand.NewPCG(1, 2))
		within := 0
		for range runs {
			got := trendOf(samplesOf(noise(random, 1), nil, nil), func(s sample) float64 { return s.rss })
			if math.Abs(got.slope) <= got.spread {
				within++
			}
		}
		if within < runs*9/10 {
			t.Errorf("%s: of %d slopes of nothing but noise %d are within twice their standard error of 0", name, runs, within)
		}
	}
}

// TestTrendIsJudged guards that with the most noise that is let through a small leak is told from none.
func TestTrendIsJudged(t *testing.T) {
	const runs = 200
	random := rand.New(rand.NewPCG(3, 4))
	for name, tt := range map[string]struct {
		leak, sigma float64
		good        bool
	}{
		"no leak":                  {0, 0.1, true},
		"no leak, wild":            {0, 5, false},
		"a leak of 1.5":            {1.5, 0.1, false},
		"a leak of 1.5, loud":      {1.5, 0.4, false},
		"a leak of 1.5, wild":      {1.5, 5, false},
		"shrinking by 1.5":         {-1.5, 0.1, true},
		"half of what is too much": {0.5, 0.1, true},
	} {
		right := 0
		for range runs {
			samples := samplesOf(growing(tt.leak).plus(wandering(random, tt.sigma)), nil, nil)
			err := trendOf(samples, func(s sample) float64 { return s.rss }).judge()
			if (err == nil) == tt.good {
				right++
			}
		}
		if right < runs*95/100 {
			t.Errorf("%s: judged rightly %d times of %d", name, right, runs)
		}
	}
}

func TestJudge(t *testing.T) {
	for name, tt := range map[string]struct {
		rss, live, rest shape
		good            bool
	}{
		"in its budget":              {even, nil, nil, true},
		"over its budget":            {func(float64) float64 { return 512 + fixedPart + 1 }, nil, nil, false},
		"growing":                    {growing(1.5), nil, nil, false},
		"a heap that comes and goes": {shape(saw).plus(growing(5)), even, even, true},
		"a heap in which more lives": {even, growing(1.5), even, false},
		"more beside the heap":       {even, even, growing(1.5), false},
	} {
		s := &scene{kind: "screen", parts: []*part{{name: "viewer", samples: samplesOf(tt.rss, tt.live, tt.rest)}}}
		err := judge([]*scene{s}, 10, options{length: time.Hour, memory: 512})
		if (err == nil) != tt.good {
			t.Errorf("%s: %v", name, err)
		}
	}
	for slope, good := range map[float64]bool{0: true, 1.5: false} {
		random := rand.New(rand.NewPCG(5, 6))
		p := &part{name: "viewer", samples: samplesOf(even, wandering(random, 9), even)}
		for i, s := range samplesOf(even, growing(slope).plus(white(random, 0.3)), even) {
			if i%120 == 0 {
				p.settled = append(p.settled, s)
			}
		}
		err := judge([]*scene{{kind: "screen", parts: []*part{p}}}, 10, options{length: time.Hour, memory: 512})
		if (err == nil) != good {
			t.Errorf("settled, a slope of %v: %v", slope, err)
		}
	}
	short := &scene{kind: "screen", parts: []*part{{name: "viewer", samples: samplesOf(growing(9), nil, nil)}}}
	if err := judge([]*scene{short}, 10, options{length: time.Minute, memory: 512}); err != nil {
		t.Errorf("a short run: %v", err)
	}
}

func TestMeter(t *testing.T) {
	s := sample{}
	if s.read("/nothing/there"); s.metered {
		t.Error("told by nobody")
	}
}
