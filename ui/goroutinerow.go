package ui

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// goroutineColumn is a column, and the order that a click on its title asks for.
type goroutineColumn struct {
	tableColumn
	sort model.GoroutineSort
}

const unsorted = model.GoroutineSort(255)

// leastName is how many cells are worth beginning a name in.
const leastName = 6

// maxShown is how many cells of a name are looked at when its end is shown.
const maxShown = 256

// The columns of groups, which the goroutines below a group fit into.
var groupColumns = []goroutineColumn{
	{tableColumn{title: "began with", min: 24, want: 34, most: 90}, model.ByID},
	{tableColumn{title: "live", min: 7, want: 7, most: 8, right: true}, model.ByState},
	{tableColumn{title: "ended", min: 5, want: 6, most: 8, right: true, rank: 3}, unsorted},
	{tableColumn{title: "growth", min: 13, want: 18, most: 48, rank: 1}, unsorted},
	{tableColumn{title: "age", min: 7, want: 7, most: 9, right: true, rank: 2}, model.ByAge},
	{tableColumn{title: "in calls", min: 8, want: 8, most: 9, right: true, rank: 4}, model.ByInCalls},
	{tableColumn{title: "idle", min: 7, want: 7, most: 9, right: true, rank: 6}, model.ByIdle},
	{tableColumn{title: "calls", min: 6, want: 7, most: 9, right: true, rank: 5}, model.ByCalls},
}

// The columns of goroutines one by one.
var goroutineColumns = []goroutineColumn{
	{tableColumn{title: "state", min: 7, want: 7, most: 7}, model.ByState},
	{tableColumn{title: "id", min: 6, want: 6, most: 8, rank: 1}, model.ByID},
	{tableColumn{title: "parent", min: 6, want: 6, most: 8, rank: 6}, unsorted},
	{tableColumn{title: "began with", min: 18, want: 26, most: 60}, unsorted},
	{tableColumn{title: "started by", min: 16, want: 22, most: 60, rank: 7}, unsorted},
	{tableColumn{title: "is in", min: 16, want: 22, most: 60, rank: 8}, unsorted},
	{tableColumn{title: "age", min: 7, want: 7, most: 9, right: true, rank: 2}, model.ByAge},
	{tableColumn{title: "in calls", min: 8, want: 8, most: 9, right: true, rank: 3}, model.ByInCalls},
	{tableColumn{title: "idle", min: 7, want: 7, most: 9, right: true, rank: 4}, model.ByIdle},
	{tableColumn{title: "calls", min: 6, want: 7, most: 9, right: true, rank: 5}, model.ByCalls},
}

func (p *goroutinesPane) columns() []goroutineColumn {
	if p.flat {
		return goroutineColumns
	}
	return groupColumns
}

// arrange makes the table's columns those of the view.
func (p *goroutinesPane) arrange() {
	p.table.columns = p.table.columns[:0]
	for _, c := range p.columns() {
		p.table.columns = append(p.table.columns, c.tableColumn)
	}
	p.table.resize(p.table.width)
}

// sortOf is the order that a column stands for, if it does.
func (p *goroutinesPane) sortOf(column int) (by model.GoroutineSort, ok bool) {
	by = p.columns()[column].sort
	return by, by != unsorted
}

// sortColumn is the column of the order, -1 when it has none.
func (p *goroutinesPane) sortColumn() int {
	return slices.IndexFunc(p.columns(), func(c goroutineColumn) bool { return c.sort == p.sort })
}

// nextSort is the order of the next column that has one.
func (p *goroutinesPane) nextSort() model.GoroutineSort {
	columns := p.columns()
	for i := range columns {
		if by := columns[(p.sortColumn()+1+i)%len(columns)].sort; by != unsorted {
			return by
		}
	}
	return p.sort
}

// sortMark shows which way the rows are sorted; names and numbers begin with the least.
func (p *goroutinesPane) sortMark() string {
	if p.reverse != (p.sort == model.ByID) {
		return p.env.glyphs.Up
	}
	return p.env.glyphs.Down
}

func (p *goroutinesPane) view() string {
	lines := []string{p.table.head(p.sortColumn(), p.sortMark())}
	for _, line := range p.list.rows {
		lines = append(lines, p.draw(line))
	}
	if len(p.list.rows) == 0 {
		lines = append(lines, p.table.note(p.nothing(), p.env.styles.Text.Dim))
	}
	if p.height > 2 {
		for len(lines) < p.height-1 {
			lines = append(lines, p.table.pad(""))
		}
		lines = append(lines[:p.height-1], p.table.pad(p.status()))
	}
	return p.table.fill(lines, p.height)
}

func (p *goroutinesPane) nothing() string {
	switch {
	case p.at.session == nil:
		return "no session"
	case p.growing && p.page.Watched == 0:
		return "nothing to watch yet; L shows all"
	case p.growing:
		return "no group has only grown in the last " + formatAge(p.page.Watched) + "; L shows all"
	case p.active():
		return "no goroutine matches the filter"
	case p.ranging.on() && p.ranging.uses == nil:
		return "looking at the calls of the range" + p.env.glyphs.Ellipsis
	case p.ranging.on():
		return "no goroutine was in a call in the range"
	}
	return "no goroutines yet"
}

// status sums up, and tells of pauses and of what is no longer kept.
func (p *goroutinesPane) status() string {
	text, page := p.env.styles.Text, p.page
	if p.at.session == nil {
		return ""
	}
	var parts []string
	if p.at.paused {
		parts = append(parts, text.Warn.Render(p.env.glyphs.Pause+" "+pausedText(p.behind())))
	}
	switch {
	case page.Growing > 0:
		verb := " grow"
		if page.Growing == 1 {
			verb = " grows"
		}
		parts = append(parts, text.Warn.Render(p.env.glyphs.Up+" "+countOf(uint64(page.Growing), "groups")+" only"+verb))
	case p.growing:
		parts = append(parts, text.Dim.Render("no group only grows"))
	}
	parts = append(parts, text.Good.Render(formatCount(uint64(page.Live)))+text.Dim.Render(" live of "+countOf(uint64(page.Goroutines), "goroutines")))
	if p.ranging.on() {
		parts = append(parts, p.ranging.note(p.env))
	}
	if page.Forgotten > 0 {
		parts = append(parts, text.Dim.Render(formatCount(page.Forgotten)+" that ended are no longer kept"))
	}
	return strings.Join(parts, text.Dim.Render(" "+p.env.glyphs.Dot+" "))
}

func (p *goroutinesPane) draw(line model.GoroutineLine) string {
	r := p.table.row(lineID(line) == p.list.cursor)
	switch {
	case line.Group != nil:
		p.drawGroup(r, line.Group)
	case p.flat:
		p.drawGoroutine(r, &line.Goroutine)
	default:
		p.drawMember(r, &line.Goroutine)
	}
	return r.String()
}

func (p *goroutinesPane) drawGroup(r *row, g *model.GoroutineGroup) {
	text := p.env.styles.Text
	fold, paint := p.env.glyphs.Folded, text.Name
	if p.open[g.ID] {
		fold = p.env.glyphs.Unfolded
	}
	if g.Growth > 0 {
		paint = text.Warn
	}
	r.painted(p.named(text.Dim.Render(fold+" "), 2, g.Entry, g.Told, paint, r.room()))
	live := text.Good
	if g.Live == 0 {
		live = text.Dim
	}
	r.own(formatCount(uint64(g.Live)), live)
	r.own(formatCount(uint64(g.Ended)), text.Dim)
	r.painted(p.growth(g, r.room()))
	p.times(r, g.Age, g.InCalls, g.IdleFor, g.Calls)
}

// growth is the number of live goroutines over the last seconds, of a group that only grows by how much it did, and how many
// are neither live nor known to have ended: without them the columns before don't add up.
func (p *goroutinesPane) growth(g *model.GoroutineGroup, width int) string {
	if width == 0 {
		return ""
	}
	text, more, idle := p.env.styles.Text, "", ""
	paint, room := text.Dim, width
	if g.Growth > 0 {
		more = p.env.glyphs.Up + "+" + formatCount(uint64(g.Growth))
		paint, room = text.Warn, room-safe.Width(more)-1
	}
	if n := formatCount(uint64(g.Idle)) + " idle"; g.Idle > 0 && len(n) <= room {
		idle, room = n, room-len(n)-1
	}
	line := formatSpark(g.History, room, p.env.glyphs.ASCII)
	if slices.Max(append(g.History, 0)) == 0 {
		line = ""
	}
	parts := []string{paint.Render(line), paint.Render(more), text.Dim.Render(idle)}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return safe.Fit(strings.Join(parts, " "), width)
}

// times adds the last columns, which groups and goroutines share.
func (p *goroutinesPane) times(r *row, age, inCalls, idle time.Duration, calls uint64) {
	text := p.env.styles.Text
	r.own(formatDuration(age, p.env.glyphs), text.Time)
	r.own(formatDuration(inCalls, p.env.glyphs), text.Number)
	r.own(formatDuration(idle, p.env.glyphs), text.Dim)
	r.own(formatCount(calls), text.Plain)
}

// named is a function's name behind a painted beginning of so many cells, in width cells. A guess has a mark.
func (p *goroutinesPane) named(before string, taken int, name protocol.Text, told bool, paint Paint, width int) string {
	text := p.env.styles.Text
	if width < taken {
		return strings.Repeat(" ", max(0, width))
	}
	if !told {
		before, taken = before+text.Dim.Render(p.env.glyphs.Guess), taken+1
	}
	rest := width - taken
	shown := p.env.clip(clean(shortName(name), rest), rest)
	return safe.Fit(before+p.env.highlight(shown, p.needle(), paint), width)
}

// drawMember draws a goroutine below its group: g17 ← g5  what it is in.
func (p *goroutinesPane) drawMember(r *row, g *model.GoroutineInfo) {
	text := p.env.styles.Text
	width := r.room()
	who := "  " + p.env.goroutine(g.ID)
	if g.Parent != 0 {
		who += text.Dim.Render(" "+p.env.glyphs.In+" ") + p.env.goroutine(g.Parent)
	}
	if width > 0 {
		who = p.env.clip(who+"  ", width)
		rest := width - safe.Width(who)
		r.painted(who + p.in(g, rest))
	} else {
		r.painted("")
	}
	mark, paint := p.env.stateMark(g.State)
	r.own(mark+" "+stateName(g.State), paint)
	r.own("", text.Dim)
	r.painted(p.origin(g, r.room()))
	p.times(r, g.Age, g.InCalls, g.Idle(), g.Calls)
}

// in is the function that a goroutine is in, or was in last.
func (p *goroutinesPane) in(g *model.GoroutineInfo, width int) string {
	paint := p.env.styles.Text.Name
	if g.State != model.GoroutineLive {
		paint = p.env.styles.Text.Dim
	}
	name := safe.ClipLeft(clean(shortName(g.Func), maxShown), width) // the end of a name tells more
	return safe.Fit(p.env.highlight(name, p.needle(), paint), width)
}

// origin is where a goroutine was started: main.(*Server).Serve server.go:42, as far as there is room, the place first.
func (p *goroutinesPane) origin(g *model.GoroutineInfo, width int) string {
	text, where := p.env.styles.Text, ""
	if g.File != "" {
		where = path.Base(string(g.File)) + ":" + strconv.FormatUint(g.Line, 10)
	}
	where = safe.ClipLeft(clean(protocol.Text(where), width), width)
	rest := width - safe.Width(where) - 1
	if rest < leastName || g.Creator == "" {
		return safe.Fit(text.Dim.Render(where), width)
	}
	by := p.env.highlight(p.env.clip(clean(shortName(g.Creator), rest), rest), p.needle(), text.Name)
	return safe.Fit(by+" "+text.Dim.Render(where), width)
}

func (p *goroutinesPane) drawGoroutine(r *row, g *model.GoroutineInfo) {
	text := p.env.styles.Text
	mark, paint := p.env.stateMark(g.State)
	r.own(mark+" "+stateName(g.State), paint)
	r.own(goroutineName(g.ID), text.Goroutines[g.ID%uint64(len(text.Goroutines))])
	parent := ""
	if g.Parent != 0 {
		parent = goroutineName(g.Parent)
	}
	r.own(parent, text.Goroutines[g.Parent%uint64(len(text.Goroutines))])
	r.painted(p.named("", 0, g.Entry, g.Told, text.Name, r.room()))
	r.painted(p.origin(g, r.room()))
	r.painted(p.in(g, r.room()))
	p.times(r, g.Age, g.InCalls, g.Idle(), g.Calls)
}

// stateName is the state in a word of at most five letters.
func stateName(s model.GoroutineState) string {
	switch s {
	case model.GoroutineLive:
		return "live"
	case model.GoroutineCut:
		return "cut"
	case model.GoroutineIdle:
		return "idle"
	case model.GoroutineEnded:
		return "ended"
	}
	return "quiet"
}

// stateMark tells the states apart without a word.
func (e *env) stateMark(s model.GoroutineState) (mark string, paint Paint) {
	text := e.styles.Text
	switch s {
	case model.GoroutineLive:
		return e.glyphs.Live, text.Good
	case model.GoroutineCut:
		return e.glyphs.Failed, text.Warn
	case model.GoroutineIdle:
		return e.glyphs.Half, text.Plain
	case model.GoroutineEnded:
		return e.glyphs.Ended, text.Dim
	}
	return e.glyphs.Unknown, text.Dim
}
