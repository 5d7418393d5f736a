package ui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/query"
)

// How long the work goes on at a time, how often it is done for calls that have arrived and for open ones that go on, and
// which share of the time, one of so many, it may take then.
const (
	timelineBurst     = 25 * time.Millisecond
	timelineInterval  = 100 * time.Millisecond
	timelineShare     = 8
	timelineIdleShare = 400
)

// timelineJob lays calls out, in commands. While one runs, the timeline belongs to it.
type timelineJob struct {
	timeline Timeline // nil to begin anew
	session  Session
	filter   *query.Filter
	window   model.TimelineWindow // that was asked for
	view     []uint64             // goroutines in view when it began; nil for any
	missing  bool                 // other ones are, by now
	running  bool
	left     bool   // calls are left to be looked at
	changed  uint64 // state of the session that the picture is of
	taken    time.Time
	took     time.Duration
}

// due says whether there is something to do.
func (j *timelineJob) due(p *timelinePane) bool {
	if p.picture == nil || j.left || j.missing || j.session != p.at.session || j.filter != p.compiled {
		return true
	}
	age, rest := p.at.now.Sub(j.taken), timelineShare*j.took
	switch {
	case p.window != j.window && !p.follows:
		return true
	case p.window.Width != j.window.Width || p.window.Columns != j.window.Columns:
		return true
	case p.at.paused:
		return false
	case p.at.session.Changed() != j.changed:
	case p.session.Open > 0 && p.live():
		rest = timelineIdleShare * j.took
	default:
		return false
	}
	return age < 0 || age >= max(timelineInterval, rest)
}

// live says whether time goes on in the window.
func (p *timelinePane) live() bool {
	return !p.session.State.Ended() && p.picture.Now.Before(p.picture.Window.Span().To)
}

// behindStore implements [worker].
func (p *timelinePane) behindStore() bool {
	return p.at.session != nil && !p.at.paused && p.at.session.Changed() != p.job.changed
}

// timelineOrder is what one command is to do.
type timelineOrder struct {
	timeline Timeline
	session  Session
	filter   *query.Filter
	window   model.TimelineWindow
	view     []uint64
	most     int
	now      time.Time
	until    uint64    // of a paused view: its last call,
	limit    time.Time // and its time
}

// timelineOutcome is what came of it.
type timelineOutcome struct {
	timelineOrder
	picture *model.TimelinePicture
	left    bool
	took    time.Duration
	failed  any
}

// work implements [worker].
func (p *timelinePane) work() tea.Cmd {
	j := &p.job
	if j.running || p.at.session == nil || p.window.Width == 0 || !j.due(p) {
		return nil
	}
	if !p.at.paused {
		p.aim()
	}
	if j.session != p.at.session || j.filter != p.compiled {
		j.timeline, j.view, j.missing = nil, nil, false
	}
	if j.missing {
		j.timeline, j.missing = nil, false
		j.view = p.around()
	}
	o := timelineOrder{
		timeline: j.timeline, session: p.at.session, filter: p.compiled, window: p.window, view: j.view, most: p.mostLoaded(),
		now: p.at.now,
	}
	j.session, j.filter, j.window, j.running, j.changed = p.at.session, p.compiled, p.window, true, p.at.session.Changed()
	if p.at.paused {
		o.until, o.limit = max(p.session.Calls, 1), p.extent.To
		j.changed = 0 // there is more to do when it goes on
	}
	return func() tea.Msg { return workedMsg{p.worked(o.carryOut())} }
}

// mostLoaded is how many goroutines' cells are kept: those of the screen, of one above and of one below.
func (p *timelinePane) mostLoaded() int { return 3*p.room() + 8 }

// around are the goroutines in view, and near.
func (p *timelinePane) around() []uint64 {
	view, n := []uint64{}, p.room()
	for _, l := range p.lines[max(p.top-n, 0):min(p.top+2*n, len(p.lines))] {
		if !slices.Contains(view, l.g) {
			view = append(view, l.g)
		}
	}
	return view
}

// miss finds out whether there are goroutines in view whose cells aren't.
func (p *timelinePane) miss() {
	p.job.missing = false
	for _, l := range p.lines[max(p.top, 0):min(p.top+p.room(), len(p.lines))] {
		p.job.missing = p.job.missing || p.picture.Rows[l.row].Lines == nil
	}
}

// carryOut looks at calls for a while and makes a picture of what there is then.
func (o timelineOrder) carryOut() (out timelineOutcome) {
	defer func() {
		if cause := recover(); cause != nil {
			out.failed = cause
		}
	}()
	if t := o.timeline; t == nil || t.Window().Width != o.window.Width || t.Window().Columns != o.window.Columns ||
		t.Window().First != o.window.First && (o.until != 0 || !t.Follow(o.window.First)) {
		o.timeline = o.session.NewTimeline(o.window, o.view, o.most, o.filter)
	}
	out.timelineOrder = o
	began := time.Now()
	o.timeline.Limit(o.limit)
	out.left = o.timeline.Advance(o.now, o.until, burst(timelineBurst))
	out.picture = o.timeline.Picture()
	out.took = time.Since(began)
	return out
}

// worked returns what hands the outcome over to the pane.
func (p *timelinePane) worked(o timelineOutcome) (done func()) {
	return func() {
		j := &p.job
		j.running = false
		if o.failed != nil {
			p.failed = o.failed
			return
		}
		if o.session != p.at.session || o.filter != p.compiled {
			return // it has been asked for something else since
		}
		j.timeline, j.left, j.taken, j.took = o.timeline, o.left, o.now, o.took
		if o.left && p.picture != nil && p.pictured == o.filter && p.picture.Window == o.picture.Window && o.picture.Calls < p.picture.Calls {
			return // what is there is more
		}
		p.picture, p.pictured = o.picture, o.filter
		p.arrive(o.left)
		p.lay()
		p.miss()
		p.call = p.called()
	}
}
