package ui

import (
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"goapptrace/query"
	"goapptrace/ui/safe"
	"goapptrace/watch"
)

// showFindingMsg asks the root to go to what a watcher has found.
type showFindingMsg struct{ finding watch.Finding }

// addWatcherMsg asks the root to have a condition typed for a watcher.
type addWatcherMsg struct{}

// keepWatchersMsg asks the root to keep the user's own watchers for the next time.
type keepWatchersMsg struct{}

// showFinding goes to a call, a group of goroutines or a function, of the session in which it was found.
func (r *root) showFinding(f *watch.Finding) tea.Cmd {
	s := r.store.Session(f.Session)
	if s == nil {
		return notice("the session is no longer kept")
	}
	r.sessions.pick(f.Session)
	name := string(f.Name)
	switch f.Measure {
	case query.FieldRateFunc:
		r.showRows(query.Functions, query.Equal("func", name))
	case query.FieldRatePackage:
		r.showRows(query.Functions, query.Equal("pkg", name))
	case query.FieldRateSession:
		r.showRows(query.Functions, "")
	case query.FieldGrowth:
		r.showRows(query.Goroutines, query.Equal("entry", name))
	default:
		if _, ok := s.Call(f.Example.Seq, r.now()); !ok {
			return notice("the call is no longer kept")
		}
		r.calls.setFilter("")
		r.showCall(f.Example.Seq)
	}
	return nil
}

// showRows goes to the first tab with rows of a kind, and narrows it.
func (r *root) showRows(kind query.Kind, filter string) {
	for i, p := range r.tabs {
		l, knows := p.(linguist)
		if target, ok := p.(filterable); ok && knows && l.filterKind() == kind {
			r.opened = nil
			r.showTab(i)
			target.setFilter(filter)
			return
		}
	}
}

// draft is the condition of a watcher while it is typed: it narrows nothing.
type draft struct{ text string }

func (d *draft) filter() string        { return d.text }
func (d *draft) setFilter(text string) { d.text = text }

// startWatcher has a condition typed, and then its name. It begins with the filter of the Calls tab.
func (r *root) startWatcher() {
	target := &draft{r.calls.filter()}
	input := newFilterInput(query.MaxLength)
	input.SetValue(target.text)
	input.CursorEnd()
	r.prompt = &prompt{
		env: r.env, keys: newPromptKeys(), input: input, target: target, values: r.known, saved: &r.saved,
		kind: query.Watches, knows: true, finish: r.addWatcher,
	}
	r.prompt.follow()
}

// addWatcher has a watcher of the user's own.
func (r *root) addWatcher(name, text string) tea.Cmd {
	add := watch.Watcher{Name: name, Text: text}
	if err := add.Check(); err != nil {
		return told(err, "")
	}
	replaced := replacedBy(name, r.config.Watch.Watchers())
	own := append(watch.Own(r.config.Watch.Watchers()), add)
	for i := range own[:len(own)-1] {
		if own[i].Name == name {
			own[i] = add
			own = own[:len(own)-1]
			break
		}
	}
	if len(own)+len(watch.Defaults()) > watch.MostWatchers {
		return notice("there are as many watchers as can be: - removes one")
	}
	r.config.Watch.Set(watch.Join(own))
	return r.keepWatchers(replaced)
}

// replacedBy says what a watcher of that name takes the place of, empty for nothing.
func replacedBy(name string, list []watch.Watcher) string {
	i := slices.IndexFunc(list, func(q watch.Watcher) bool { return q.Name == name })
	if i < 0 {
		return ""
	}
	whose := "your"
	if slices.ContainsFunc(watch.Defaults(), func(d watch.Watcher) bool { return d.Name == name && d.Text == list[i].Text }) {
		whose = "the shipped"
	}
	return "; it replaces " + whose + " watcher " + strconv.Quote(name)
}

// keepWatchers keeps the user's own watchers, and says so, with more to say of it.
func (r *root) keepWatchers(more string) tea.Cmd {
	if r.config.KeepWatchers == nil {
		return nil
	}
	keep, w, turn := r.config.KeepWatchers, r.config.Watch, &r.keeping
	return func() tea.Msg {
		turn.Lock() // who writes last has asked last, whatever order commands run in
		defer turn.Unlock()
		if err := keep(watch.Own(w.Watchers())); err != nil {
			return noticeMsg{text: safe.String(err.Error()), bad: true}
		}
		return noticeMsg{text: "saved" + safe.String(more)}
	}
}

// newsItem is the count of what watchers have found and nobody has seen.
func (r *root) newsItem() (items []item) {
	found := r.config.found()
	if found == nil {
		return nil
	}
	if n := found.News(); n > 0 {
		items = append(items, item{r.env.styles.Text.Warn.Render(r.env.glyphs.Flag + " " + formatCount(uint64(n)) + " watch"), 0})
	}
	return items
}
