package ui

import (
	"maps"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/query"
)

// goroutinesPane lists goroutines, by what they began with or one by one.
type goroutinesPane struct {
	env      *env
	table    table
	list     ranked[model.GoroutineLine]
	moves    moveKeys
	bindings goroutinesKeys
	height   int
	filtering
	at      moment
	flat    bool // one by one
	growing bool // only groups that grow
	open    map[uint64]bool
	sort    model.GoroutineSort
	reverse bool
	page    model.GoroutinePage // without rows
	many    bool                // goroutines, see [manyRows]
	stale   bool                // the rows are to be asked for in the background
	taken   time.Time           // when the rows were asked for, zero to ask again in any case
	ranging goroutinesRange
}

type goroutinesKeys struct {
	Open, View, Growing, Sort, Reverse, Unfold, Fold, UnfoldAll, FoldAll key.Binding
}

func newGoroutinesPane(e *env) *goroutinesPane {
	p := &goroutinesPane{
		env:       e,
		table:     table{env: e},
		list:      ranked[model.GoroutineLine]{id: lineID},
		moves:     newMoveKeys(),
		open:      map[uint64]bool{},
		filtering: filtering{kind: query.Goroutines},
		bindings: goroutinesKeys{
			Open:      bind("enter", "open", "enter"),
			View:      bind("v", "one by one, or grouped", "v"),
			Growing:   bind("L", "leaks: only what grows, and back", "L"),
			Sort:      bind("s", "sort by the next column", "s"),
			Reverse:   bind("S", "reverse the order", "S"),
			Unfold:    bind("e", "unfold", "e"),
			Fold:      bind("c", "fold", "c"),
			UnfoldAll: bind("E", "unfold all", "E"),
			FoldAll:   bind("C", "fold all", "C"),
		},
	}
	p.arrange()
	return p
}

// lineID tells lines apart: goroutines by their numbers, which have 63 bits at most, and groups by theirs.
func lineID(line model.GoroutineLine) uint64 {
	if line.Group != nil {
		return 1<<63 | line.Group.ID
	}
	return line.Goroutine.ID
}

func (p *goroutinesPane) title() string { return "Goroutines" }

func (p *goroutinesPane) keys() []key.Binding {
	b := p.bindings
	own := []key.Binding{b.Open, b.View, b.Growing, b.Sort, b.Reverse, b.Unfold, b.Fold, b.UnfoldAll, b.FoldAll}
	return append(own, p.moves.list()...)
}

func (p *goroutinesPane) setFilter(text string) {
	if p.set(text) {
		p.reload()
	}
}

func (p *goroutinesPane) resize(width, height int) {
	p.height = height
	p.table.resize(width)
	p.taken = time.Time{}
}

// goroutinesInterval is how often the list changes at most; see [functionsInterval].
const goroutinesInterval = 200 * time.Millisecond

func (p *goroutinesPane) refresh(at moment) {
	p.table.focused = at.focused
	if at.paused && !p.at.paused && at.session != nil {
		p.ranging.until = max(at.session.Row(at.now).Calls, 1)
	}
	if p.ranging.set(at) {
		p.taken = time.Time{}
	}
	switch {
	case p.current(at):
		return
	case p.aged(at) && p.many:
		p.at, p.stale = at, true
		return
	}
	if at.session != p.at.session {
		p.list.rows, p.list.held, p.growing = nil, false, false
		clear(p.open)
	}
	p.at = at
	p.reload()
	p.taken = at.now
}

// current says whether the rows still do.
func (p *goroutinesPane) current(at moment) bool {
	age := at.now.Sub(p.taken)
	return p.aged(at) && (at.paused || age >= 0 && age < goroutinesInterval)
}

// aged says whether nothing but time makes other rows.
func (p *goroutinesPane) aged(at moment) bool {
	return at.session == p.at.session && at.paused == p.at.paused && p.list.scroll == 0 && !p.taken.IsZero()
}

// reload gets the rows as they are now.
func (p *goroutinesPane) reload() {
	p.list.fetch, p.page = nil, model.GoroutinePage{}
	if p.at.session != nil && (!p.ranging.on() || p.ranging.uses != nil) {
		p.list.fetch = p.fetch
		p.many = p.at.session.Row(p.at.now).Goroutines > manyRows
	}
	p.list.height = max(0, p.height-1)
	if p.height > 2 {
		p.list.height-- // for the status
	}
	p.stale = false
	p.list.load()
}

// reloadAside is reload, in a command.
func (p *goroutinesPane) reloadAside() tea.Cmd {
	if !p.stale || p.at.session == nil || p.list.busy {
		return nil
	}
	p.stale, p.taken = false, p.at.now
	q, session := p.query(), p.at.session.Await()
	q.Open = maps.Clone(q.Open)
	var page model.GoroutinePage
	fetch := func(offset, limit int) ([]model.GoroutineLine, int) {
		q.Offset, q.Limit = offset, limit
		page = session.Goroutines(q)
		return page.Rows, page.Lines
	}
	return p.list.aside(fetch, func() {
		p.page = page
		p.page.Rows = nil
	})
}

func (p *goroutinesPane) fetch(offset, limit int) ([]model.GoroutineLine, int) {
	q := p.query()
	q.Offset, q.Limit = offset, limit
	page := p.at.session.Goroutines(q)
	p.page = page
	p.page.Rows = nil
	return page.Rows, page.Lines
}

func (p *goroutinesPane) query() model.GoroutineQuery {
	return model.GoroutineQuery{
		Filter: p.compiled, Sort: p.sort, Reverse: p.reverse, Grouped: !p.flat, Open: p.open, Growing: p.growing, Now: p.at.now,
		Within: p.ranging.uses,
	}
}

func (p *goroutinesPane) update(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case tea.MouseClickMsg:
		return p.click(msg.X, msg.Y), true
	case tea.MouseWheelMsg:
		n, ok := p.moves.lines(msg, p.list.height)
		p.list.held = true
		p.list.scroll += n
		return nil, ok
	case tea.KeyPressMsg:
		if key.Matches(msg, p.bindings.Open) {
			return p.enter(), true
		}
		return nil, p.press(msg) || p.move(msg)
	}
	return nil, false
}

// press handles the pane's own keys.
func (p *goroutinesPane) press(msg tea.KeyPressMsg) bool {
	switch b := p.bindings; {
	case key.Matches(msg, b.View):
		p.flat = !p.flat
		p.arrange()
	case key.Matches(msg, b.Growing):
		p.growing = !p.growing
	case key.Matches(msg, b.Sort):
		p.sortBy(p.nextSort())
		return true
	case key.Matches(msg, b.Reverse):
		p.sortBy(p.sort)
		return true
	case key.Matches(msg, b.Unfold):
		p.fold(false)
	case key.Matches(msg, b.Fold):
		p.fold(true)
	case key.Matches(msg, b.UnfoldAll):
		p.unfoldAll()
	case key.Matches(msg, b.FoldAll):
		clear(p.open)
	default:
		return false
	}
	p.reload()
	return true
}

func (p *goroutinesPane) move(msg tea.KeyPressMsg) bool {
	n, ok := p.moves.lines(msg, p.list.height)
	if n <= -far {
		p.list.home()
	} else if ok {
		p.list.move(n)
	}
	return ok
}

// enter unfolds or folds a group, and opens a goroutine.
func (p *goroutinesPane) enter() tea.Cmd {
	line, ok := p.list.selected()
	switch {
	case !ok:
		return nil
	case line.Group != nil:
		p.fold(p.open[line.Group.ID])
		p.reload()
		return nil
	}
	detail := newGoroutineDetail(p.env, p.at.session, line.Goroutine.ID)
	return func() tea.Msg { return openMsg{detail} }
}

// fold folds or unfolds the chosen line's group. The cursor stays, or goes to the group that its line is folded into.
func (p *goroutinesPane) fold(folded bool) {
	line, ok := p.list.selected()
	if !ok || p.flat {
		return
	}
	group := line.Goroutine.Group
	if line.Group != nil {
		group = line.Group.ID
	}
	p.list.held = true
	if !folded {
		p.open[group] = true
		return
	}
	delete(p.open, group)
	p.list.cursor = lineID(model.GoroutineLine{Group: &model.GoroutineGroup{ID: group}})
}

func (p *goroutinesPane) unfoldAll() {
	if p.at.session == nil {
		return
	}
	q := p.query()
	q.Grouped, q.Open, q.Limit = true, nil, far
	for _, line := range p.at.session.Goroutines(q).Rows {
		p.open[line.Group.ID] = true
	}
}

// goTo shows goroutine g, whatever the filter was.
func (p *goroutinesPane) goTo(at moment, g uint64) {
	p.set("")
	p.growing, p.flat, p.taken = false, true, time.Time{}
	p.arrange()
	p.refresh(at)
	p.list.cursor, p.list.held = g, true
	p.reload()
}

// click chooses a row, a second time opens it; on a title it sorts.
func (p *goroutinesPane) click(x, y int) tea.Cmd {
	if column := p.table.column(x); y == 0 && column >= 0 {
		if by, ok := p.sortOf(column); ok {
			p.sortBy(by)
		}
	} else if p.list.click(y - 1) {
		return p.enter()
	}
	return nil
}

// sortBy sorts in an order, the same one again in reverse.
func (p *goroutinesPane) sortBy(by model.GoroutineSort) {
	p.reverse = by == p.sort && !p.reverse
	p.sort = by
	p.reload()
}

// behind implements [pausable]; the list counts no rows that come.
func (p *goroutinesPane) behind() (rows uint64, what string) {
	if p.at.paused && p.at.session != nil {
		now := p.at.session.Goroutines(model.GoroutineQuery{Now: p.at.now})
		rows = uint64(max(0, now.Goroutines-p.page.Goroutines))
	}
	return rows, "goroutines"
}

func (p *goroutinesPane) copyText() string {
	line, ok := p.list.selected()
	if !ok {
		return ""
	}
	if g := line.Group; g != nil {
		return strings.Join([]string{
			string(g.Entry), formatCount(uint64(g.Live)) + " live", formatCount(uint64(g.Idle)) + " idle", formatCount(uint64(g.Ended)) + " ended",
		}, "  ")
	}
	g := line.Goroutine
	return strings.Join(slices.DeleteFunc([]string{
		goroutineName(g.ID), stateName(g.State), string(g.Entry), place(g.File, g.Line),
		"age " + formatDuration(g.Age, p.env.glyphs), "in calls " + formatDuration(g.InCalls, p.env.glyphs),
	}, func(s string) bool { return s == "" }), "  ")
}

// location is the go statement that started the goroutine.
func (p *goroutinesPane) location() (file string, line int) {
	row, _ := p.list.selected()
	return string(row.Goroutine.File), int(row.Goroutine.Line)
}
