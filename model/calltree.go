package model

import (
	"slices"
	"time"

	"goapptrace/query"
)

// FoldSet is a set of numbers, or all but some. The zero FoldSet is empty.
type FoldSet struct {
	others bool // is the answer for those that aren't in but
	but    map[uint64]bool
}

// Has says whether n is in the set.
func (f *FoldSet) Has(n uint64) bool { return f.others != f.but[n] }

// Set puts n in, or takes it out.
func (f *FoldSet) Set(n uint64, in bool) {
	if in == f.others {
		delete(f.but, n)
		return
	}
	if f.but == nil {
		f.but = map[uint64]bool{}
	}
	f.but[n] = true
}

// All puts all numbers in, or takes all out.
func (f *FoldSet) All(in bool) { *f = FoldSet{others: in} }

// any says whether there may be a number in the set.
func (f *FoldSet) any() bool { return f.others || len(f.but) > 0 }

// TreeFolds is what a tree of calls shows.
type TreeFolds struct {
	Shown      FoldSet // goroutines whose calls are listed below them
	Goroutines FoldSet // goroutines that those which they started are folded into
	Calls      FoldSet // calls that those which they made are folded into
}

// TreePlace is a row of the tree: the call numbered Seq of goroutine G, or the goroutine itself if that is zero.
type TreePlace struct{ G, Seq uint64 }

// TreeQuery selects a window of the tree of calls by goroutine: the Before rows ahead of the one at At, and After rows from it
// on. A row that isn't there any more, or that is folded away, stands for the one that it would be under. Calls that don't
// pass Filter (of [query.Calls], nil for all) and Span are left out, wherever those are that made them.
type TreeQuery struct {
	Spawn  *SpawnTree
	Folds  *TreeFolds
	Filter *query.Filter
	Span   Span
	Sift   *CallSift // that has been through the log with this Filter and Span; nil for none: then few matches take long to find
	At     TreePlace
	Before int
	After  int
	Now    time.Time // up to when open calls have lasted
	Until  uint64    // ignore calls numbered above (a paused view); 0 for none
}

// TreeRow is a goroutine, or a call of it.
type TreeRow struct {
	TreePlace
	Level     int           // of the goroutine in the tree of goroutines; its calls begin one level deeper
	Goroutine GoroutineInfo // if Seq is zero
	Call      CallRow       // if it isn't
	Folded    bool          // something is folded into it: of a goroutine its calls, or the goroutines below
	Open      bool          // something is shown below it
}

// CallTree is a window of the tree of calls by goroutine, in order.
func (s *Session) CallTree(q TreeQuery) []TreeRow {
	if len(q.Spawn.Lines) == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w := treeWalk{TreeQuery: &q, s: s, l: &s.calls.log, f: s.ask(q.Filter, q.Span, q.Now)}
	w.last = w.l.total
	if q.Until != 0 {
		w.last = min(w.last, q.Until)
	}
	at := w.settle(q.At)
	places := make([]TreePlace, 0, q.Before+q.After)
	for p, ok := w.previous(at); ok && len(places) < q.Before; p, ok = w.previous(p) {
		places = append(places, p)
	}
	slices.Reverse(places)
	for p, ok := at, true; ok && len(places) < cap(places) && q.After > 0; p, ok = w.next(p) {
		places = append(places, p)
		q.After--
	}
	rows := make([]TreeRow, len(places))
	for i, p := range places {
		rows[i] = w.row(p)
	}
	return rows
}
