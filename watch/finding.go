package watch

import (
	"cmp"
	"slices"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
)

// Finding is what a watcher has found of a function, a package, a program or a group of goroutines, in one session.
type Finding struct {
	ID      uint64
	Watcher string
	Session uint64
	App     protocol.Text
	PID     int64         // 0 when the program didn't tell
	Measure query.Field   // see [model.Sighting], as are the next
	Name    protocol.Text //
	Of      protocol.Text //

	Times   uint64 // calls that passed; of rates and growth how often they became too large
	Touched bool   // events were lost meanwhile
	First   time.Time
	Last    time.Time
	Example model.CallRow // the newest
	Value   float64       // the newest
	Took    time.Duration
	Over    time.Duration
	Lasting bool // a rate or growth that is too large now
	New     bool // it has happened since it was acknowledged
}

// kept is a finding with what only its watch knows.
type kept struct {
	Finding
	probe uint64
	seen  int       // looks since a measure was too large
	asOf  time.Time // of the example
}

// key is what findings are told apart by.
type key struct {
	probe, session uint64
	name, of       protocol.Text
}

// Open says whether the newest call was open at the last look.
func (f *Finding) Open() bool { return f.Example.Seq != 0 && f.Example.End == model.EndOpen }

// by is the finding as it is by now.
func (f *kept) by(now time.Time) Finding {
	copied := f.Finding
	if f.Open() {
		copied.Example.Duration += max(now.Sub(f.asOf), 0)
	}
	return copied
}

func (f *kept) key() key { return key{f.probe, f.Session, f.Name, f.Of} }

// calm is how many looks a measure has to be small before it may become too large again: it isn't news when one wavers.
const calm = 3

// Look collects what was found by now, in sessions in which something has arrived since the last look, or where it may be found
// even so. One goroutine at a time looks.
func (w *Watch) Look(now time.Time) {
	last, ok := w.begin(now)
	if !ok {
		return
	}
	looks := map[uint64]look{}
	for _, s := range w.store.All() {
		l, known := last[s.ID()]
		if !known || l.changed != s.Changed() || due(l.again, now) {
			l = w.look(s, now)
		}
		looks[s.ID()] = l
	}
	w.settle(looks)
}

// begin says whether there is something to look at, and what the looks before were.
func (w *Watch) begin(now time.Time) (last map[uint64]look, ok bool) {
	changed := w.store.Changed()
	w.mu.Lock()
	defer w.mu.Unlock()
	if changed == w.seen && !w.asked && !due(w.again, now) {
		return nil, false
	}
	if last = w.looks; w.asked {
		last = nil
	}
	w.seen, w.asked = changed, false
	return last, true
}

// settle ends a look. Nothing lasts in sessions that aren't live any more.
func (w *Watch) settle(looks map[uint64]look) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.looks, w.again = looks, time.Time{}
	for _, l := range looks {
		w.again = sooner(w.again, l.again)
	}
	for _, f := range w.findings {
		if f.Lasting && !looks[f.Session].live {
			f.Lasting = false
			w.fresh = true
		}
	}
	if w.fresh {
		w.fresh = false
		w.bound()
		w.tell()
		w.store.Touch()
	}
}

// look takes in what was found in a session.
func (w *Watch) look(s *model.Session, now time.Time) look {
	l := look{changed: s.Changed()}
	row, h := s.Row(now), s.Harvest(now) // takes long in a large session, and others may read meanwhile
	if l.live = !row.State.Ended(); h.Waiting {
		l.again = now.Add(h.Wait)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.harvest(&row, &h, now)
	w.follow(s, now)
	for _, f := range w.findings {
		if f.Session == s.ID() && f.Lasting && f.Measure != query.FieldGrowth { // which grows by what arrives alone
			l.again = sooner(l.again, now.Add(ease))
		}
	}
	return l
}

// harvest takes in what was found in a session.
func (w *Watch) harvest(session *model.SessionRow, h *model.Harvest, now time.Time) {
	if h.Looked {
		for _, f := range w.findings {
			if f.Session == session.ID {
				f.seen++
			}
		}
	}
	for i := range h.Sightings {
		w.take(&h.Sightings[i], session, now)
	}
	if !h.Looked {
		return
	}
	for _, f := range w.findings {
		if f.Session == session.ID && f.Lasting && f.seen >= calm {
			f.Lasting = false
			w.fresh = true
		}
	}
}

// follow looks what became of the calls that were open when they were found. How long they last by now is worked out when somebody asks.
func (w *Watch) follow(s *model.Session, now time.Time) {
	for _, f := range w.findings {
		if f.Session != s.ID() || !f.Open() {
			continue
		}
		was := f.Example.End
		if call, ok := s.Call(f.Example.Seq, now); ok {
			f.Example, f.asOf = call, now
		} else { // it is no longer kept, so that nobody will know how it ends
			f.Example.End = model.EndUnknown
		}
		w.fresh = w.fresh || f.Example.End != was
	}
}

// take takes in a sighting.
func (w *Watch) take(tell *model.Sighting, session *model.SessionRow, now time.Time) {
	i := slices.IndexFunc(w.watchers, func(q *watcher) bool { return q.probe == tell.Probe && !q.Off })
	if i < 0 {
		return // it was asked before that was switched off
	}
	w.fresh = true
	w.watchers[i].leftOut += tell.LeftOut
	w.watchers[i].unseen += tell.Unseen
	if tell.Times == 0 {
		return
	}
	k := key{tell.Probe, session.ID, tell.Name, tell.Of}
	f := w.byKey[k]
	if f == nil {
		w.last++
		f = &kept{probe: tell.Probe, Finding: Finding{
			ID: w.last, Watcher: w.watchers[i].Name, Session: session.ID, App: session.App, PID: session.PID,
			Measure: tell.Measure, Name: tell.Name, Of: tell.Of, First: tell.First,
		}}
		w.findings, w.byKey[k] = append(w.findings, f), f
	}
	f.Touched = f.Touched || tell.Touched
	f.Last, f.Example, f.asOf = tell.Last, tell.Example, now
	f.Value, f.Took, f.Over = tell.Value, tell.Took, tell.Over
	if lasts(tell.Measure) {
		f.seen = 0
		if f.Lasting {
			return
		}
		f.Lasting = true
	}
	f.Times += tell.Times
	f.New = true
}

// lasts says whether what is measured is so for a while, rather than happening.
func lasts(measure query.Field) bool {
	return measure != query.FieldText && measure != query.FieldRepeats
}

// bound drops findings when there are too many.
func (w *Watch) bound() {
	over := len(w.findings) - MostFindings
	if over <= 0 {
		return
	}
	order := slices.Clone(w.findings)
	slices.SortStableFunc(order, func(a, b *kept) int {
		if a.New != b.New {
			if a.New {
				return 1
			}
			return -1
		}
		return a.Last.Compare(b.Last)
	})
	gone := map[uint64]bool{}
	for _, f := range order[:over] {
		gone[f.ID] = true
	}
	w.dropped += uint64(over)
	w.forget(func(f *kept) bool { return gone[f.ID] })
}

// forget drops the findings for which gone says so.
func (w *Watch) forget(gone func(*kept) bool) {
	w.findings = slices.DeleteFunc(w.findings, gone)
	clear(w.byKey)
	for _, f := range w.findings {
		w.byKey[f.key()] = f
	}
}

// Acknowledge says that somebody has seen these findings: they are news no more until they happen again.
func (w *Watch) Acknowledge(which func(*Finding) bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := false
	for _, f := range w.findings {
		if f.New && which(&f.Finding) {
			f.New, seen = false, true
		}
	}
	if seen {
		w.tell()
	}
}

// News is how many findings nobody has acknowledged. It takes no lock.
func (w *Watch) News() int {
	if w == nil {
		return 0
	}
	return int(w.news.Load())
}

// Row is a watcher with what it has found.
type Row struct {
	Watcher
	Findings []Finding // news first, then the latest
	LeftOut  uint64    // calls and groups that don't count, as a loss may have made them pass
	Unseen   uint64    // calls that it could not look at, as there were too many at once
}

// Report is all that was found.
type Report struct {
	Rows    []Row // in the order of the watchers
	Dropped uint64
}

// Report tells what was found so far, and how long calls that are open have lasted by now. It is a copy.
func (w *Watch) Report(now time.Time) (r Report) {
	if w == nil {
		return r
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	r.Dropped, r.Rows = w.dropped, make([]Row, len(w.watchers))
	at := map[uint64]int{}
	for i, q := range w.watchers {
		r.Rows[i] = Row{Watcher: q.Watcher, LeftOut: q.leftOut, Unseen: q.unseen}
		at[q.probe] = i
	}
	for _, f := range w.findings {
		row := &r.Rows[at[f.probe]]
		row.Findings = append(row.Findings, f.by(now))
	}
	for i := range r.Rows {
		slices.SortFunc(r.Rows[i].Findings, func(a, b Finding) int {
			if a.New != b.New {
				if a.New {
					return -1
				}
				return 1
			}
			return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.ID, b.ID))
		})
	}
	return r
}
