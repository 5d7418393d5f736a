package attach

import (
	"runtime"
	"time"

	"goapptrace/model"
	"goapptrace/query"
)

// stepBurst is for how long something goes through the log before it answers.
const stepBurst = 30 * time.Millisecond

// What goes through the log in slices stays at this end, on the desk, under a number that the viewer gives it. Each question has
// what it takes to make it anew, which is needed after the connection was lost, or when too many are kept.
type (
	flameArgs struct {
		Step   uint64
		G      uint64
		Filter *query.Filter
		Span   model.Span
		Most   int
		Until  uint64
		By     model.FlameWeight
		Tree   bool // the picture is wanted, and no step
	}
	flameStep struct {
		Left bool
		Tree *flameTree
	}
	// flameTree is a [model.FlameTree].
	flameTree struct {
		Nodes                    []model.FlameNode
		By                       model.FlameWeight
		Since                    time.Time
		Calls, Seen, Left, Older uint64
		Other                    bool
	}
	rangeArgs struct {
		Step  uint64
		Span  model.Span
		Until uint64
	}
	progress struct {
		Left  bool
		Share float64
		Older bool
	}
	rangeQuery struct {
		Step  uint64
		Span  model.Span
		Query model.FuncQuery
	}
	studyArgs struct {
		Step     uint64
		Function uint64
		Span     model.Span
		Until    uint64
	}
	studyStep struct {
		Left    bool
		Picture model.FuncPicture
	}
	timelineArgs struct {
		Step   uint64
		Window model.TimelineWindow
		View   []uint64
		Most   int
		Only   *query.Filter
		Limit  time.Time
		Until  uint64
	}
	timelineStep struct {
		Left    bool
		Picture *model.TimelinePicture
	}
	// goroutineQuery is a [model.GoroutineQuery].
	goroutineQuery struct {
		Filter        *query.Filter
		Sort          model.GoroutineSort
		Reverse       bool
		Grouped       bool
		Open          []uint64
		Growing       bool
		Within        uint64 // number of a walk through Span, 0 for none
		Span          model.Span
		Offset, Limit int
	}
	siftArgs struct {
		Step   uint64
		Filter *query.Filter
		Span   model.Span
		Until  uint64
	}
	siftStep struct {
		Left bool
		Next uint64
	}
	spawnArgs struct{ Sift uint64 } // number of one that has been through the log, 0 for all goroutines
	// treeQuery is a [model.TreeQuery].
	treeQuery struct {
		Sift          uint64 // see spawnArgs
		Folds         model.TreeFolds
		Filter        *query.Filter
		Span          model.Span
		At            model.TreePlace
		Before, After int
		Until         uint64
	}
)

// Bounds on what is asked for.
const (
	mostFlameNodes = 2048
	mostColumns    = 1024
	mostLoaded     = 512
	mostBursts     = 32 // until what was dropped has come to where it was
)

var (
	askFlame = ofSession("flame", func(d *desk, s *model.Session, a flameArgs, now time.Time) (r flameStep, err error) {
		err = withStep(d, stepKey{of: s, number: a.Step}, func() *model.Flame {
			f := model.NewFlame(s, a.G, a.Filter, max(1, min(a.Most, mostFlameNodes)))
			f.Within(a.Span)
			return f
		}, inTurn(func(f *model.Flame) {
			if !a.Tree {
				r.Left = f.Advance(now, a.Until, burst())
				return
			}
			f.Advance(now, a.Until, func() bool { return false }) // it may have been begun just now
			t := f.Tree(a.By)
			r.Tree = &flameTree{Nodes: t.Nodes, By: t.By, Since: t.Since, Calls: t.Calls, Seen: t.Seen, Left: t.Left, Older: t.Older, Other: t.Other}
		}))
		return r, err
	})
	askRange = ofSession("funcRange", func(d *desk, s *model.Session, a rangeArgs, now time.Time) (r progress, err error) {
		if !isRange(a.Span) {
			return r, errWindow
		}
		err = withStep(d, stepKey{of: s, number: a.Step}, func() *model.FuncRange { return model.NewFuncRange(s, a.Span) }, inTurn(func(f *model.FuncRange) {
			r.Left = f.Advance(now, a.Until, burst())
			r.Share, r.Older = f.Progress()
		}))
		return r, err
	})
	askRangeFunctions = ofSession("funcRangeFunctions", func(d *desk, s *model.Session, a rangeQuery, now time.Time) (r model.FuncPage, err error) {
		if !isRange(a.Span) {
			return r, errWindow
		}
		a.Query.Now, a.Query.Limit = now, rows(a.Query.Limit)
		err = withStep(d, stepKey{of: s, number: a.Step}, func() *model.FuncRange { return model.NewFuncRange(s, a.Span) }, inTurn(func(f *model.FuncRange) {
			r = f.Functions(a.Query)
		}))
		return r, err
	})
	askStudy = ofSession("funcStudy", func(d *desk, s *model.Session, a studyArgs, now time.Time) (r studyStep, err error) {
		err = withStep(d, stepKey{of: s, number: a.Step}, func() *model.FuncStudy { return model.NewFuncStudy(s, a.Function, a.Span) }, inTurn(func(f *model.FuncStudy) {
			r.Left = f.Advance(now, a.Until, burst())
			r.Picture = f.Picture(now)
		}))
		return r, err
	})
	askTimeline = ofSession("timeline", func(d *desk, s *model.Session, a timelineArgs, now time.Time) (r timelineStep, err error) {
		if a.Window.Width <= 0 || a.Window.Columns <= 0 || a.Window.Columns > mostColumns {
			return r, errWindow
		}
		begin := func() *model.Timeline {
			t := model.NewTimeline(s, a.Window, a.View, max(0, min(a.Most, mostLoaded)))
			t.Only(a.Only)
			return t
		}
		err = withStep(d, stepKey{of: s, number: a.Step}, func() *follower { return &follower{begin()} }, inTurn(func(t *follower) {
			if t.Window() != a.Window && (a.Until != 0 || t.Window().Width != a.Window.Width || !t.Follow(a.Window.First)) {
				t.Timeline = begin()
			}
			t.Limit(a.Limit)
			r.Left = t.Advance(now, a.Until, burst())
			r.Picture = t.Picture()
		}))
		return r, err
	})
	askWalk = ofSession("goroutineWalk", func(d *desk, s *model.Session, a rangeArgs, now time.Time) (r progress, err error) {
		if !isRange(a.Span) {
			return r, errWindow
		}
		err = withStep(d, stepKey{of: s, number: a.Step}, func() *walk { return newWalk(s, a.Span) }, inTurn(func(w *walk) {
			r.Left = w.Advance(now, a.Until, burst())
			r.Share, r.Older = w.Progress()
			w.uses = w.Uses()
		}))
		return r, err
	})
	askGoroutines = ofSession("goroutines", func(d *desk, s *model.Session, a goroutineQuery, now time.Time) (r model.GoroutinePage, err error) {
		q := model.GoroutineQuery{
			Filter: a.Filter, Sort: a.Sort, Reverse: a.Reverse, Grouped: a.Grouped, Growing: a.Growing, Offset: a.Offset, Limit: rows(a.Limit), Now: now,
		}
		q.Open = make(map[uint64]bool, len(a.Open))
		for _, group := range a.Open {
			q.Open[group] = true
		}
		if a.Within == 0 {
			turn(func() { r = s.Goroutines(q) })
			return r, nil
		}
		if !isRange(a.Span) {
			return r, errWindow
		}
		err = withStep(d, stepKey{of: s, number: a.Within}, func() *walk { return newWalk(s, a.Span) }, inTurn(func(w *walk) {
			q.Within = w.uses
			r = s.Goroutines(q)
		}))
		return r, err
	})
	askSift = ofSession("sift", func(d *desk, s *model.Session, a siftArgs, now time.Time) (r siftStep, err error) {
		err = withStep(d, stepKey{of: s, number: a.Step}, func() *model.CallSift {
			return &model.CallSift{Filter: a.Filter, Span: a.Span, Until: a.Until}
		}, inTurn(func(f *model.CallSift) {
			r.Left = s.Sift(f, now, burst())
			r.Next = f.Next
		}))
		return r, err
	})
	askSpawned = ofSession("spawned", func(d *desk, s *model.Session, a spawnArgs, _ time.Time) (r spawned, err error) {
		err = withSift(d, stepKey{of: s, number: a.Sift}, nil, func(f *model.CallSift) {
			t := spawn(s, f)
			d.put(stepKey{of: s, number: a.Sift, spawn: true}, t)
			r.Lines = t.Lines
		})
		return r, err
	})
	askTree = ofSession("callTree", func(d *desk, s *model.Session, a treeQuery, now time.Time) (r []model.TreeRow, err error) {
		q := model.TreeQuery{
			Folds: &a.Folds, Filter: a.Filter, Span: a.Span, At: a.At, Before: rows(a.Before), After: rows(a.After), Now: now, Until: a.Until,
		}
		search := func() *model.CallSift {
			f := &model.CallSift{Filter: a.Filter, Span: a.Span, Until: a.Until}
			for n, left := 0, true; left && n < mostBursts; n++ {
				turn(func() { left = s.Sift(f, now, burst()) })
			}
			return f
		}
		err = withSift(d, stepKey{of: s, number: a.Sift}, search, func(f *model.CallSift) {
			q.Sift = f
			err = withStep(d, stepKey{of: s, number: a.Sift, spawn: true}, func() *model.SpawnTree { return spawn(s, f) }, inTurn(func(t *model.SpawnTree) {
				q.Spawn = t
				r = s.CallTree(q)
			}))
		})
		return r, err
	})
)

// spawn works out the tree of goroutines in its turn.
func spawn(s *model.Session, f *model.CallSift) (t *model.SpawnTree) {
	var only func(g uint64) bool
	if f != nil {
		only = f.Found
	}
	turn(func() { t = s.SpawnTree(only) })
	return t
}

// withSift lets f use the sift with a key, begun anew if it is no longer kept; nil for the number 0.
func withSift(d *desk, key stepKey, begin func() *model.CallSift, f func(*model.CallSift)) error {
	if key.number == 0 {
		f(nil)
		return nil
	}
	if begin == nil {
		begin = func() *model.CallSift { return &model.CallSift{} }
	}
	return withStep(d, key, begin, f)
}

// follower is a timeline whose window moves, perhaps to where another one has to begin.
type follower struct{ *model.Timeline }

// walk is a goroutine walk with what it has found.
type walk struct {
	*model.GoroutineWalk
	uses *model.GoroutineUses
}

func newWalk(s *model.Session, span model.Span) *walk {
	w := model.NewGoroutineWalk(s, span)
	return &walk{w, w.Uses()}
}

// isRange says whether a span is one that a screen narrows its tabs to.
func isRange(s model.Span) bool { return !s.All() && s.From.Before(s.To) }

// turns are how much is worked out for all viewers at once: on half of the processors, so that what arrives finds another one.
var turns = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))

// inTurn has f wait for its turn.
func inTurn[T any](f func(T)) func(T) {
	return func(t T) { turn(func() { f(t) }) }
}

// turn waits for a turn, and has f use it. There are none within another one.
func turn(f func()) {
	turns <- struct{}{}
	defer func() { <-turns }()
	f()
}

// burst says for a while that there is time for more.
func burst() func() bool {
	end := time.Now().Add(stepBurst)
	return func() bool { return time.Now().Before(end) }
}
