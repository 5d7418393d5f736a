package ui

import (
	"slices"
	"strings"

	"goapptrace/query"
	"goapptrace/ui/safe"
	"goapptrace/watch"
)

var watchColumns = []tableColumn{
	{title: "watcher, and what it has found", short: "found", min: 16, want: 44, most: 110},
	{title: "session", min: 12, want: 16, most: 24, rank: 3},
	{title: "newest", min: 8, want: 9, most: 10, right: true, rank: 2},
	{title: "times", min: 5, want: 6, most: 8, right: true, rank: 1},
	{title: "first", min: 8, want: 8, most: 8, rank: 5},
	{title: "last", min: 8, want: 8, most: 8, rank: 4},
	{title: "state", min: 6, want: 6, most: 8},
}

func (p *watchersPane) view() string {
	lines := []string{p.table.head(-1, "")}
	for _, line := range p.list.rows {
		if line.finding == nil {
			lines = append(lines, p.drawWatcher(line))
		} else {
			lines = append(lines, p.drawFinding(line))
		}
	}
	if len(p.lines) == 0 {
		lines = append(lines, p.table.note(p.nothing(), p.env.styles.Text.Dim))
	}
	facts := p.told()
	for len(lines) < p.height-len(facts) {
		lines = append(lines, p.table.pad(""))
	}
	return p.table.fill(append(lines[:max(p.height-len(facts), 0)], facts...), p.height)
}

// nothing says why there are no lines.
func (p *watchersPane) nothing() string {
	if len(p.report.Rows) > 0 {
		return "no finding matches"
	}
	return "nobody watches here"
}

// drawWatcher draws a watcher, with its condition as far as there is room.
func (p *watchersPane) drawWatcher(line watchLine) string {
	text, g := p.env.styles.Text, p.env.glyphs
	r := p.table.row(line.id == p.list.cursor)
	width := r.room()
	mark, name, state, paint := g.Dot, text.Strong, "quiet", text.Dim
	if len(line.row.Findings) > 0 {
		mark = g.Unfolded
		if p.folded[line.row.Name] {
			mark = g.Folded
		}
	}
	times, news := uint64(0), uint64(0)
	for _, f := range line.row.Findings {
		times += f.Times
		if f.New {
			news++
		}
	}
	switch {
	case line.row.Off:
		name, state = text.Dim, "off"
	case news > 0:
		state, paint = g.Flag+" "+formatCount(news), text.Warn
	case times > 0:
		state = "seen"
	}
	head := mark + " " + safe.String(line.row.Name)
	shown := p.env.highlight(p.env.clip(head, width), p.needle(), name)
	if rest := width - safe.Width(head) - 2; rest > 3 {
		shown += "  " + text.Dim.Render(p.env.clip(safe.String(line.row.Text), rest))
	}
	r.painted(safe.Fit(shown, width))
	if p.in.several {
		r.own("", text.Dim)
	}
	r.own("", text.Dim)
	count := ""
	if times > 0 {
		count = formatCount(times)
	}
	r.own(count, text.Dim)
	r.own("", text.Dim)
	r.own("", text.Dim)
	r.own(state, paint)
	return r.String()
}

// drawFinding draws what a watcher has found.
func (p *watchersPane) drawFinding(line watchLine) string {
	text, f := p.env.styles.Text, line.finding
	r := p.table.row(line.id == p.list.cursor)
	name := text.Name
	if !f.New {
		name = text.Dim
	}
	r.match("  "+shown(f), p.needle(), name)
	if p.in.several {
		r.cell(p.session(f, r.room()), text.Plain)
	}
	newest := p.newest(f)
	if f.Touched {
		newest = p.env.glyphs.Touched + newest
	}
	r.own(newest, text.Number)
	r.own(formatCount(f.Times), text.Plain)
	r.own(formatClock(f.First, len("15:04:05")), text.Time)
	r.own(formatClock(f.Last, len("15:04:05")), text.Time)
	state, paint := p.state(f)
	r.own(state, paint)
	return r.String()
}

// newest is the figure of the newest example.
func (p *watchersPane) newest(f *watch.Finding) string {
	switch f.Measure {
	case query.FieldRateFunc, query.FieldRatePackage, query.FieldRateSession:
		return formatRate(f.Value)
	case query.FieldRepeats:
		return formatDuration(f.Took, p.env.glyphs)
	case query.FieldGrowth:
		return "+" + formatCount(uint64(f.Value))
	}
	return formatDuration(f.Example.Duration, p.env.glyphs)
}

// state says whether somebody has seen it, and whether it goes on.
func (p *watchersPane) state(f *watch.Finding) (string, Paint) {
	text, g := p.env.styles.Text, p.env.glyphs
	lasts := f.Lasting || f.Open()
	switch {
	case f.New && lasts:
		return g.Flag + " now", text.Bad
	case f.New:
		return g.Flag + " new", text.Warn
	case lasts:
		return g.Live + " now", text.Plain
	}
	return "seen", text.Dim
}

// factLines is how many lines tell more of what the cursor is on.
func (p *watchersPane) factLines() int {
	switch {
	case p.height > 10:
		return 4
	case p.height > 8:
		return 3
	}
	return 0
}

// told tells more of what the cursor is on, below a line.
func (p *watchersPane) told() []string {
	n := p.factLines()
	if n == 0 {
		return nil
	}
	text, width := p.env.styles.Text, max(p.table.width-2, 0)
	lines := []string{p.rule(width)}
	if line, ok := p.list.selected(); ok && line.finding != nil {
		lines = append(lines, text.Strong.Render(p.env.clip(shown(line.finding), width)))
		lines = append(lines, p.wrapped(p.facts(line.finding), width)...)
	} else if ok {
		lines = append(lines, text.Strong.Render(p.env.clip(safe.String(line.row.Text), width)))
		lines = append(lines, p.wrapped(p.notes(line), width)...)
	}
	for i := range lines {
		lines[i] = p.table.pad(lines[i])
	}
	for len(lines) < n {
		lines = append(lines, p.table.pad(""))
	}
	return lines[:n]
}

// rule is the line between the list and what is told of its cursor. In a range it says that figures aren't.
func (p *watchersPane) rule(width int) string {
	text, note := p.env.styles.Text, ""
	if p.in.span {
		note = text.Type.Render("in the range") + text.Dim.Render(", figures are of all time ")
	}
	rest := max(width-safe.Width(note), 0)
	return note + text.Dim.Render(strings.Repeat(p.env.glyphs.Border.Horizontal, rest))
}

// wrapped puts facts on lines, as many as fit on each.
func (p *watchersPane) wrapped(facts []string, width int) (lines []string) {
	dot := " " + p.env.glyphs.Dot + " "
	line := ""
	for _, fact := range facts {
		switch {
		case line == "":
			line = fact
		case safe.Width(line)+len(dot)+safe.Width(fact) <= width:
			line += dot + fact
		default:
			lines = append(lines, line)
			line = fact
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	for i := range lines {
		lines[i] = p.env.styles.Text.Plain.Render(p.env.clip(lines[i], width))
	}
	return lines
}

// facts are what is known of a finding: where it was found, then the newest example.
func (p *watchersPane) facts(f *watch.Finding) []string {
	g, example := p.env.glyphs, &f.Example
	facts := []string{p.place(f)}
	switch f.Measure {
	case query.FieldText:
		newest := "newest " + formatDuration(example.Duration, g) + " in " + goroutineName(example.G)
		if f.Open() {
			newest += ", still open"
		}
		facts = append(facts, newest)
	case query.FieldRepeats:
		facts = append(facts, "newest "+formatCount(uint64(f.Value))+" in "+formatDuration(example.Duration, g)+", together "+formatDuration(f.Took, g))
	case query.FieldGrowth:
		facts = append(facts, formatCount(uint64(f.Value))+" more goroutines in "+formatAge(f.Over)+", and none fewer")
	default:
		facts = append(facts, formatRate(f.Value)+" last")
	}
	if f.Touched {
		facts = append(facts, "events were lost meanwhile: there may be more")
	}
	if example.Err != "" {
		facts = append(facts, clean(example.Err, maxShown))
	}
	if example.Args != "" {
		facts = append(facts, clean(example.Args, maxShown))
	}
	return append(facts, "since "+formatClock(f.First, len("15:04:05")))
}

// notes are what there is to say of a watcher.
func (p *watchersPane) notes(line watchLine) []string {
	row := line.row
	notes := []string{countOf(uint64(line.all), "findings")}
	if n := len(row.Findings); n < line.all {
		notes[0] = formatCount(uint64(n)) + " of " + notes[0]
	}
	if row.Off {
		notes = []string{"off: " + p.bindings.Switch.Help().Key + " switches it on"}
	}
	if row.LeftOut > 0 {
		notes = append(notes, countOf(row.LeftOut, "hits")+" left out: events were lost, which may be all there is to it")
	}
	if row.Unseen > 0 {
		notes = append(notes, countOf(row.Unseen, "calls")+" not looked at: too many at once")
	}
	if p.report.Dropped > 0 {
		notes = append(notes, countOf(p.report.Dropped, "older findings")+" of all watchers no longer kept")
	}
	return slices.DeleteFunc(notes, func(s string) bool { return s == "" })
}
