package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
)

// functionsPane is the table of functions with what their calls add up to.
type functionsPane struct {
	env      *env
	table    table
	list     ranked[model.FuncRow]
	moves    moveKeys
	bindings functionsKeys
	height   int
	filtering
	at      moment
	sort    int // column
	reverse bool
	busiest time.Duration
	modes   bool // some function isn't traced in full
	session model.SessionRow
	ranging functionsRange
	stale   bool      // the rows are to be asked for in the background
	taken   time.Time // when the rows were asked for, zero to ask again in any case
}

type functionsKeys struct {
	Open, Calls, Left, Right, Sort, Reverse, Trace, TracePackage key.Binding
}

func newFunctionsPane(e *env) pane {
	return &functionsPane{
		env:   e,
		table: table{env: e, columns: slices.Clone(functionColumns)},
		list:  ranked[model.FuncRow]{id: func(row model.FuncRow) uint64 { return row.ID }},
		moves: newMoveKeys(),

		filtering: filtering{kind: query.Functions},

		sort: functionTotal,
		bindings: functionsKeys{
			Open:    bind("enter", "details, or the call behind a figure", "enter"),
			Calls:   bind("c", "its calls", "c"),
			Left:    bind("←/h", "column to the left", "left", "h"),
			Right:   bind("→/l", "column to the right", "right", "l"),
			Sort:    bind("s", "sort by the column", "s"),
			Reverse: bind("S", "reverse the order", "S"),
			Trace:   bindTrace(),

			TracePackage: bindTracePackage(),
		},
	}
}

func (p *functionsPane) title() string { return "Functions" }

func (p *functionsPane) keys() []key.Binding {
	b := p.bindings
	b.Open.SetHelp("enter", p.opens())
	return append([]key.Binding{b.Open, b.Sort, b.Trace, b.Left, b.Right, b.Calls, b.Reverse, b.TracePackage}, p.moves.list()...)
}

func (p *functionsPane) setFilter(text string) {
	if p.set(text) {
		p.reload()
	}
}

func (p *functionsPane) resize(width, height int) {
	p.height = height
	p.arrange(width)
	p.taken = time.Time{}
}

// functionsInterval is how often the table changes at most: figures that change faster can't be read, and sorting
// many functions takes its time.
const functionsInterval = 200 * time.Millisecond

func (p *functionsPane) refresh(at moment) {
	p.table.focused = at.focused
	switch {
	case p.current(at):
		return
	case p.aged(at) && p.session.Functions > manyRows:
		p.at, p.stale = at, true
		return
	}
	if at.session != p.at.session {
		p.list.rows, p.list.held, p.modes = nil, false, false
	}
	if at.paused && !p.at.paused && at.session != nil {
		p.ranging.until = at.session.Row(at.now).Calls
	}
	p.at = at
	p.ranging.set(at)
	p.reload()
	p.taken = at.now
}

// current says whether the rows still do.
func (p *functionsPane) current(at moment) bool {
	age := at.now.Sub(p.taken)
	return p.aged(at) && (at.paused || age >= 0 && age < functionsInterval)
}

// aged says whether nothing but time makes other rows.
func (p *functionsPane) aged(at moment) bool {
	return at.session == p.at.session && at.span == p.at.span && at.paused == p.at.paused && p.list.scroll == 0 && !p.taken.IsZero()
}

// reload gets the rows as they are now.
func (p *functionsPane) reload() {
	p.list.fetch = nil
	p.session = model.SessionRow{}
	if p.at.session != nil {
		p.session = p.at.session.Row(p.at.now)
		p.list.fetch = p.fetch
	}
	p.list.height = p.lines()
	p.stale = false
	p.list.load()
	p.arrange(p.table.width)
}

// lines is how many rows there is room for.
func (p *functionsPane) lines() int {
	lines := max(0, p.height-1)
	if p.status() != "" && p.height > 2 {
		lines--
	}
	return lines
}

// reloadAside is reload, in a command.
func (p *functionsPane) reloadAside() tea.Cmd {
	if !p.stale || p.at.session == nil || p.list.busy {
		return nil
	}
	p.stale, p.taken = false, p.at.now
	session, now := p.at.session.Await(), p.at.now
	ask := p.asks(session)
	var page model.FuncPage
	var row model.SessionRow
	fetch := func(offset, limit int) ([]model.FuncRow, int) {
		page, row = ask(offset, limit), session.Row(now)
		return page.Rows, page.Matches
	}
	return p.list.aside(fetch, func() {
		p.busiest, p.session = page.Busiest, row
		if p.lines() != p.list.height {
			p.reload()
		}
		p.arrange(p.table.width)
	})
}

func (p *functionsPane) fetch(offset, limit int) ([]model.FuncRow, int) {
	page := p.asks(p.at.session)(offset, limit)
	p.busiest = page.Busiest
	return page.Rows, page.Matches
}

// asks returns what asks a session for rows as the table is sorted and filtered now.
func (p *functionsPane) asks(s Session) func(offset, limit int) model.FuncPage {
	q := model.FuncQuery{Filter: p.compiled, Sort: sorts[p.sort], Reverse: p.reverse, Now: p.at.now}
	ask := s.Functions
	if r := p.ranging.figures; r != nil {
		ask = func(q model.FuncQuery) model.FuncPage { return r.Functions(s, q) }
	}
	return func(offset, limit int) model.FuncPage {
		q.Offset, q.Limit = offset, limit
		return ask(q)
	}
}

func (p *functionsPane) update(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case tea.MouseClickMsg:
		return p.click(msg.X, msg.Y), true
	case tea.MouseWheelMsg:
		n, ok := p.moves.lines(msg, p.list.height)
		p.list.held = true
		p.list.scroll += n
		return nil, ok
	case tea.KeyPressMsg:
		switch b := p.bindings; {
		case key.Matches(msg, b.Open):
			return p.open(), true
		case key.Matches(msg, b.Calls):
			return p.calls(), true
		case key.Matches(msg, b.Left):
			p.side(-1)
			return nil, true
		case key.Matches(msg, b.Right):
			p.side(1)
			return nil, true
		case key.Matches(msg, b.Sort):
			p.sortBy(p.table.cell)
			return nil, true
		case key.Matches(msg, b.Reverse):
			p.sortBy(p.sort)
			return nil, true
		case key.Matches(msg, b.Trace):
			return p.trace(askTrace), true
		case key.Matches(msg, b.TracePackage):
			return p.trace(askTracePackage), true
		}
		n, ok := p.moves.lines(msg, p.list.height)
		if n <= -far {
			p.list.home()
		} else if ok {
			p.list.move(n)
		}
		return nil, ok
	}
	return nil, false
}

// trace asks for another mode of the chosen function.
func (p *functionsPane) trace(ask func(function uint64) tea.Cmd) tea.Cmd {
	row, ok := p.list.selected()
	if !ok {
		return nil
	}
	p.list.held = true // the mode changes its place, and the next press is for it too
	return ask(row.ID)
}

// click chooses a cell, a second time opens it; on a title it sorts.
func (p *functionsPane) click(x, y int) tea.Cmd {
	column := p.table.column(x)
	if y == 0 {
		if column >= 0 && column < len(sorts) {
			p.sortBy(column)
		}
		return nil
	}
	before := p.table.cell
	if column >= 0 && column != functionTrend && column < len(sorts) {
		p.table.cell = column
	}
	if p.list.click(y-1) && p.table.cell == before {
		return p.open()
	}
	return nil
}

// sortBy sorts by a column, the same one again in reverse.
func (p *functionsPane) sortBy(column int) {
	p.reverse = column == p.sort && !p.reverse
	p.sort = column
	p.reload()
}

func (p *functionsPane) view() string {
	lines := []string{p.table.head(p.sort, p.sortMark())}
	for _, row := range p.list.rows {
		lines = append(lines, p.draw(row))
	}
	if len(p.list.rows) == 0 {
		lines = append(lines, p.table.note(p.nothing(), p.env.styles.Text.Dim))
	}
	if status := p.status(); status != "" && p.height > 2 {
		for len(lines) < p.height-1 {
			lines = append(lines, p.table.pad(""))
		}
		lines = append(lines[:p.height-1], p.table.pad(status))
	}
	return p.table.fill(lines, p.height)
}

// sortMark shows which way the rows are sorted; names begin with a.
func (p *functionsPane) sortMark() string {
	if p.reverse != (sorts[p.sort] == model.SortName) {
		return p.env.glyphs.Up
	}
	return p.env.glyphs.Down
}

func (p *functionsPane) nothing() string {
	switch {
	case p.at.session == nil:
		return "no session"
	case p.ranging.left:
		return "adding up calls" + p.env.glyphs.Ellipsis
	case p.active():
		return "no function matches the filter"
	case p.ranging.figures != nil:
		return "no call was running in the range"
	}
	return "no functions yet"
}

// status tells of pauses and losses.
func (p *functionsPane) status() string {
	text := p.env.styles.Text
	var parts []string
	if p.at.paused {
		parts = append(parts, text.Warn.Render(p.env.glyphs.Pause+" "+pausedText(p.behind())))
	}
	if note := p.ranging.note(p.env); note != "" {
		parts = append(parts, note)
	}
	if note := p.env.lossNote(p.session.Lost); note != "" {
		parts = append(parts, note+text.Dim.Render(": figures marked "+p.env.glyphs.Loss+" are too small"))
	}
	if p.session.Counted > 0 {
		parts = append(parts, text.Type.Render(p.env.glyphs.Counted)+text.Dim.Render(p.countedNote()))
	}
	if slices.ContainsFunc(p.list.rows, func(row model.FuncRow) bool { return row.Mode == protocol.FuncHeld }) {
		parts = append(parts, text.Warn.Render("auto")+text.Dim.Render(" counted while too hot"))
	}
	if slices.ContainsFunc(p.list.rows, func(row model.FuncRow) bool { return row.Untimed > 0 }) {
		parts = append(parts, text.Type.Render(p.env.glyphs.Touched)+text.Dim.Render(" percentiles of the latest calls alone, for want of memory"))
	}
	if n := p.session.Unhooked; n > 0 {
		parts = append(parts, text.Dim.Render(unhooked(n)+" (--all)"))
	}
	return strings.Join(parts, text.Dim.Render(" "+p.env.glyphs.Dot+" "))
}

// countedNote says what counted calls have no part in.
func (p *functionsPane) countedNote() string {
	if p.ranging.figures != nil {
		return " counted calls can't be placed in time: they are missing"
	}
	return " counted, without self time and percentiles"
}

// unhooked tells of the functions that nothing is known of, because they are so small.
func unhooked(n uint64) string {
	return formatGrouped(n) + " small " + plural(n, "functions") + " without hooks"
}

// behind implements [pausable].
func (p *functionsPane) behind() (rows uint64, what string) {
	if p.at.paused && p.at.session != nil {
		rows = p.at.session.Row(p.at.now).Calls - p.session.Calls
	}
	return rows, "calls"
}

func (p *functionsPane) copyText() string {
	row, ok := p.list.selected()
	if !ok {
		return ""
	}
	return strings.Join([]string{
		string(row.Name), place(row.File, row.Line), strconv.FormatUint(row.Calls, 10) + " calls",
		"total " + formatDuration(row.Total, p.env.glyphs), "self " + formatDuration(row.Self, p.env.glyphs),
		"mean " + formatDuration(row.Mean, p.env.glyphs), "p50 " + formatDuration(row.P50, p.env.glyphs),
		"p90 " + formatDuration(row.P90, p.env.glyphs), "p99 " + formatDuration(row.P99, p.env.glyphs),
		"max " + formatDuration(row.Max, p.env.glyphs),
	}, "  ")
}

func (p *functionsPane) location() (file string, line int) {
	row, _ := p.list.selected()
	return string(row.File), int(row.Line)
}
