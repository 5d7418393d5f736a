package model

import "time"

// TrendLen is over how many seconds a [Trend] goes.
const TrendLen = 16

// Trend is how many calls of a function began in each of the latest whole seconds, the oldest first; of a range, in as many
// equal parts of it.
type Trend [TrendLen]uint32

// trends knows how many calls of each function had begun at the ends of the latest seconds. Numbers are kept without their
// upper half: only differences count.
type trends struct {
	ticks [TrendLen + 1][]uint32 // by function, as many as there were then
	head  int                    // the newest
	last  time.Time              // of head
}

const tick = time.Second

// advance notes how many calls there are now, when the next second is over. In seconds that brought no packet, nothing was called.
func (t *trends) advance(now time.Time, stats []function) {
	if t.last.IsZero() {
		t.last = now
	}
	n := int(min(now.Sub(t.last)/tick, TrendLen+1))
	if n <= 0 {
		return
	}
	t.last = t.last.Add(now.Sub(t.last).Truncate(tick))
	for range n {
		t.head = (t.head + 1) % len(t.ticks)
		numbers := t.ticks[t.head][:0]
		for i := range stats {
			numbers = append(numbers, uint32(stats[i].begun()))
		}
		t.ticks[t.head] = numbers
	}
}

// of is the trend of a function of which so many calls have begun by now.
func (t *trends) of(fn uint32, begun uint64, now time.Time) (trend Trend) {
	silent := int(min(max(now.Sub(t.last)/tick, 0), TrendLen))
	if t.last.IsZero() {
		return trend
	}
	before := t.at(silent, fn)
	for i := range trend {
		next := uint32(begun)
		if i+silent < TrendLen {
			next = t.at(i+silent+1, fn)
		}
		trend[i], before = next-before, next
	}
	return trend
}

// at is how many calls had begun at a tick, the oldest being 0.
func (t *trends) at(i int, fn uint32) uint32 {
	numbers := t.ticks[(t.head+1+i)%len(t.ticks)]
	if int(fn) >= len(numbers) {
		return 0
	}
	return numbers[fn]
}

func (t *trends) bytes() (n int) {
	for i := range t.ticks {
		n += 4 * cap(t.ticks[i])
	}
	return n
}
