package model

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// someDurations draws durations of all sizes, also many of about the same.
func someDurations(t *rapid.T, label string) []int64 {
	one := rapid.Custom(func(t *rapid.T) int64 {
		return rapid.Int64Range(0, 1<<rapid.IntRange(0, 62).Draw(t, "size")).Draw(t, "ns")
	})
	return rapid.SliceOfN(rapid.OneOf(one, rapid.Int64Range(900, 1100)), 0, 300).Draw(t, label)
}

func histogramOf(durations []int64) *Histogram {
	h := new(Histogram)
	for _, d := range durations {
		h.Add(d)
	}
	return h
}

// Quantiles are off by one part in 32 at most.
func TestQuantiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		durations := someDurations(t, "durations")
		h := histogramOf(durations)
		if h.Count() != uint64(len(durations)) {
			t.Fatalf("counted %d of %d", h.Count(), len(durations))
		}
		slices.Sort(durations)
		longest := int64(0)
		if n := len(durations); n > 0 {
			longest = durations[n-1]
		}
		for _, share := range []float64{0, 0.1, 0.5, 0.9, 0.99, 1} {
			got, want := h.Quantile(share, longest), int64(0)
			if n := len(durations); n > 0 {
				want = durations[max(1, int(math.Ceil(share*float64(n))))-1]
			}
			if d := max(got-want, want-got); d > want/32 {
				t.Fatalf("quantile %v is %d, want %d, of %v", share, got, want, durations)
			}
			if share == 1 && got != longest {
				t.Fatalf("the last quantile is %d, want the longest %d", got, longest)
			}
		}
	})
}

func TestHistogramMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := someDurations(t, "a"), someDurations(t, "b")
		merged, all := histogramOf(a), histogramOf(append(slices.Clone(a), b...))
		merged.Merge(histogramOf(b))
		if got, want := slices.Collect(merged.Buckets()), slices.Collect(all.Buckets()); !slices.Equal(got, want) {
			t.Fatalf("merged: %v, want %v", got, want)
		}
		if merged.bytes() != all.bytes() {
			t.Fatalf("merged takes %d bytes, want %d", merged.bytes(), all.bytes())
		}
	})
}

// The buckets lie side by side, each no wider than a sixteenth of where it begins, and cover all durations.
func TestBuckets(t *testing.T) {
	next := int64(0)
	for page := range uint(64) {
		for step := range uint(steps) {
			from, to := bucketAt(page, step)
			if from != next || to < from || to-from > from/steps {
				t.Fatalf("bucket %d of page %d is %d to %d, and the one before ends before %d", step, page, from, to, next)
			}
			for _, d := range []int64{from, to} {
				if p, s := bucketOf(d); p != page || s != step {
					t.Fatalf("%d is counted in bucket %d of page %d, want %d of %d", d, s, p, step, page)
				}
			}
			if to == math.MaxInt64 {
				return
			}
			next = to + 1
		}
	}
	t.Fatal("the largest duration has no bucket")
}

func TestHistogramOfNonsense(t *testing.T) {
	h := histogramOf([]int64{-1, math.MinInt64, 0})
	if got := slices.Collect(h.Buckets()); len(got) != 1 || got[0] != (Bucket{0, 0, 3}) {
		t.Errorf("counted %v, want three times 0", got)
	}
}

// Counts have no bounds, however little room a bucket has.
func TestHistogramOfMany(t *testing.T) {
	h := new(Histogram)
	for range 70_000 {
		h.Add(100)
	}
	h.Add(1 << 40)
	other := histogramOf([]int64{100})
	for range 16 {
		other.Merge(h)
	}
	got := slices.Collect(other.Buckets())
	if q := other.Quantile(0.999, 1<<40); q < 99 || q > 103 {
		t.Errorf("of all but few, %d is the most", q)
	}
	if len(got) != 2 || got[0].Count != 16*70_000+1 || got[1].Count != 16 || other.Count() != 16*70_001+1 {
		t.Errorf("counted %v, %d in all", got, other.Count())
	}
}
