package ui

import (
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/query"
	"goapptrace/ui/safe"
	"goapptrace/watch"
)

// watchersPane lists the watchers, and below each what it has found.
type watchersPane struct {
	env      *env
	findings Findings     // nil when nobody watches
	own      *watch.Watch // whose they are, nil when it isn't this viewer's to change
	table    table
	list     ranked[watchLine]
	moves    moveKeys
	bindings watchersKeys
	height   int
	filtering

	report watch.Report
	seen   uint64    // state of the watch that the report is of, plus one
	taken  time.Time // when it was,
	open   bool      // and calls were open that it tells of
	in     foundIn
	span   model.Span // that the tabs are narrowed to
	now    time.Time
	folded map[string]bool
	lines  []watchLine
}

type watchersKeys struct{ Open, Acknowledge, All, Switch, Add, Remove key.Binding }

// watchLine is a line of the list: a watcher, or something that it has found.
type watchLine struct {
	id      uint64
	row     *watch.Row     // with those findings that are shown
	all     int            // findings of the watcher
	finding *watch.Finding // nil for the watcher itself
}

func newWatchersPane(e *env, findings Findings, own *watch.Watch) *watchersPane {
	p := &watchersPane{
		env: e, findings: findings, own: own,
		table: table{env: e, columns: foundIn{}.columns()},
		list:  ranked[watchLine]{id: func(l watchLine) uint64 { return l.id }},
		moves: newMoveKeys(), folded: map[string]bool{}, filtering: filtering{kind: query.Findings},
		bindings: watchersKeys{
			Open:        bind("enter", "go there, or fold", "enter"),
			Acknowledge: bind("a", "acknowledge", "a"),
			All:         bind("A", "acknowledge all", "A"),
			Switch:      bind("w", "watcher off, and on", "w"),
			Add:         bind("+", "watch for the filter of the Calls tab", "+"),
			Remove:      bind("-", "remove the watcher", "-"),
		},
	}
	p.list.fetch = p.fetch
	return p
}

func (p *watchersPane) title() string { return "Watch" }

func (p *watchersPane) keys() []key.Binding {
	b := p.bindings
	return append([]key.Binding{b.Open, b.Acknowledge, b.All, b.Switch, b.Add, b.Remove}, p.moves.list()...)
}

func (p *watchersPane) resize(width, height int) {
	p.height = height
	p.table.resize(width)
	p.list.height = max(0, height-1-p.factLines())
	p.list.load()
}

func (p *watchersPane) refresh(at moment) {
	p.table.focused, p.now = at.focused, at.now
	if p.findings == nil {
		return
	}
	if cause := p.findings.Failed(); cause != nil {
		panic(cause)
	}
	const stale = time.Second // how long calls that are open have lasted
	changed := p.findings.Changed() + 1
	if (changed != p.seen || p.open && at.now.Sub(p.taken) >= stale) && !p.holds(at) {
		p.seen = changed
		p.span = at.span
		p.reload()
	}
	if at.span != p.span {
		p.span = at.span
		p.arrange()
	}
	if p.list.scroll != 0 {
		p.list.load()
	}
}

// holds says whether the list stays as it is, since the view is paused: until the user has other watchers.
func (p *watchersPane) holds(at moment) bool {
	return at.paused && p.seen != 0 && (p.own == nil || len(p.own.Watchers()) == len(p.report.Rows))
}

// reload takes the report anew.
func (p *watchersPane) reload() {
	p.report, p.taken, p.open = p.findings.Report(p.now), p.now, false
	for _, row := range p.report.Rows {
		p.open = p.open || slices.ContainsFunc(row.Findings, func(f watch.Finding) bool { return f.Open() })
	}
	p.arrange()
}

// arrange makes lines of the report.
func (p *watchersPane) arrange() {
	if in := foundInThe(&p.report, p.span); in != p.in {
		p.in = in
		p.table.columns = in.columns()
		p.table.resize(p.table.width)
	}
	p.lines = p.lines[:0]
	for i := range p.report.Rows {
		all := len(p.report.Rows[i].Findings)
		row, ok := p.passing(&p.report.Rows[i])
		if !ok {
			continue
		}
		p.lines = append(p.lines, watchLine{1<<63 | uint64(i), row, all, nil})
		if p.folded[row.Name] {
			continue
		}
		for k := range row.Findings {
			p.lines = append(p.lines, watchLine{row.Findings[k].ID, row, all, &row.Findings[k]})
		}
	}
	p.list.load()
}

func (p *watchersPane) fetch(offset, limit int) ([]watchLine, int) {
	from := min(offset, len(p.lines))
	return p.lines[from:min(from+limit, len(p.lines))], len(p.lines)
}

func (p *watchersPane) update(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case tea.MouseClickMsg:
		if p.list.click(msg.Y - 1) {
			return p.enter(), true
		}
		return nil, true
	case tea.MouseWheelMsg:
		n, ok := p.moves.lines(msg, p.list.height)
		p.list.held = true
		p.list.scroll += n
		return nil, ok
	case tea.KeyPressMsg:
		if cmd, ok := p.press(msg); ok {
			return cmd, true
		}
		return nil, p.move(msg)
	}
	return nil, false
}

func (p *watchersPane) move(msg tea.KeyPressMsg) bool {
	n, ok := p.moves.lines(msg, p.list.height)
	if n <= -far {
		p.list.home()
	} else if ok {
		p.list.move(n)
	}
	return ok
}

// press handles the pane's own keys.
func (p *watchersPane) press(msg tea.KeyPressMsg) (cmd tea.Cmd, handled bool) {
	line, ok := p.list.selected()
	b := p.bindings
	switch {
	case p.findings == nil:
		return nil, false
	case p.own == nil && key.Matches(msg, b.Acknowledge, b.All, b.Switch, b.Add, b.Remove):
		return notice("the watchers are those of all who look on: they are changed where goapptrace runs"), true
	case key.Matches(msg, b.Add):
		return func() tea.Msg { return addWatcherMsg{} }, true
	case key.Matches(msg, b.All):
		p.own.Acknowledge(p.shows)
	case !ok:
		return nil, false
	case key.Matches(msg, b.Open):
		return p.enter(), true
	case key.Matches(msg, b.Acknowledge):
		p.acknowledge(line)
	case key.Matches(msg, b.Switch):
		p.own.Switch(line.row.Name, !line.row.Off)
		cmd = func() tea.Msg { return keepWatchersMsg{} }
	case key.Matches(msg, b.Remove):
		cmd = p.remove(line.row)
	default:
		return nil, false
	}
	p.reload()
	return cmd, true
}

// acknowledge says that what is on a line has been seen: of a watcher all that it has found, as far as it is shown.
func (p *watchersPane) acknowledge(line watchLine) {
	p.list.held = true
	p.own.Acknowledge(func(f *watch.Finding) bool {
		return f.Watcher == line.row.Name && (line.finding == nil && p.shows(f) || line.finding != nil && f.ID == line.finding.ID)
	})
}

// remove takes a watcher of the user's own away.
func (p *watchersPane) remove(row *watch.Row) tea.Cmd {
	var left []watch.Watcher
	for _, q := range p.own.Watchers() {
		if q.Name != row.Name {
			left = append(left, q)
		}
	}
	for _, q := range watch.Defaults() {
		if q.Name == row.Name && q.Text == row.Text {
			return func() tea.Msg {
				return noticeMsg{text: "this one is always there: " + p.bindings.Switch.Help().Key + " switches it off"}
			}
		}
	}
	p.own.Set(watch.Join(watch.Own(left)))
	return func() tea.Msg { return keepWatchersMsg{} }
}

// enter goes to what was found, and folds or unfolds a watcher.
func (p *watchersPane) enter() tea.Cmd {
	line, ok := p.list.selected()
	switch {
	case !ok:
		return nil
	case line.finding != nil:
		found := *line.finding
		return func() tea.Msg { return showFindingMsg{found} }
	}
	p.list.held = true
	p.folded[line.row.Name] = !p.folded[line.row.Name]
	p.arrange()
	return nil
}

func (p *watchersPane) copyText() string {
	line, ok := p.list.selected()
	switch {
	case !ok:
		return ""
	case line.finding == nil:
		return line.row.Name + ": " + line.row.Text
	}
	f := line.finding
	return strings.Join(append([]string{f.Watcher, finds(f, string(f.Name), string(f.Of))}, p.facts(f)...), "  ")
}

// location is where the function is.
func (p *watchersPane) location() (file string, line int) {
	if l, ok := p.list.selected(); ok && l.finding != nil {
		return string(l.finding.Example.File), int(l.finding.Example.Line)
	}
	return "", 0
}

// finds says in words what was found.
func finds(f *watch.Finding, name, of string) string {
	if of != "" {
		return name + " makes " + formatCount(uint64(f.Value)) + " of " + of
	}
	return name
}

// shown is a function's name to draw.
func shown(f *watch.Finding) string {
	of := ""
	if f.Of != "" {
		of = safe.Text(beginning(shortName(f.Of), maxShown))
	}
	return finds(f, safe.Text(beginning(shortName(f.Name), maxShown)), of)
}
