package ui

import (
	"time"

	"charm.land/bubbles/v2/key"

	"goapptrace/model"
	"goapptrace/query"
)

// callTree is the other view of the Calls tab: the calls below their goroutines, and these below those that started them.
type callTree struct {
	env   *env
	on    bool // it is shown, and not the log
	list  treeList
	folds model.TreeFolds
	keys  treeKeys

	at     moment
	filter *query.Filter
	frozen uint64 // number of the newest call of a paused view
	spawn  *model.SpawnTree
	job    spawnJob
	failed any // what a command panicked with

	sift     *model.CallSift // the calls that match
	searched spawnScene      // what spawn and sift are of

	stale   bool      // the rows are to be asked for anew
	asked   time.Time // when they were
	changed uint64    // state of the session then
	margin  int       // levels that the rows begin with at the left
}

type treeKeys struct{ View, Unfold, Fold, UnfoldAll, FoldAll key.Binding }

func newCallTree(e *env) callTree {
	return callTree{env: e, keys: treeKeys{
		View:      bind("v", "log or tree", "v"),
		Unfold:    bind("e", "unfold, in the tree", "e"),
		Fold:      bind("c", "fold, in the tree", "c"),
		UnfoldAll: bind("E", "unfold all, in the tree", "E"),
		FoldAll:   bind("C", "fold all, in the tree", "C"),
	}}
}

func (k treeKeys) list() []key.Binding {
	return []key.Binding{k.Unfold, k.Fold, k.UnfoldAll, k.FoldAll}
}

// treeInterval is how often the rows change at most while nobody moves.
const treeInterval = 100 * time.Millisecond

// reset forgets what belongs to a session.
func (t *callTree) reset() {
	*t = callTree{env: t.env, on: t.on, keys: t.keys}
}

// refresh gets the rows for a moment.
func (t *callTree) refresh(at moment, filter *query.Filter, frozen uint64, height int) {
	if t.failed != nil {
		panic(t.failed)
	}
	t.stale = t.stale || filter != t.filter || height != t.list.height || at.paused != t.at.paused || at.span != t.at.span
	t.at, t.filter, t.frozen, t.list.height = at, filter, frozen, height
	if at.session == nil {
		t.list.fetch, t.list.rows = nil, nil
		return
	}
	t.begin()
	t.list.fetch = t.fetch
	if t.searching() {
		t.list.rows, t.stale = nil, true
		return
	}
	if !t.stale && t.list.scroll == 0 && !t.due() {
		return
	}
	t.stale, t.asked, t.changed = false, at.now, at.session.Changed()
	t.list.load()
	t.align()
}

// due says whether the rows may be other ones by now.
func (t *callTree) due() bool {
	if age := t.at.now.Sub(t.asked); t.at.paused || age >= 0 && age < treeInterval {
		return false
	}
	if t.at.session.Changed() != t.changed {
		return true
	}
	for _, row := range t.list.rows {
		if row.Seq != 0 && row.Call.End == model.EndOpen || row.Seq == 0 && row.Goroutine.State == model.GoroutineLive {
			return true
		}
	}
	return false
}

// until is the number of the last call of a paused view, 0 for any.
func (t *callTree) until() uint64 {
	if t.at.paused {
		return max(t.frozen, 1)
	}
	return 0
}

func (t *callTree) fetch(at model.TreePlace, before, after int) []model.TreeRow {
	return t.at.session.CallTree(model.TreeQuery{
		Spawn: t.spawn, Folds: &t.folds, Filter: t.filter, Span: t.at.span, Sift: t.sift,
		At: at, Before: before, After: after, Now: t.at.now, Until: t.until(),
	})
}

// align moves the tree to the left when all that is in view is deep, and back when something isn't.
func (t *callTree) align() {
	const slack = 8 // levels
	shallowest := -1
	for _, row := range t.list.rows {
		if level := treeLevel(row); shallowest < 0 || level < shallowest {
			shallowest = level
		}
	}
	if shallowest < t.margin || shallowest > t.margin+slack {
		t.margin = max(shallowest, 0)
	}
}

// treeLevel is how deep a row is in the whole tree.
func treeLevel(row model.TreeRow) int {
	if row.Seq == 0 {
		return row.Level
	}
	return row.Level + 1 + row.Call.Depth
}

// reveal unfolds what a place is folded into, and goes there.
func (t *callTree) reveal(at model.TreePlace) {
	t.begin()
	if line, ok := t.spawn.Place(at.G); ok {
		for line = t.spawn.Lines[line].Parent; line >= 0; line = t.spawn.Lines[line].Parent {
			t.folds.Goroutines.Set(t.spawn.Lines[line].G, false)
		}
	} else if !t.scene().narrow() {
		t.spawn = t.at.session.Spawned(nil) // it is new
	}
	if at.Seq != 0 {
		t.folds.Shown.Set(at.G, true)
		callers, _ := t.at.session.Callers(at.Seq, far, t.at.now)
		for _, row := range callers {
			t.folds.Calls.Set(row.Seq, false)
		}
	}
	if t.stale = true; t.searching() {
		t.list.cursor = at
		return
	}
	t.list.goTo(at)
}

// fold folds the chosen row, or unfolds it: a goroutine's calls first, then the goroutines below it. From
// a call that has nothing to fold it goes to the caller.
func (t *callTree) fold(folded bool) {
	row, ok := t.list.selected()
	if !ok {
		return
	}
	t.stale = true
	switch {
	case row.Seq != 0 && (row.Open && folded || row.Folded && !folded):
		t.folds.Calls.Set(row.Seq, folded)
	case row.Seq != 0 && folded:
		t.up(row)
	case row.Seq != 0:
	case !folded && t.folds.Goroutines.Has(row.G):
		t.folds.Goroutines.Set(row.G, false)
	case !folded:
		t.folds.Shown.Set(row.G, true)
	case row.Open:
		t.folds.Shown.Set(row.G, false)
	default:
		t.folds.Goroutines.Set(row.G, true)
	}
}

// toggle folds what is unfolded, and the other way round. It says whether there is something to fold.
func (t *callTree) toggle() bool {
	row, ok := t.list.selected()
	if !ok || !row.Open && !row.Folded {
		return false
	}
	t.fold(row.Open)
	return true
}

// foldAll folds all into the goroutines, or unfolds all.
func (t *callTree) foldAll(folded bool) {
	t.folds.Shown.All(!folded)
	t.folds.Calls.All(folded)
	t.folds.Goroutines.All(false)
	t.stale = true
}

// up goes to the caller that is shown, to the goroutine, or to the one that started it.
func (t *callTree) up(row model.TreeRow) {
	t.stale = true
	if row.Seq != 0 {
		at := model.TreePlace{G: row.G}
		q := model.KinQuery{Of: row.Seq, Kin: model.Caller, Filter: t.filter, Span: t.at.span, Now: t.at.now}
		at.Seq, _ = t.at.session.FindKin(q)
		t.list.goTo(at)
		return
	}
	if line, ok := t.spawn.Place(row.G); ok && t.spawn.Lines[line].Parent >= 0 {
		t.list.goTo(model.TreePlace{G: t.spawn.Lines[t.spawn.Lines[line].Parent].G})
	}
}

// beside goes to the goroutine before or behind this one that the same one started.
func (t *callTree) beside(g uint64, step int) (ok bool) {
	line, ok := t.spawn.Place(g)
	if !ok {
		return false
	}
	lines := t.spawn.Lines
	at := lines[line].End
	if step < 0 {
		for at = line - 1; at >= 0 && lines[at].Level > lines[line].Level; {
			at = lines[at].Parent
		}
	}
	if at < 0 || at >= len(lines) || lines[at].Parent != lines[line].Parent {
		return false
	}
	t.list.goTo(model.TreePlace{G: lines[at].G})
	t.stale = true
	return true
}

// goroutines tells how many there are.
func (t *callTree) goroutines() string {
	if t.spawn == nil {
		return ""
	}
	text := countOf(uint64(len(t.spawn.Lines)), "goroutines")
	if t.searched.narrow() {
		text += " with calls that match, and those above"
	}
	return text
}
