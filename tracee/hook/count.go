package hook

import (
	"sync/atomic"
	"unsafe"
)

// cell adds up the calls of one function that ended on one P. It is written by the goroutine that is pinned to the P.
type cell struct {
	calls uint64
	total uint64 // ns
	max   uint64 // ns
}

// pageCells is how many functions share a page of cells: a P gets a page when it counts the first call of any of them.
const pageCells = 1 << 12

type countPage [pageCells]cell

// counting says that there are pages.
var counting atomic.Bool

// count adds the call to the cell of the P that it ends on.
//
//go:norace
//go:nocheckptr
func (c Call) count() {
	took := uint64(max(nanotime()-c.start, 0))
	index := c.f.id - 1
	if load(&armed) != 0 {
		sound()
	}
	for {
		p := procPin()
		var page *countPage
		if p < maxRings && rings[p] != nil {
			page = rings[p].counts[index/pageCells]
		}
		if page == nil {
			procUnpin()
			if !addPage(p, index) {
				c.f.loseStray(KindEnter)
				return
			}
			continue
		}
		cell := &page[index%pageCells]
		if took > cell.max {
			store64(&cell.max, took)
		}
		store64(&cell.total, cell.total+took)
		store64(&cell.calls, cell.calls+1) // last: who has read it finds the others to hold as many calls at least
		procUnpin()
		return
	}
}

// addPage gives P number p cells for the function and its neighbours, unless there are some. It says whether there are
// some now.
//
//go:norace
func addPage(p int, index uint32) bool {
	const size = unsafe.Sizeof(countPage{})
	if p >= maxRings || ringOf(p) == nil && !addRing(p) {
		return false
	}
	slot := (*unsafe.Pointer)(unsafe.Pointer(&ringOf(p).counts[index/pageCells]))
	page := share(extentCounts, index/pageCells, size)
	if page == nil {
		return false
	}
	if !atomic.CompareAndSwapPointer(slot, nil, page) {
		release(page, size)
	}
	counting.Store(true)
	return true
}

// Tally is what the counted calls of a function add up to. They are those that ended, however they were left; a
// recursive function's time is that of all its levels.
type Tally struct {
	Calls   uint64
	TotalNS uint64
	MaxNS   uint64
}

// Tallies calls yield for every function of which counted calls ended since the last call, with the tally since
// the consumer began, or since its last Reset. Calls are exact; of a call that is just ending, the time may be in already.
func (c *Consumer) Tallies(yield func(f *Func, t Tally)) {
	if !counting.Load() {
		return
	}
	funcs := c.Funcs()
	sums := c.sumCells(len(funcs))
	for i := range sums {
		sum, counted := &sums[i], &c.counted[i]
		if sum.Calls == counted.seen {
			continue
		}
		c.totals.Counted += eventsPerCall * (sum.Calls - counted.seen)
		counted.seen = sum.Calls
		yield(funcs[i], Tally{sum.Calls - counted.base.Calls, sum.TotalNS - counted.base.TotalNS, sum.MaxNS})
	}
}

// eventsPerCall is how many events a counted call stands for.
const eventsPerCall = 2

// counted is what the consumer knows of a function's cells.
type counted struct {
	seen uint64 // calls found
	base Tally  // of which these are not to be told
}

// sumCells adds up the cells of all Ps; index i is of ID i+1.
//
//go:norace
func (c *Consumer) sumCells(funcs int) []Tally {
	c.counted = append(c.counted, make([]counted, funcs-len(c.counted))...)
	clear(c.sums)
	c.sums = append(c.sums, make([]Tally, funcs-len(c.sums))...)
	eachPage(func(first int, page *countPage) {
		for i := range min(pageCells, funcs-first) {
			c.sums[first+i].add(&page[i])
		}
	})
	return c.sums
}

//go:norace
func (t *Tally) add(c *cell) {
	t.Calls += load64(&c.calls)
	t.TotalNS += load64(&c.total)
	t.MaxNS = max(t.MaxNS, load64(&c.max))
}

// resetTallies makes the tallies begin anew. A call that is just ending may still bring its time into the old maximum.
//
//go:norace
func (c *Consumer) resetTallies() {
	if !counting.Load() {
		return
	}
	funcs := c.Funcs()
	for i, sum := range c.sumCells(len(funcs)) {
		c.counted[i] = counted{seen: sum.Calls, base: sum}
		if e := funcs[i].entry; e != nil {
			e.base.calls, e.base.total = sum.Calls, sum.TotalNS
		}
	}
	eachPage(func(_ int, page *countPage) {
		for i := range page {
			if page[i].max != 0 { // a page that nobody wrote to takes no memory
				store64(&page[i].max, 0)
			}
		}
	})
}

// eachPage calls yield for every page of every P. The first cell is that of the function with ID first+1.
//
//go:norace
func eachPage(yield func(first int, page *countPage)) {
	for i := range rings {
		r := ringOf(i)
		if r == nil {
			continue
		}
		for k := range r.counts {
			if page := (*countPage)(atomic.LoadPointer((*unsafe.Pointer)(unsafe.Pointer(&r.counts[k])))); page != nil {
				yield(k*pageCells, page)
			}
		}
	}
}
