package ui

import (
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
)

// functionsRange has the figures of the range that the tabs are narrowed to worked out, in commands.
type functionsRange struct {
	session Session
	span    model.Span
	figures FuncRange // nil when there is no range
	running bool
	left    bool   // calls are left to be added up
	changed uint64 // state of the session when the last command began
	took    time.Time
	share   float64 // of the log that has been gone through
	older   bool    // calls of the range may no longer be retained
	until   uint64  // calls that there were when the view was paused
	failed  any     // what a command panicked with
}

// set takes on the range of a moment.
func (r *functionsRange) set(at moment) {
	if r.failed != nil {
		panic(r.failed)
	}
	if at.session == r.session && at.span == r.span {
		return
	}
	*r = functionsRange{session: at.session, span: at.span, until: r.until}
	if at.session != nil && !at.span.All() {
		r.figures, r.left = at.session.NewFuncRange(at.span), true
	}
}

// note says that the figures are those of a range, and how far they are.
func (r *functionsRange) note(e *env) string {
	if r.figures == nil {
		return ""
	}
	text := e.styles.Text
	note := text.Type.Render("figures of the range")
	if r.left {
		note += text.Warn.Render(", adding up: " + strconv.Itoa(int(100*r.share)) + " %")
	}
	if r.older {
		note += text.Dim.Render(", some of it no longer kept")
	}
	return note
}

// behindStore implements [worker].
func (p *functionsPane) behindStore() bool {
	r := &p.ranging
	return r.figures != nil && !p.at.paused && r.session.Changed() != r.changed
}

// due says whether there is something to add up.
func (p *functionsPane) due() bool {
	r := &p.ranging
	switch {
	case r.figures == nil || r.running:
		return false
	case r.left:
		return true
	}
	age := p.at.now.Sub(r.took)
	return p.behindStore() && (age < 0 || age >= flameInterval)
}

// work implements [worker].
func (p *functionsPane) work() tea.Cmd { return tea.Batch(p.reloadAside(), p.addUp()) }

// addUp goes on with the range.
func (p *functionsPane) addUp() tea.Cmd {
	if !p.due() {
		return nil
	}
	r := &p.ranging
	figures, now, until := r.figures, p.at.now, uint64(0)
	if p.at.paused {
		until = r.until
	}
	r.running, r.took, r.changed = true, now, r.session.Changed()
	return func() tea.Msg {
		left, failed := advance(figures, now, until)
		share, older := figures.Progress()
		return workedMsg{func() {
			if r.figures != figures {
				return // it has been asked for another range since
			}
			r.running, r.left, r.share, r.older, r.failed = false, left, share, older, failed
			p.taken = time.Time{}
		}}
	}
}

// advance goes on for a while. Failed is what that panicked with.
func advance(a advancer, now time.Time, until uint64) (left bool, failed any) {
	defer func() {
		if cause := recover(); cause != nil {
			failed = cause
		}
	}()
	return a.Advance(now, until, burst(flameBurst)), nil
}
