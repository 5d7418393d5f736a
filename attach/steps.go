package attach

import (
	"sync"
	"time"
	"weak"

	"goapptrace/model"
	"goapptrace/query"
	"goapptrace/ui"
)

// nextStep is a number for something that goes through the log at the other end.
func (c *Client) nextStep() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.numbers++
	return c.numbers
}

// pace waits until more may be asked for.
func (c *Client) pace() {
	c.mu.Lock()
	wait := c.budget.wait(time.Now())
	c.mu.Unlock()
	if wait > 0 {
		select {
		case <-c.ended:
		case <-time.After(wait):
		}
	}
}

// walker is what these have in common. They are worked in commands, one at a time each.
type walker struct {
	s    *farSession // that waits
	step uint64
}

func (s *farSession) walker() walker { return walker{s.waits, s.client.nextStep()} }

type flame struct {
	walker
	args flameArgs
	now  time.Time
}

// NewFlame implements [ui.Session], as do the next.
func (s *farSession) NewFlame(g uint64, filter *query.Filter, span model.Span, most int) ui.Flame {
	w := s.walker()
	return &flame{walker: w, args: flameArgs{Step: w.step, G: g, Filter: filter, Span: span, Most: min(most, mostFlameNodes)}}
}

func (f *flame) Advance(now time.Time, until uint64, _ func() bool) (left bool) {
	a := f.args
	a.Until, f.now = until, now
	return ask(f.s, askFlame, now, a).Left
}

func (f *flame) Tree(by model.FlameWeight) *model.FlameTree {
	f.s.client.pace()
	a := f.args
	a.By, a.Tree = by, true
	t := &model.FlameTree{By: by}
	if got := ask(f.s, askFlame, f.now, a).Tree; got != nil {
		t = &model.FlameTree{
			Nodes: got.Nodes, By: got.By, Since: got.Since, Calls: got.Calls, Seen: got.Seen, Left: got.Left, Older: got.Older, Other: got.Other,
		}
	}
	if t.Restore() != nil { // the other end has sent none, or one that makes no sense
		t = &model.FlameTree{Nodes: []model.FlameNode{{Parent: -1, Base: -1}}, By: by}
		_ = t.Restore()
	}
	return t
}

type funcRange struct {
	walker
	span model.Span

	mu       sync.Mutex
	progress progress
}

func (s *farSession) NewFuncRange(span model.Span) ui.FuncRange {
	return &funcRange{walker: s.walker(), span: span}
}

func (f *funcRange) Advance(now time.Time, until uint64, _ func() bool) (left bool) {
	f.s.client.pace()
	got := ask(f.s, askRange, now, rangeArgs{f.step, f.span, until})
	f.mu.Lock()
	defer f.mu.Unlock()
	f.progress = got
	return got.Left
}

func (f *funcRange) Progress() (share float64, older bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.progress.Share, f.progress.Older
}

func (f *funcRange) Functions(by ui.Session, q model.FuncQuery) model.FuncPage {
	now := q.Now
	q.Now = time.Time{}
	return ask(by.(*farSession), askRangeFunctions, now, rangeQuery{f.step, f.span, q})
}

type funcStudy struct {
	walker
	function uint64
	span     model.Span

	mu      sync.Mutex
	picture model.FuncPicture
}

func (s *farSession) NewFuncStudy(function uint64, span model.Span) ui.FuncStudy {
	return &funcStudy{walker: s.walker(), function: function, span: span}
}

func (f *funcStudy) Advance(now time.Time, until uint64, _ func() bool) (left bool) {
	f.s.client.pace()
	got := ask(f.s, askStudy, now, studyArgs{f.step, f.function, f.span, until})
	f.mu.Lock()
	defer f.mu.Unlock()
	f.picture = got.Picture
	return got.Left
}

// Picture is that of the last step.
func (f *funcStudy) Picture(time.Time) model.FuncPicture {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.picture
}

type goroutineWalk struct {
	walker
	span     model.Span
	progress progress
	uses     *model.GoroutineUses // stands for what the other end has
}

func (s *farSession) NewGoroutineWalk(span model.Span) ui.GoroutineWalk {
	w := &goroutineWalk{walker: s.walker(), span: span, uses: new(model.GoroutineUses)}
	s.client.walks.get(w.uses, func() walkToken { return walkToken{w.step, span} })
	return w
}

func (w *goroutineWalk) Advance(now time.Time, until uint64, _ func() bool) (left bool) {
	w.s.client.pace()
	w.progress = ask(w.s, askWalk, now, rangeArgs{w.step, w.span, until})
	return w.progress.Left
}

func (w *goroutineWalk) Progress() (share float64, older bool) {
	return w.progress.Share, w.progress.Older
}

func (w *goroutineWalk) Uses() *model.GoroutineUses { return w.uses }

// walkToken is what a [model.GoroutineUses] stands for.
type walkToken struct {
	step uint64
	span model.Span
}

func (c *Client) walkOf(uses *model.GoroutineUses) walkToken {
	return c.walks.get(uses, func() walkToken { return walkToken{} })
}

// timeline is a [model.Timeline] at the other end.
type timeline struct {
	walker
	args    timelineArgs
	picture *model.TimelinePicture
}

func (s *farSession) NewTimeline(w model.TimelineWindow, view []uint64, most int, only *query.Filter) ui.Timeline {
	by := s.walker()
	return &timeline{
		walker: by, args: timelineArgs{Step: by.step, Window: w, View: view, Most: min(most, mostLoaded), Only: only},
		picture: &model.TimelinePicture{Window: w},
	}
}

func (t *timeline) Window() model.TimelineWindow { return t.args.Window }

func (t *timeline) Limit(at time.Time) { t.args.Limit = at }

// Follow leaves it to the other end to begin anew.
func (t *timeline) Follow(first int64) bool {
	t.args.Window.First = first
	return true
}

func (t *timeline) Advance(now time.Time, until uint64, _ func() bool) (left bool) {
	t.s.client.pace()
	t.args.Until = until
	got := ask(t.s, askTimeline, now, t.args)
	if got.Picture != nil {
		t.picture = got.Picture
	}
	return got.Left
}

func (t *timeline) Picture() *model.TimelinePicture { return t.picture }

// Sift implements [ui.Session].
func (s *farSession) Sift(f *model.CallSift, now time.Time, _ func() bool) (left bool) {
	got := ask(s, askSift, now, siftArgs{s.client.siftStep(f), f.Filter, f.Span, f.Until})
	f.Next = got.Next
	return got.Left
}

// Spawned implements [ui.Session].
func (s *farSession) Spawned(sift *model.CallSift) *model.SpawnTree {
	got := ask(s, askSpawned, time.Time{}, spawnArgs{s.client.siftStep(sift)})
	t, err := model.NewSpawnTree(got.Lines)
	if err != nil {
		t, _ = model.NewSpawnTree(nil) // the other end has sent what makes no sense
	}
	return t
}

// CallTree implements [ui.Session]. The other end has the tree of goroutines.
func (s *farSession) CallTree(q model.TreeQuery) []model.TreeRow {
	a := treeQuery{
		Sift: s.client.siftStep(q.Sift), Filter: q.Filter, Span: q.Span, At: q.At, Before: q.Before, After: q.After, Until: q.Until,
	}
	if q.Folds != nil {
		a.Folds = *q.Folds
	}
	return ask(s, askTree, q.Now, a)
}

// siftStep is the number of a sift at the other end, 0 for none.
func (c *Client) siftStep(f *model.CallSift) uint64 {
	if f == nil {
		return 0
	}
	return c.sifts.get(f, c.nextStep)
}

// tokens are what pointers of package model stand for that the panes hand about.
type tokens[T, V any] struct {
	mu sync.Mutex
	of map[weak.Pointer[T]]V
}

// get is what a pointer stands for; begin says it if nobody knows.
func (t *tokens[T, V]) get(p *T, begin func() V) V {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := weak.Make(p)
	v, ok := t.of[key]
	if ok {
		return v
	}
	for key := range t.of {
		if key.Value() == nil {
			delete(t.of, key)
		}
	}
	if t.of == nil {
		t.of = map[weak.Pointer[T]]V{}
	}
	v = begin()
	t.of[key] = v
	return v
}
