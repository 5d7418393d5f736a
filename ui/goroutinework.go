package ui

import (
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
)

// How long the goroutines' calls of a range are looked at in one go, and how often for calls that have arrived.
const (
	goroutinesBurst       = 25 * time.Millisecond
	goroutinesRangePeriod = 500 * time.Millisecond
)

// goroutinesRange finds out what goroutines did in the range that the tabs are narrowed to, in commands. While one runs, the
// walk belongs to it.
type goroutinesRange struct {
	session Session
	span    model.Span
	walk    GoroutineWalk
	uses    *model.GoroutineUses // nil until something was found out
	running bool
	share   float64 // of the log that has been looked at
	left    bool    // calls are left to be
	older   bool    // calls of the range may no longer be retained
	changed uint64  // state of the session when the last command began
	taken   time.Time
	until   uint64 // calls that there were when the view was paused
	failed  any    // what a command panicked with
}

// set takes on the range of a moment, and says whether that is another one.
func (r *goroutinesRange) set(at moment) (changed bool) {
	if r.failed != nil {
		panic(r.failed)
	}
	if at.session == r.session && at.span == r.span {
		return false
	}
	*r = goroutinesRange{session: at.session, span: at.span, until: r.until}
	return true
}

// on says whether there is a range.
func (r *goroutinesRange) on() bool { return r.session != nil && !r.span.All() }

// behindStore implements [worker].
func (p *goroutinesPane) behindStore() bool {
	return p.ranging.on() && !p.at.paused && p.at.session.Changed() != p.ranging.changed
}

// work implements [worker].
func (p *goroutinesPane) work() tea.Cmd { return tea.Batch(p.reloadAside(), p.walkOn()) }

// walkOn goes on with the range.
func (p *goroutinesPane) walkOn() tea.Cmd {
	r := &p.ranging
	if !r.on() || r.running || !r.due(p.at) {
		return nil
	}
	r.running, r.changed = true, r.session.Changed()
	until := uint64(0)
	if p.at.paused {
		until, r.changed = r.until, 0 // there is more to do when it goes on
	}
	walk, session, span, now := r.walk, r.session, r.span, p.at.now
	return func() tea.Msg {
		if walk == nil {
			walk = session.NewGoroutineWalk(span)
		}
		found := goroutinesRange{session: session, span: span, walk: walk, taken: now}
		found.look(until)
		return workedMsg{func() { p.worked(&found) }}
	}
}

// due says whether there is something to do.
func (r *goroutinesRange) due(at moment) bool {
	age := at.now.Sub(r.taken)
	return r.uses == nil || r.left ||
		!at.paused && r.session.Changed() != r.changed && (age < 0 || age >= goroutinesRangePeriod)
}

// look looks at calls for a while.
func (r *goroutinesRange) look(until uint64) {
	defer func() {
		if cause := recover(); cause != nil {
			r.failed = cause
		}
	}()
	r.left = r.walk.Advance(r.taken, until, burst(goroutinesBurst))
	r.share, r.older = r.walk.Progress()
	r.uses = r.walk.Uses()
}

// worked takes in what a command has found out.
func (p *goroutinesPane) worked(found *goroutinesRange) {
	r := &p.ranging
	if found.session != r.session || found.span != r.span {
		return // it has been asked for something else since
	}
	found.until, found.changed = r.until, r.changed
	*r = *found
	p.taken = time.Time{}
}

// note says that the figures are those of a range, and how far they are.
func (r *goroutinesRange) note(e *env) string {
	note := e.styles.Text.Type.Render("in the range")
	if r.left {
		note += e.styles.Text.Warn.Render(", looking: " + strconv.Itoa(int(100*r.share)) + " %")
	}
	if r.older {
		note += e.styles.Text.Dim.Render(", some of it no longer kept")
	}
	return note
}
