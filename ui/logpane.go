package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"goapptrace/query"
)

// logPane is what the panes on a growing log share: following, pausing, filtering, moving, and their lines of text
// above and below the rows.
type logPane[R any] struct {
	env    *env
	table  table
	list   list[R]
	moves  moveKeys
	what   string // what a row is called, in the plural
	height int
	at     moment
	filtering

	first, last uint64 // numbers of the oldest and newest row that the model retains
	paused      bool
	frozen      uint64 // number of the newest row of a paused view
	kept        bool   // the rows of a paused view are there, and need no other query
	banner      string // about the rows before the first, while it is in view
	lines       []logLine
	search      search
	hooks       logHooks[R]
}

// logHooks are what the panes on a log differ in.
type logHooks[R any] struct {
	number func(R) uint64
	// query asks the session for rows, see [list], and for the numbers of the oldest and newest that it retains.
	query func(s Session, anchor uint64, before, after int) (rows []R, first, last uint64)
	// draw draws the row at index i of those on the screen.
	draw func(i int) string
	// loaded, if there, is called when the rows on the screen are other ones.
	loaded func()
	// ahead, if there, is a painted line ahead of the row at index i of those on the screen, or behind the last one;
	// empty for none.
	ahead func(i int) string
	// chosen, if there, tells about the chosen row; painted, empty for nothing.
	chosen func() string
	// why, if there, says in more lines of text why the session has no rows at all.
	why func() []string
	// above tells about the rows before the oldest, below about the whole log; both painted, empty for nothing to tell.
	above, below func() string
}

// logNames are what the rows of a log are called.
var logNames = map[query.Kind]string{query.Calls: "calls", query.Packets: "packets", query.Output: "lines"}

func newLogPane[R any](e *env, kind query.Kind, columns []tableColumn, hooks logHooks[R]) logPane[R] {
	return logPane[R]{
		env: e, what: logNames[kind], filtering: filtering{kind: kind}, moves: newMoveKeys(), hooks: hooks,
		list: newList(hooks.number), table: table{env: e, columns: columns},
	}
}

func (p *logPane[R]) resize(width, height int) {
	p.height, p.kept = height, false
	p.table.resize(width)
}

func (p *logPane[R]) setFilter(text string) {
	if p.set(text) {
		p.kept = false
		p.list.refilter()
	}
}

// refresh gets the rows for a moment.
func (p *logPane[R]) refresh(at moment) {
	if at.session != p.at.session {
		p.list.rows, p.list.following, p.first, p.last = nil, true, 0, 0
		p.paused, p.kept = false, false
	}
	if at.span != p.at.span {
		p.kept = false
	}
	p.at = at
	p.table.focused = at.focused
	p.list.fetch = nil
	if at.session != nil {
		p.list.fetch = p.fetch
	}
	p.search.begin()
	defer p.search.end()
	p.freeze(at.paused)
	if p.paused && p.kept && p.list.scroll == 0 {
		p.count()
	} else {
		p.load()
		p.kept = p.paused && p.list.fetch != nil && !p.searching()
	}
	p.lines = p.arrange()
}

// freeze keeps the view of the moment in which the pause began.
func (p *logPane[R]) freeze(paused bool) {
	if paused && !p.paused {
		p.count() // the pane may have been out of sight for long
		p.frozen = p.last
	}
	if !paused {
		p.kept = false
	}
	p.paused = paused
}

// count learns how many rows there are by now.
func (p *logPane[R]) count() {
	if p.list.fetch != nil {
		p.ask(0, 1, 0)
	}
}

func (p *logPane[R]) ask(anchor uint64, before, after int) []R {
	rows, first, last := p.hooks.query(p.at.session, anchor, before, after)
	p.first, p.last = first, last
	return rows
}

// fetch gives the list its rows, without those that are newer than a paused view.
func (p *logPane[R]) fetch(anchor uint64, before, after int) []R {
	if !p.paused {
		return p.ask(anchor, before, after)
	}
	if anchor == 0 {
		return p.ask(p.frozen+1, before, 0)
	}
	rows := p.ask(anchor, before, after)
	for len(rows) > 0 && p.list.number(rows[len(rows)-1]) > p.frozen {
		rows = rows[:len(rows)-1]
	}
	return rows
}

// load gets as many rows as there is room for beside the banner and the status.
func (p *logPane[R]) load() {
	p.banner = ""
	for range 2 {
		before := p.status()
		p.list.height = max(0, p.height-1)
		if before != "" && p.height > 2 {
			p.list.height--
		}
		p.list.load()
		if (p.status() == "") == (before == "") {
			break
		}
	}
	if banner := p.hooks.above(); banner != "" && p.atTop() {
		p.banner = banner
		p.list.height--
		p.list.load()
	}
	if p.hooks.loaded != nil {
		p.hooks.loaded()
	}
}

// atTop says whether no row comes before those on the screen.
func (p *logPane[R]) atTop() bool {
	rows := p.list.rows
	return len(rows) > 0 && (len(rows) < p.list.height || p.list.number(rows[0]) == p.first)
}

// behind implements [pausable]: it counts the rows that have come since the pause began.
func (p *logPane[R]) behind() (rows uint64, what string) {
	if p.paused && p.last > p.frozen {
		rows = p.last - p.frozen
	}
	return rows, p.what
}

// status says in which way the view differs from following everything; empty when it doesn't.
func (p *logPane[R]) status() string {
	text := p.env.styles.Text
	var parts []string
	if p.hooks.chosen != nil && !p.list.following {
		if chosen := p.hooks.chosen(); chosen != "" {
			parts = append(parts, chosen)
		}
	}
	if p.searching() {
		parts = append(parts, text.Warn.Render(p.search.progress(p.first, p.last)))
	}
	switch {
	case p.paused:
		parts = append(parts, text.Warn.Render(p.env.glyphs.Pause+" "+pausedText(p.behind())))
	case p.list.following:
	case p.over():
	case p.active() || p.newer() == 0:
		parts = append(parts, text.Dim.Render("G follows the newest"))
	default:
		parts = append(parts, text.Dim.Render(p.env.glyphs.Down+" "+formatCount(p.newer())+" newer, G follows"))
	}
	if below := p.hooks.below(); below != "" {
		parts = append(parts, below)
	}
	return strings.Join(parts, text.Dim.Render(" "+p.env.glyphs.Dot+" "))
}

// over says whether there are no rows, and won't be any.
func (p *logPane[R]) over() bool {
	return p.last == 0 && p.at.session != nil && p.at.session.Row(p.at.now).State.Ended()
}

// newer is how many rows came after those on the screen.
func (p *logPane[R]) newer() uint64 {
	if n := len(p.list.rows); n > 0 {
		return p.last - min(p.last, p.list.number(p.list.rows[n-1]))
	}
	return 0
}

func (p *logPane[R]) view() string {
	lines := []string{p.table.head(-1, "")}
	if p.banner != "" {
		lines = append(lines, p.table.pad(p.banner))
	}
	for _, line := range p.lines {
		if line.text != "" {
			lines = append(lines, p.table.pad(line.text))
		} else if line.row < len(p.list.rows) { // the rows may be newer than the lines
			lines = append(lines, p.hooks.draw(line.row))
		}
	}
	if len(p.list.rows) == 0 {
		lines = append(lines, p.table.note(p.nothing(), p.env.styles.Text.Dim))
		if p.hooks.why != nil && p.at.session != nil && p.last == 0 {
			for _, text := range p.hooks.why() {
				lines = append(lines, p.table.note(text, p.env.styles.Text.Dim))
			}
		}
	}
	if status := p.status(); status != "" && p.height > 2 {
		for len(lines) < p.height-1 {
			lines = append(lines, p.table.pad(""))
		}
		lines = append(lines[:p.height-1], p.table.pad(status))
	}
	return p.table.fill(lines, p.height)
}

func (p *logPane[R]) nothing() string {
	switch {
	case p.at.session == nil:
		return "no session"
	case p.searching():
		return "nothing found yet"
	case p.last > 0 && !p.at.span.All():
		return "none of the " + p.what + " kept is in the time range" + p.andMatches()
	case p.last > 0:
		return "none of the " + p.what + " kept matches the filter"
	case p.over():
		return "no " + p.what
	}
	return "no " + p.what + " yet"
}

func (p *logPane[R]) andMatches() string {
	if p.active() {
		return " and matches the filter"
	}
	return ""
}

// chosen says whether the cursor is on a row and shows there. While following, it is on the newest anyway.
func (p *logPane[R]) chosen(row R) bool {
	return !p.list.following && p.list.number(row) == p.list.cursor
}

// move handles what moves the cursor or the window; again says that a row was clicked that was chosen already.
func (p *logPane[R]) move(msg tea.Msg) (handled, again bool) {
	switch msg := msg.(type) {
	case tea.MouseClickMsg:
		return true, p.list.click(p.rowAt(msg.Y))
	case tea.MouseWheelMsg:
		n, ok := p.moves.lines(msg, p.list.height)
		p.list.scroll += n
		return ok, false
	case tea.KeyPressMsg:
		n, ok := p.moves.lines(msg, p.list.height)
		switch {
		case !ok:
			return false, false
		case n <= -far:
			p.list.home()
		case n >= far:
			p.list.follow()
		default:
			p.list.move(n)
		}
		return true, false
	}
	return false, false
}
