package ui

import (
	"cmp"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/query"
	"goapptrace/ui/safe"
)

// choice is something that the palette offers.
type choice struct {
	kind    choiceKind
	session uint64 // of functions and goroutines
	away    bool   // that isn't the chosen one
	number  uint64 // of the tab, session, function or goroutine
	text    string // what is searched; a stranger's for some kinds
	note    string // clean: what else there is to say, or the keys of an action
	does    string // keys that do the action by default, or the filter
}

type choiceKind uint8

const (
	choiceAction choiceKind = iota
	choiceLift
	choiceTheme
	choiceTab
	choiceSession
	choiceFilter
	choiceGoroutine
	choiceFunction
)

// kindNames are what kinds are called, and what enter does with them.
var kindNames = [...]struct{ name, does string }{
	choiceAction:    {"action", "does it"},
	choiceLift:      {"action", "does it"},
	choiceTheme:     {"action", "does it"},
	choiceTab:       {"tab", "opens it"},
	choiceSession:   {"session", "selects it"},
	choiceFilter:    {"filter", "narrows the pane"},
	choiceGoroutine: {"goroutine", "goes to it among the goroutines"},
	choiceFunction:  {"function", "goes to it among the functions"},
}

// bonus puts what there is little of before what there is much of, when both match about as well, and that of the chosen session
// before that of others.
func (c *choice) bonus() int {
	const letter = 16 // what one more letter is worth
	switch {
	case c.kind < choiceSession:
		return 3 * letter / 2
	case c.kind < choiceGoroutine:
		return letter
	case c.away:
		return -2 * letter
	}
	return 0
}

// same says whether two choices, perhaps of different times, are the same thing.
func (c *choice) same(d *choice) bool {
	return c.kind == d.kind && c.session == d.session && c.number == d.number && c.does == d.does &&
		(c.number != 0 || c.text == d.text)
}

// choices are all that there is to choose from but in sessions other than the chosen one, the latest choices first.
func (r *root) choices() []choice {
	list := r.actionChoices()
	for i, tab := range r.tabs {
		key := ""
		if i < len(r.keys.Tab.Keys()) {
			key = r.keymap.shown(scopeGlobal, r.tabActions()[i]).Help().Key
		}
		list = append(list, choice{kind: choiceTab, number: uint64(i + 1), text: tab.title(), note: key})
	}
	for _, row := range r.sessions.all {
		list = append(list, choice{
			kind: choiceSession, number: row.ID, text: sessionName(row), note: strings.TrimSpace(sessionStatus(row)),
		})
	}
	list = append(list, r.filterChoices()...)
	if s := r.session(); s != nil {
		list = appendFunctions(appendGoroutines(list, s, far), s, far)
	}
	return r.recentFirst(list)
}

// actionChoices are what keys do here, those of the focused pane first.
func (r *root) actionChoices() (list []choice) {
	if !r.span.All() {
		list = append(list, choice{kind: choiceLift, text: "lift the time range: show all times"})
	}
	add := func(k choiceKind, b choice) {
		b.kind = k
		list = append(list, b)
	}
	var later []choice
	for _, scope := range r.scopes() {
		where := ""
		if scope.name != scopeGlobal {
			where = r.focused().title() + ": "
		}
		for _, b := range scope.bindings {
			shown := r.keymap.shown(scope.name, b)
			if !b.Enabled() || b.Help().Key == "" || slices.Equal(b.Keys(), r.keys.Palette.Keys()) {
				continue
			}
			c := choice{text: where + b.Help().Desc, note: shown.Help().Key, does: b.Keys()[0]}
			switch {
			case isMove(b):
				later = append(later, c)
			case !slices.ContainsFunc(r.tabActions(), func(t key.Binding) bool { return t.Help() == b.Help() }):
				add(choiceAction, c)
			}
		}
	}
	for _, t := range themeNames {
		add(choiceTheme, choice{number: uint64(t.theme) + 1, text: "colours for " + t.about})
	}
	return append(list, later...)
}

// themeNames are what themes are called where they can be chosen.
var themeNames = []struct {
	theme Theme
	about string
}{
	{ThemeAuto, "the terminal's background"},
	{ThemeDark, "a dark background"},
	{ThemeLight, "a light background"},
}

// filterChoices are the saved filters that the pane in view can take, and those used lately.
func (r *root) filterChoices() (list []choice) {
	target, ok := r.filterTarget()
	l, knows := target.(linguist)
	if !ok || !knows {
		return nil
	}
	for _, c := range r.saved.candidates(l.filterKind()) {
		list = append(list, choice{kind: choiceFilter, text: strings.TrimSpace(c.About + "  " + c.Text), does: c.Text})
	}
	return list
}

// appendFunctions appends a session's functions, at most so many: the first that were called.
func appendFunctions(list []choice, s Session, most int) []choice {
	const slice = 1 << 13 // so that the tracee's packets needn't wait for long
	for from := 0; from < most; {
		limit := min(slice, most-from)
		names := s.FuncNames(from, limit)
		list = slices.Grow(list, len(names))
		for _, f := range names {
			list = append(list, choice{kind: choiceFunction, session: s.ID(), number: f.ID, text: string(f.Name)})
		}
		if from += len(names); len(names) < limit {
			break
		}
	}
	return list
}

// appendGoroutines appends a session's goroutines, at most so many: the newest.
func appendGoroutines(list []choice, s Session, most int) []choice {
	names := s.GoroutineNames()
	slices.SortFunc(names, func(a, b model.GoroutineName) int { return cmp.Compare(a.ID, b.ID) })
	names = names[max(0, len(names)-most):]
	list = slices.Grow(list, len(names))
	for _, g := range names {
		list = append(list, choice{
			kind: choiceGoroutine, session: s.ID(), number: g.ID, text: goroutineName(g.ID) + " " + string(g.Entry), note: stateName(g.State),
		})
	}
	return list
}

// mostRecentChoices is how many choices are remembered.
const mostRecentChoices = 8

// recentFirst takes what was chosen lately to the front, as far as it is still there.
func (r *root) recentFirst(list []choice) []choice {
	n := 0
	for _, c := range r.recent {
		for i := n; i < len(list); i++ {
			if found := list[i]; found.same(&c) {
				copy(list[n+1:i+1], list[n:i])
				list[n] = found
				n++
				break
			}
		}
	}
	return list
}

// choose does what was chosen.
func (r *root) choose(c choice) tea.Cmd {
	r.recent = slices.DeleteFunc(r.recent, func(old choice) bool { return old.same(&c) })
	r.recent = slices.Insert(r.recent, 0, c)
	r.recent = r.recent[:min(len(r.recent), mostRecentChoices)]
	switch c.kind {
	case choiceAction:
		return r.deliver(c.does)
	case choiceLift:
		r.span = model.Span{}
	case choiceTheme:
		return r.setTheme(Theme(c.number - 1))
	case choiceTab:
		r.opened = nil
		r.showTab(int(c.number) - 1)
	case choiceSession:
		r.opened = nil
		r.sessions.pick(c.number)
	case choiceFilter:
		return r.useFilter(c.does)
	case choiceGoroutine:
		r.goToSession(c.session)
		r.showGoroutine(c.number)
	case choiceFunction:
		r.goToSession(c.session)
		r.showFunction(c.number)
	}
	return nil
}

// goToSession chooses a session, if it is another one than the chosen one.
func (r *root) goToSession(id uint64) {
	if id != r.sessions.selected() {
		r.opened = nil
		r.sessions.pick(id)
	}
}

// useFilter narrows the pane in view.
func (r *root) useFilter(text string) tea.Cmd {
	target, ok := r.filterTarget()
	if !ok {
		return nil
	}
	if _, err := query.Compile(text, target.(linguist).filterKind()); err != nil {
		return told(err, "")
	}
	target.setFilter(text)
	r.saved.use(text)
	return nil
}

// showFunction goes to a function of the selected session. Its pane may have been closed.
func (r *root) showFunction(id uint64) {
	for i, tab := range r.tabs {
		if p, ok := tab.(*functionsPane); ok {
			r.opened = nil
			r.showTab(i)
			r.guard(slotTab, func(pane) { p.goTo(r.moment(slotTab), id) })
		}
	}
}

// goTo shows a function, whatever the filter was.
func (p *functionsPane) goTo(at moment, id uint64) {
	p.set("")
	p.refresh(at)
	p.list.cursor, p.list.held = id, true
	p.reload()
}

// clean is the choice's text as it can be shown.
func (c *choice) clean() string { return safe.String(c.text[:min(len(c.text), longestMatched)]) }
