package ui

import (
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
)

// functionStudy has the calls of a function looked at, in commands.
type functionStudy struct {
	span    model.Span
	study   FuncStudy
	running bool
	left    bool // calls are left to be looked at
	news    bool // since the picture was taken
	changed uint64
	took    time.Time
	until   uint64 // calls that there were when the view was paused
	failed  any    // what a command panicked with
	picture model.FuncPicture
}

// set takes on the range of a moment.
func (f *functionStudy) set(s Session, function uint64, at moment) {
	if f.failed != nil {
		panic(f.failed)
	}
	if !at.paused {
		f.until = 0
	} else if f.until == 0 {
		f.until = max(s.Row(at.now).Calls, 1)
	}
	if f.study != nil && f.span == at.span {
		return
	}
	*f = functionStudy{span: at.span, study: s.NewFuncStudy(function, at.span), left: true, news: true, until: f.until}
}

// look takes a picture of what is known.
func (f *functionStudy) look(now time.Time) { f.picture = f.study.Picture(now) }

// progress says how much of the log has been gone through, unless that is done but for the newest calls.
func (f *functionStudy) progress() string {
	if !f.left {
		return ""
	}
	return "looking at calls: " + strconv.Itoa(int(100*f.picture.Done)) + " %"
}

// behindStore implements [worker].
func (d *functionDetail) behindStore() bool {
	return !d.at.paused && d.session.Changed() != d.study.changed
}

// work implements [worker].
func (d *functionDetail) work() tea.Cmd {
	f := &d.study
	age := d.at.now.Sub(f.took)
	due := f.left || d.behindStore() && (age < 0 || age >= functionDetailInterval)
	if f.study == nil || f.running || !due {
		return nil
	}
	study, now, until := f.study, d.at.now, f.until
	f.running, f.took, f.changed = true, now, d.session.Changed()
	return func() tea.Msg {
		left, failed := advance(study, now, until)
		return workedMsg{func() {
			if f.study != study {
				return // it has been asked for another range since
			}
			f.running, f.left, f.failed, f.news = false, left, failed, true
			if f.picture.Done == 0 {
				d.drawn = time.Time{} // the first of it is wanted at once
			}
		}}
	}
}
