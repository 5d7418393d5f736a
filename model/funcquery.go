package model

import (
	"cmp"
	"slices"
	"time"
)

// sortKey is what a function is sorted by.
type sortKey struct {
	key  float64 // larger goes first
	name string  // when sorted by name
	fn   uint32
}

// Functions is a window of the function table.
func (s *Session) Functions(q FuncQuery) FuncPage {
	return s.functions(q, func() figures { return s.figures(q.Now) })
}

// figures are those of all calls.
func (s *Session) figures(now time.Time) figures {
	t := &s.calls.funcs
	return figures{stats: t.stats, w: s.step.weights(now), trend: func(fn uint32) Trend {
		return t.trends.of(fn, t.stats[fn].begun(), now)
	}}
}

// figures are what the calls of each function add up to, by its index in the table, of all calls or of some.
type figures struct {
	stats []function
	w     weights // to see rates with
	trend func(fn uint32) Trend

	called bool // functions that weren't called are left out
}

// functions is a window of the function table, with the figures that there are while the session is locked.
func (s *Session) functions(q FuncQuery, of func() figures) FuncPage {
	keys, busiest := s.sortKeys(q, of)
	page := FuncPage{Matches: len(keys), Busiest: busiest}
	from := min(max(q.Offset, 0), len(keys))
	to := min(from+max(q.Limit, 0), len(keys))
	sortWindow(keys, from, to, q.order())

	s.mu.Lock()
	defer s.mu.Unlock()
	now := of()
	page.Rows = make([]FuncRow, 0, to-from)
	for _, k := range keys[from:to] {
		page.Rows = append(page.Rows, s.funcRow(k.fn, now))
	}
	return page
}

// keysPerLock is how many functions are asked for their keys at a time.
const keysPerLock = 1 << 12

// sortKeys lists the functions that pass the filter, and the largest total among them.
// Sorting is done on the copy, so that the tracee's packets need not wait for it.
func (s *Session) sortKeys(q FuncQuery, of func() figures) (keys []sortKey, busiest time.Duration) {
	for from, all := 0, 1; from < all; from += keysPerLock {
		func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			now := of()
			all = len(now.stats)
			keys = slices.Grow(keys, all-len(keys))
			passes := s.functionFilter(q.Filter, now)
			for i := from; i < min(from+keysPerLock, all); i++ {
				f := &now.stats[i]
				if f.begun() == 0 && (now.called || i == overflowIndex && f.lost == 0) || !passes(i) {
					continue
				}
				k := sortKey{fn: uint32(i), key: f.key(q.Sort, now.w)}
				if q.Sort == SortName {
					k.name = string(s.calls.funcs.symbols[i].name)
				}
				keys = append(keys, k)
				busiest = max(busiest, f.sum())
			}
		}()
	}
	return keys, busiest
}

func (f *function) key(by FuncSort, w weights) float64 {
	switch by {
	case SortTotal:
		return float64(f.sum())
	case SortSelf:
		return float64(f.self)
	case SortCalls:
		return float64(f.begun())
	case SortRate:
		return f.rate.at(f.begun(), w)
	case SortMean:
		return float64(f.mean())
	case SortMax:
		lasted, _ := f.longest()
		return float64(lasted)
	case SortErrors:
		return float64(f.errors + f.panics)
	case SortP50, SortP90, SortP99:
		return float64(f.percentile(int(by - SortP50)))
	case SortMode:
		return float64(f.mode)
	case SortLost:
		return float64(f.lost)
	}
	return 0
}

// sum is the time of the calls that were not made by the function's own recursion. Of counted calls all are summed up.
func (f *function) sum() time.Duration { return time.Duration(sum(f.total, f.counted.total)) }

func (f *function) mean() time.Duration {
	if n := f.finished(); n > 0 {
		return time.Duration(uint64(sum(sum(f.total, f.nested), f.counted.total)) / n)
	}
	return 0
}

// order compares keys. No two are equal, so that rows keep their places.
func (q *FuncQuery) order() func(a, b sortKey) int {
	sign := 1
	if q.Reverse {
		sign = -1
	}
	return func(a, b sortKey) int {
		c := cmp.Compare(b.key, a.key)
		if c == 0 {
			c = cmp.Compare(a.name, b.name)
		}
		if c == 0 {
			return cmp.Compare(a.fn, b.fn)
		}
		return sign * c
	}
}

func (s *Session) funcRow(fn uint32, of figures) FuncRow {
	f, sym := &of.stats[fn], &s.calls.funcs.symbols[fn]
	longest, seq := f.longest()
	return FuncRow{
		ID: sym.id, Name: sym.name, File: sym.file, Line: sym.line, Mode: f.mode,
		Calls: f.begun(), Counted: f.counted.calls, Open: f.open, Panics: f.panics, Errors: f.errors, Lost: f.lost, Touched: f.touched,
		CallsPerSecond: f.rate.at(f.begun(), of.w), Trend: of.trend(fn),
		Total: f.sum(), Self: time.Duration(f.self), Mean: f.mean(),
		P50: time.Duration(f.percentile(0)), P90: time.Duration(f.percentile(1)), P99: time.Duration(f.percentile(2)),
		Timed: f.took.Count(), Untimed: f.calls - f.open - f.unknown - f.took.Count(),
		Max: time.Duration(longest), MaxCall: seq,
	}
}

// sortWindow puts into items[from:to] what would be there if all were sorted. Items are distinct.
func sortWindow[T any](items []T, from, to int, order func(a, b T) int) {
	for tries := 0; from < to && len(items) > 64 && tries < 32; tries++ {
		p := partition(items, order)
		switch {
		case to <= p:
			items = items[:p]
		case from >= p:
			items, from, to = items[p:], from-p, to-p
		default:
			sortWindow(items[:p], from, p, order)
			items, from, to = items[p:], 0, to-p
		}
	}
	if from < to {
		slices.SortFunc(items, order)
	}
}

// partition puts the items before a middling one ahead of it and the others behind, and returns how many are ahead:
// neither none nor all.
func partition[T any](items []T, order func(a, b T) int) int {
	n := len(items)
	three := []T{items[0], items[n/2], items[n-1]}
	slices.SortFunc(three, order)
	pivot := three[1]
	p := 0
	for i := range items {
		if order(items[i], pivot) < 0 {
			items[i], items[p] = items[p], items[i]
			p++
		}
	}
	return p
}
