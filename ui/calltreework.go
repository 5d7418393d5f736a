package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/query"
)

// How often the order of the goroutines is worked out anew at most, and which share of the time, one of so many, that may take.
const (
	spawnInterval = 500 * time.Millisecond
	spawnShare    = 8
	siftBurst     = 30 * time.Millisecond
)

// spawnScene is what a tree of goroutines is of.
type spawnScene struct {
	session Session
	filter  string
	span    model.Span
	until   uint64
}

// narrow says that only goroutines with calls that pass are in it.
func (s spawnScene) narrow() bool { return s.filter != "" || !s.span.All() }

// spawnJob works out in which order the goroutines are, in commands. While one runs, the sift belongs to it.
type spawnJob struct {
	scene   spawnScene
	sift    *model.CallSift // nil when it begins anew
	running bool
	left    bool   // calls are left to be looked at
	came    uint64 // number of the first of them
	changed uint64 // state of the session that the tree is of
	taken   time.Time
	took    time.Duration // the last round
	spent   time.Duration // this round
}

func (t *callTree) scene() spawnScene {
	return spawnScene{t.at.session, t.filter.String(), t.at.span, t.until()}
}

// begin has a tree to show at once of all goroutines.
func (t *callTree) begin() {
	if t.spawn == nil || t.searched.narrow() && !t.scene().narrow() {
		t.spawn, t.sift, t.searched, t.stale = t.at.session.Spawned(nil), nil, spawnScene{}, true
	}
}

// searching says that it isn't known yet which calls match.
func (t *callTree) searching() bool {
	scene := t.scene()
	return scene.narrow() && t.searched != scene
}

// due says whether there is something to do.
func (j *spawnJob) due(t *callTree) bool {
	if j.scene != t.scene() || j.left || j.taken.IsZero() {
		return true
	}
	if t.at.paused || j.changed == t.at.session.Changed() {
		return false
	}
	age := t.at.now.Sub(j.taken)
	return age < 0 || age >= max(spawnInterval, spawnShare*j.took)
}

// work starts what there is to do.
func (t *callTree) work() tea.Cmd {
	j := &t.job
	if t.at.session == nil || j.running || !j.due(t) {
		return nil
	}
	if scene := t.scene(); scene != j.scene {
		*j = spawnJob{scene: scene}
	}
	if j.sift == nil {
		j.sift, j.spent, j.changed = newSift(t.filter, j.scene), 0, t.at.session.Changed()
	}
	j.running = true
	order := spawnOrder{scene: j.scene, sift: j.sift, now: t.at.now}
	return func() tea.Msg { return workedMsg{t.worked(order.carryOut())} }
}

func newSift(filter *query.Filter, scene spawnScene) *model.CallSift {
	return &model.CallSift{Filter: filter, Span: scene.span, Until: scene.until}
}

// worked returns what hands the outcome over.
func (t *callTree) worked(o spawnOutcome) (done func()) {
	return func() {
		j := &t.job
		j.running = false
		if o.failed != nil {
			t.failed = o.failed
			return
		}
		if o.scene != t.scene() {
			j.sift = nil
			return // it has been asked for something else since
		}
		j.left, j.came, j.spent = o.left, o.sift.Next, j.spent+o.took
		if o.left {
			return
		}
		j.sift, j.taken, j.took = nil, o.now, j.spent
		t.spawn, t.sift, t.searched, t.stale = o.spawn, o.sift, o.scene, true
	}
}

// spawnOrder is what one command is to do.
type spawnOrder struct {
	scene spawnScene
	sift  *model.CallSift
	now   time.Time
}

// spawnOutcome is what came of it.
type spawnOutcome struct {
	spawnOrder
	spawn  *model.SpawnTree
	left   bool
	took   time.Duration
	failed any
}

// carryOut looks for a while which goroutines have calls that pass, if that matters, and puts them in order.
func (o spawnOrder) carryOut() (out spawnOutcome) {
	defer func() { out.failed = recover() }()
	out.spawnOrder = o
	began := time.Now()
	session, found := o.scene.session.Await(), (*model.CallSift)(nil)
	if o.scene.narrow() {
		out.left = session.Sift(o.sift, o.now, func() bool { return time.Since(began) < siftBurst })
		found = o.sift
	}
	if !out.left {
		out.spawn = session.Spawned(found)
	}
	out.took = time.Since(began)
	return out
}
