package hook

import (
	"sync/atomic"
	"unsafe"
)

// Consumer takes what the hooks have recorded. There is one in a program, used by one goroutine at a time.
// The zero value is ready.
type Consumer struct {
	cursors []cursor
	funcs   []*Func // by ID, from 1
	lossSum uint64  // changes when any event is lost

	totals Totals

	counted []counted // by ID, from 1
	sums    []Tally   // memory of sumCells
}

// Totals counts events since the consumer began, or since its last Reset. Emitted, drained, counted and lost agree: what
// hooks set out to record is Drained + Counted + LostEnters + LostLeaves, and what still waits in the rings.
type Totals struct {
	Drained    uint64 // handed out by Drain
	Counted    uint64 // two for each call that Tallies told of: it would have been an Enter and a Leave
	LostEnters uint64 // handed out by Losses; these calls are missing as a whole
	LostLeaves uint64 // handed out by Losses; these calls have no end
}

// Totals returns the totals.
func (c *Consumer) Totals() Totals { return c.totals }

// Everything is the cut of a last [Consumer.Drain].
const Everything = 1<<63 - 1

// Drain fills buf with the oldest events that happened before the cut, in the order of their times, and returns
// their number. If it fills the buffer, call again with the same cut.
//
// Take the cut from [Now] before the call. A goroutine's events then come in the order in which they happened,
// within one Drain and from one to the next, although they lie in several rings: suppose that it recorded e1 on
// one P and then e2 on another. It could move only after e1 was published. If e1 is missed because its ring's
// head was read before that, then e2's time was taken after the cut, and e2 is left for later too.
//
// The events keep their places in the rings until Release gives these back to the hooks.
//
// Between goroutines, an event whose recorder lost its thread after reading the clock appears in a later Drain than
// its time promises.
func (c *Consumer) Drain(cut int64, buf []Event) int {
	c.open(cut)
	n := 0
	for n < len(buf) && len(c.cursors) > 0 {
		i, bound := c.earliest(cut)
		n += c.cursors[i].take(buf[n:], bound)
		if !c.cursors[i].before(cut) {
			c.close(i)
		}
	}
	for len(c.cursors) > 0 {
		c.close(len(c.cursors) - 1)
	}
	c.totals.Drained += uint64(n)
	return n
}

// open reads the heads of all rings and keeps those with an event before the cut.
func (c *Consumer) open(cut int64) {
	for i := range rings {
		r := ringOf(i)
		if r == nil {
			continue
		}
		cur := cursor{ring: r, pos: r.taken, end: load(&r.head)}
		if cur.before(cut) {
			c.cursors = append(c.cursors, cur)
		}
	}
}

// earliest is the cursor whose event comes first, and the last time for which it stays so.
func (c *Consumer) earliest(cut int64) (first int, bound int64) {
	bound = cut - 1
	for i := 1; i < len(c.cursors); i++ {
		if a, b := c.cursors[i].time(), c.cursors[first].time(); a < b {
			first, bound = i, b
		} else {
			bound = min(bound, a)
		}
	}
	return first, bound
}

// close notes how far cursor i has read.
func (c *Consumer) close(i int) {
	cur := c.cursors[i]
	cur.ring.taken = cur.pos
	last := len(c.cursors) - 1
	c.cursors[i] = c.cursors[last]
	c.cursors = c.cursors[:last]
}

// Release gives the places of all events that were drained back to the hooks.
func (c *Consumer) Release() {
	for i := range rings {
		if r := ringOf(i); r != nil && r.tail != r.taken {
			store(&r.tail, r.taken)
		}
	}
}

// Funcs are the functions called so far: index i holds ID i+1. Called after Drain, it includes every function of
// the events that Drain returned. The slice grows in place and is not to be changed.
func (c *Consumer) Funcs() []*Func {
	f, known := (*Func)(atomic.LoadPointer(&newest)), len(c.funcs)
	if f == nil {
		return nil
	}
	c.funcs = append(c.funcs, make([]*Func, int(f.id)-known)...)
	for ; f != nil && int(f.id) > known; f = f.next {
		c.funcs[f.id-1] = f
	}
	return c.funcs
}

// Losses calls yield for every function of which events were lost since the last call, with their numbers.
// A call whose Enter is lost records no Leave, and counts as one lost event.
func (c *Consumer) Losses(yield func(f *Func, enters, leaves uint64)) {
	sum := strayLost.Load()
	for i := range rings {
		if r := ringOf(i); r != nil {
			sum += uint64(load(&r.lost))
		}
	}
	if sum == c.lossSum {
		return
	}
	c.lossSum = sum
	for _, f := range c.Funcs() {
		enters, leaves := f.losses()
		if enters == f.reportedEnters && leaves == f.reportedLeaves {
			continue
		}
		enters, f.reportedEnters = enters-f.reportedEnters, enters
		leaves, f.reportedLeaves = leaves-f.reportedLeaves, leaves
		c.totals.LostEnters += enters
		c.totals.LostLeaves += leaves
		yield(f, enters, leaves)
	}
}

// Reset forgets all that was recorded, lost or shed until now, and sets the totals to zero.
func (c *Consumer) Reset() {
	c.Abandon()
	for i := range rings {
		if r := ringOf(i); r != nil {
			r.taken = load(&r.head)
		}
	}
	c.Release()
	c.Losses(func(*Func, uint64, uint64) {})
	for _, f := range c.Funcs() {
		if e := f.entry; e != nil {
			e.base.enters, e.base.leaves = f.reportedEnters, f.reportedLeaves
		}
	}
	c.Sheds(func(f *Func) { f.SetDetail(Full) })
	c.resetTallies()
	c.totals = Totals{}
}

func ringOf(p int) *ring {
	return (*ring)(atomic.LoadPointer((*unsafe.Pointer)(unsafe.Pointer(&rings[p]))))
}

// cursor reads one ring. The events from pos to end are published.
type cursor struct {
	ring     *ring
	pos, end uint32
}

//go:norace
//go:nocheckptr
func (c *cursor) time() int64 { return c.ring.slot(c.pos).time }

func (c *cursor) before(cut int64) bool { return c.pos != c.end && c.time() < cut }

// take copies the events up to the time bound, as long as there are any and buf has room.
//
//go:norace
//go:nocheckptr
func (c *cursor) take(buf []Event, bound int64) int {
	n := 0
	for n < len(buf) && c.pos != c.end {
		e := c.ring.slot(c.pos)
		if e.time > bound {
			break
		}
		buf[n] = e.unpack()
		c.pos++
		n++
	}
	return n
}
