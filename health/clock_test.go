package health

import (
	"math"
	"testing"
	"time"
)

// A lag is told in excess of the fastest batch, whatever the two clocks say.
func TestLag(t *testing.T) {
	const ms = int64(time.Millisecond)
	for _, offset := range []int64{0, 1e18, -1e18} { // of the program's clock
		c := newClock(true)
		c.offset = 12345
		begin := time.Unix(1e9, 0)
		for i, tt := range []struct{ took, want float64 }{{5, 0}, {9, 4}, {4, 0}, {4, 0}, {1004, 1000}, {3, 0}} {
			at := int64(i) * 100 * ms
			now := begin.Add(time.Duration(at) + time.Duration(tt.took*1e6))
			if got := c.lag(at+offset, now) * 1000; math.Abs(got-tt.want) > .01 {
				t.Errorf("offset %d, batch %d took %v ms: lag %v ms, want %v", offset, i, tt.took, got, tt.want)
			}
		}
	}
}

// Clocks of two machines that go apart are no lag; what one machine's clock says is, for ever.
func TestLagOfDriftingClocks(t *testing.T) {
	begin := time.Unix(1e9, 0)
	for _, same := range []bool{false, true} {
		c := newClock(same)
		var lag float64
		for at := time.Duration(0); at < 24*time.Hour; at += 10 * time.Second {
			lag = c.lag(int64(at), begin.Add(at+at/20000)) // 50 ppm
		}
		if same != (lag > 4) {
			t.Errorf("one machine %v: lag %v s", same, lag)
		}
	}
}

// No program makes a lag that is none.
func TestLagOfNonsense(t *testing.T) {
	for _, offset := range []int64{0, math.MinInt64, math.MaxInt64} {
		c := newClock(false)
		c.offset = offset
		for _, at := range []int64{math.MaxInt64, math.MinInt64, 0, math.MinInt64, math.MaxInt64} {
			if lag := c.lag(at, time.Unix(1e9, 0)); !(lag >= 0) || lag > 1e11 {
				t.Errorf("offset %d, at %d: lag %v", offset, at, lag)
			}
		}
	}
}
