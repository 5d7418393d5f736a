package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
)

// How long the work goes on at a time, how often it is done for calls that have arrived and for open ones that go on, and
// which share of the time, one of so many, it may take then.
const (
	flameBurst      = 30 * time.Millisecond
	flameInterval   = 250 * time.Millisecond
	flameIdle       = time.Second
	flameShare      = 8
	flameIdleShare  = 100
	mostFlameNodes  = 1 << 15 // paths in all
	leastFlameNodes = 1 << 9  // of a session
)

// flameScene is what a picture is of.
type flameScene struct {
	scope      flameScope
	session, g uint64
	filter     *query.Filter // of the calls, nil for all
	span       model.Span
}

// flameJob adds up calls, in commands. While one runs, flames belong to it.
type flameJob struct {
	scene   flameScene
	flames  map[Session]Flame // by session
	running bool
	left    bool // calls are left to be added
	by      model.FlameWeight
	changed uint64 // state of what the picture is of
	taken   time.Time
	took    time.Duration
	open    bool // calls of the picture go on
	until   map[uint64]uint64
}

// stopAt remembers how many calls there are, for a view that is paused.
func (j *flameJob) stopAt(sessions []model.SessionRow) {
	j.until = make(map[uint64]uint64, len(sessions))
	for _, row := range sessions {
		j.until[row.ID] = max(row.Calls, 1)
	}
}

// due says whether there is something to do.
func (j *flameJob) due(p *flamePane) bool {
	if p.tree == nil || j.left || j.by != p.by || j.scene != p.scene() {
		return true
	}
	age := p.at.now.Sub(j.taken)
	switch {
	case p.at.paused:
		return false
	case p.changed() != j.changed:
		return age < 0 || age >= max(flameInterval, flameShare*j.took)
	}
	return j.open && age >= max(flameIdle, flameIdleShare*j.took)
}

// behindStore implements [worker].
func (p *flamePane) behindStore() bool {
	return p.at.session != nil && !p.at.paused && p.changed() != p.job.changed
}

// changed is the state of what there are pictures of.
func (p *flamePane) changed() uint64 {
	if p.scope == scopeAll {
		return p.store.Changed()
	}
	return p.at.session.Changed()
}

func (p *flamePane) scene() flameScene {
	s := flameScene{scope: p.scope, filter: p.narrowed(), span: p.at.span}
	if p.at.session != nil && p.scope != scopeAll {
		s.session = p.at.session.ID()
	}
	if p.scope == scopeGoroutine {
		s.g = p.g
	}
	return s
}

// work implements [worker].
func (p *flamePane) work() tea.Cmd {
	j := &p.job
	if j.running || p.at.session == nil || !j.due(p) {
		return nil
	}
	scene := p.scene()
	if j.scene != scene {
		j.scene, j.flames = scene, map[Session]Flame{}
	}
	j.running, j.changed = true, p.changed()
	order := flameOrder{scene: scene, flames: j.flames, now: p.at.now, by: p.by, base: p.base}
	if p.at.paused {
		order.until, j.changed = j.until, 0 // there is more to do when it goes on
	}
	order.sessions, order.names = p.sources()
	return func() tea.Msg { return workedMsg{p.worked(order.carryOut())} }
}

// sources are the sessions of the scope, and their names.
func (p *flamePane) sources() ([]Session, []protocol.Text) {
	if p.scope != scopeAll {
		return []Session{p.at.session}, []protocol.Text{""}
	}
	var sessions []Session
	var names []protocol.Text
	for _, row := range p.store.Sessions(p.at.now) {
		if s := p.store.Session(row.ID); s != nil && row.Calls > 0 {
			sessions = append(sessions, s)
			names = append(names, protocol.Text(sessionName(row)))
		}
	}
	return sessions, names
}

// worked returns what hands the outcome over to the pane.
func (p *flamePane) worked(o flameOutcome) (done func()) {
	return func() {
		j := &p.job
		j.running = false
		if o.failed != nil {
			p.failed = o.failed
			return
		}
		if o.scene != p.scene() {
			return // it has been asked for something else since
		}
		j.left, j.by, j.taken, j.took, j.open = o.left, o.tree.By, o.now, o.took, o.open
		if p.base != nil && p.base != o.base {
			o.tree.Compare(p.base)
		}
		p.tree = o.tree
		p.lay()
		if p.basing && p.complete() {
			p.basing = false
			p.compare()
		}
	}
}

// flameOrder is what one command is to do.
type flameOrder struct {
	scene    flameScene
	flames   map[Session]Flame
	sessions []Session
	names    []protocol.Text
	now      time.Time
	until    map[uint64]uint64
	by       model.FlameWeight
	base     *model.FlameBase
}

// flameOutcome is what came of it.
type flameOutcome struct {
	flameOrder
	tree   *model.FlameTree
	left   bool
	open   bool
	took   time.Duration
	failed any
}

// carryOut adds calls for a while and makes a picture of what there is then.
func (o flameOrder) carryOut() (out flameOutcome) {
	defer func() {
		if cause := recover(); cause != nil {
			out.failed = cause
		}
	}()
	out.flameOrder = o
	began, more := time.Now(), burst(flameBurst)
	for _, s := range o.sessions {
		out.left = o.flame(s).Advance(o.now, o.until[s.ID()], more) || out.left
	}
	trees := make([]*model.FlameTree, len(o.sessions))
	for i, s := range o.sessions {
		trees[i] = o.flame(s).Tree(o.by)
		out.open = out.open || s.Row(o.now).Open > 0
	}
	if o.scene.scope == scopeAll {
		out.tree = model.JoinFlames(o.by, trees, o.names)
	} else {
		out.tree = trees[0]
	}
	if o.base != nil {
		out.tree.Compare(o.base)
	}
	out.took = time.Since(began)
	return out
}

// flame is the one that adds up a session's calls.
func (o flameOrder) flame(s Session) Flame {
	f := o.flames[s]
	if f == nil {
		f = s.NewFlame(o.scene.g, o.scene.filter, o.scene.span, max(mostFlameNodes/len(o.sessions), leastFlameNodes))
		o.flames[s] = f
	}
	return f
}
