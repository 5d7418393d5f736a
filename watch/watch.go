// Package watch looks out for trouble: it has watchers, which are conditions with names, and keeps what they find.
//
// [Start] begins to look at a store, [Watch.Close] ends that. [Watch.Report] tells what was found, and
// [Watch.Acknowledge] that somebody has seen it. [Defaults] are the watchers that everybody has.
//
// What is asked of each call is asked where calls are taken in, by package model; this package collects what was found, a
// few times a second.
package watch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"goapptrace/model"
	"goapptrace/query"
)

// Bounds on what comes from users and from programs.
const (
	MostWatchers = 64
	LongestName  = 32  // characters
	MostFindings = 512 // beyond them those go that were acknowledged, then those that happened longest ago
)

// interval is how often findings are collected while something arrives, and ease how often it is looked whether rates have become small again
// when nothing does.
const (
	interval = 250 * time.Millisecond
	ease     = time.Second
)

// Watcher is a condition with a name.
type Watcher struct {
	Name string
	Text string // of [query.Watches]
	Off  bool
	Once bool // it isn't kept for the next time
}

// Check says whether the watcher makes sense. What is wrong with its condition is a [*query.Error].
func (w Watcher) Check() error {
	switch n := utf8.RuneCountInString(w.Name); {
	case n == 0 || strings.TrimSpace(w.Name) != w.Name || strings.ContainsAny(w.Name, ":\n"):
		return fmt.Errorf("%q is no name for a watcher: it has no colons, and no spaces around it", w.Name)
	case n > LongestName:
		return fmt.Errorf("%q is too long for the name of a watcher, which has up to %d characters", w.Name, LongestName)
	}
	f, err := query.Compile(w.Text, query.Watches)
	if err == nil && f == nil {
		return fmt.Errorf("the watcher %q has no condition", w.Name)
	}
	return err
}

// Watch keeps what watchers find in the sessions of a store. Its methods may be called from any goroutine; of a nil one they
// find nothing.
type Watch struct {
	store   *model.Store
	changed atomic.Uint64
	news    atomic.Int64 // findings that nobody has acknowledged
	stop    context.CancelFunc
	done    chan struct{} // closed when nobody looks any more
	failed  any           // before that, what looking panicked with

	mu       sync.Mutex
	watchers []*watcher
	probes   uint64 // IDs given
	findings []*kept
	byKey    map[key]*kept
	last     uint64 // ID of the last finding
	dropped  uint64
	seen     uint64 // of the store, at the last look
	fresh    bool   // a look has brought something that nobody was told yet
	asked    bool   // other watchers are to be looked for than at the last look
	again    time.Time
	looks    map[uint64]look // the last ones at each session
}

// look is a look at a session.
type look struct {
	changed uint64    // of the session
	again   time.Time // when to look again even if nothing arrives; zero for never
	live    bool
}

// due says whether there is something to look at though nothing has arrived.
func due(again, now time.Time) bool { return !again.IsZero() && !now.Before(again) }

// sooner is the earlier of two times to look again.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// watcher is a watcher at work.
type watcher struct {
	Watcher
	probe   uint64
	filter  *query.Filter
	leftOut uint64
	unseen  uint64
}

// New has watchers, and looks only when [Watch.Look] is called. Those that make no sense are left out.
func New(store *model.Store, watchers []Watcher) *Watch {
	w := &Watch{store: store, byKey: map[key]*kept{}, stop: func() {}, done: make(chan struct{})}
	close(w.done)
	w.Set(watchers)
	return w
}

// Start is New, and looks again and again until Close.
func Start(store *model.Store, watchers []Watcher) *Watch {
	w := New(store, watchers)
	ctx, stop := context.WithCancel(context.Background())
	w.stop, w.done = stop, make(chan struct{})
	go w.run(ctx)
	return w
}

func (w *Watch) run(ctx context.Context) {
	defer w.store.Touch()
	defer close(w.done)
	for {
		changed, again := w.waits()
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-again:
		}
		select {
		case <-ctx.Done():
			return
		case now := <-time.After(interval):
			if w.failed = attempt(func() { w.Look(now) }); w.failed != nil {
				return
			}
		}
	}
}

// attempt returns what f panicked with.
func attempt(f func()) (cause any) {
	defer func() { cause = recover() }()
	f()
	return nil
}

// Failed is what looking panicked with, and why nobody looks any more; nil if it didn't.
func (w *Watch) Failed() any {
	if w == nil {
		return nil
	}
	select {
	case <-w.done:
		return w.failed
	default:
		return nil
	}
}

// waits returns what says that there is something to look at.
func (w *Watch) waits() (changed <-chan struct{}, again <-chan time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.asked:
		again = time.After(0)
	case !w.again.IsZero():
		again = time.After(time.Until(w.again) - interval)
	}
	return w.store.Beyond(w.seen), again
}

// Close ends the looking, and waits until it has ended.
func (w *Watch) Close() {
	if w == nil {
		return
	}
	w.stop()
	<-w.done
}

// Changed grows whenever a report would say something else. It takes no lock.
func (w *Watch) Changed() uint64 {
	if w == nil {
		return 0
	}
	return w.changed.Load()
}

// Set takes these watchers instead of those before. What was found by those that stay, stays.
func (w *Watch) Set(list []Watcher) {
	w.mu.Lock()
	defer w.mu.Unlock()
	old := w.watchers
	w.watchers = nil
	for _, ask := range list {
		if len(w.watchers) == MostWatchers || ask.Check() != nil || w.find(ask.Name) != nil {
			continue
		}
		i := slices.IndexFunc(old, func(o *watcher) bool { return o.Name == ask.Name && o.Text == ask.Text })
		if i >= 0 {
			old[i].Watcher = ask
			w.watchers = append(w.watchers, old[i])
			continue
		}
		w.probes++
		filter, _ := query.Compile(ask.Text, query.Watches)
		w.watchers = append(w.watchers, &watcher{Watcher: ask, probe: w.probes, filter: filter})
	}
	w.forget(func(f *kept) bool {
		return !slices.ContainsFunc(w.watchers, func(q *watcher) bool { return q.probe == f.probe })
	})
	w.ask()
	w.tell()
}

// tell says that a report would say something else.
func (w *Watch) tell() {
	news := 0
	for _, f := range w.findings {
		if f.New {
			news++
		}
	}
	w.news.Store(int64(news))
	w.changed.Add(1)
}

// ask has the store ask what watchers want to know that are on.
func (w *Watch) ask() {
	var probes []model.Probe
	for _, q := range w.watchers {
		if !q.Off {
			probes = append(probes, model.Probe{ID: q.probe, Filter: q.filter})
		}
	}
	w.store.Probe(probes)
	w.asked = true
}

// Watchers are the watchers as they are now.
func (w *Watch) Watchers() []Watcher {
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]Watcher, len(w.watchers))
	for i, q := range w.watchers {
		list[i] = q.Watcher
	}
	return list
}

func (w *Watch) find(name string) *watcher {
	i := slices.IndexFunc(w.watchers, func(q *watcher) bool { return q.Name == name })
	if i < 0 {
		return nil
	}
	return w.watchers[i]
}

// Switch switches a watcher off, or on again.
func (w *Watch) Switch(name string, off bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if q := w.find(name); q != nil && q.Off != off {
		q.Off = off
		w.ask()
		w.tell()
	}
}
