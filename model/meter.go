package model

import (
	"math"
	"time"
)

// Rates are means that forget: a count weighs 1/e after meterMemory, and after meterSilence nothing is left.
const (
	meterMemory  = 500 * time.Millisecond
	meterStep    = 250 * time.Millisecond // counts are gathered for so long before they weigh in
	meterSilence = 2 * time.Second
)

// meter turns a growing count into a rate. All meters of a session advance together, by a meterClock.
type meter struct {
	seen uint64  // the count at the last step
	rate float64 // per second, then
}

// meterClock is the time of the last step.
type meterClock struct{ last time.Time }

// step says whether the meters are to advance now, and the weights to do it with.
func (c *meterClock) step(now time.Time) (weights, bool) {
	if c.last.IsZero() {
		c.last = now
		return weights{}, false
	}
	if now.Sub(c.last) < meterStep {
		return weights{}, false
	}
	w := c.weights(now)
	c.last = now
	return w, true
}

// weights are those to see the meters with at a time after the last step.
func (c *meterClock) weights(now time.Time) weights {
	dt := max(now.Sub(c.last), 0)
	if dt > meterSilence {
		return weights{}
	}
	// What was counted since the last step came within meterStep of it, and has been fading since.
	step := min(dt, meterStep)
	gather := 1 / meterMemory.Seconds()
	if step > 0 {
		gather = (1 - fade(step)) / step.Seconds()
	}
	return weights{old: fade(dt), gathered: gather * fade(dt-step)}
}

func fade(d time.Duration) float64 { return math.Exp(-float64(d) / float64(meterMemory)) }

// weights turn a rate and what was counted since into a new rate.
type weights struct{ old, gathered float64 }

func (m *meter) at(count uint64, w weights) float64 {
	return m.rate*w.old + float64(count-m.seen)*w.gathered
}

func (m *meter) advance(count uint64, w weights) {
	m.rate, m.seen = m.at(count, w), count
}
