package ui

import (
	"strings"

	"goapptrace/model"
	"goapptrace/ui/safe"
)

// drawTree draws the rows of the tree.
func (p *callsPane) drawTree() []string {
	lines := make([]string, len(p.tree.list.rows))
	for i, row := range p.tree.list.rows {
		r := p.table.row(row.TreePlace == p.tree.list.cursor)
		if row.Seq == 0 {
			p.treeGoroutine(r, row)
		} else {
			p.treeCall(r, row)
		}
		lines[i] = r.String()
	}
	return lines
}

// treeMark tells whether something is below a row, and whether that shows.
func (e *env) treeMark(row model.TreeRow) string {
	switch {
	case row.Open:
		return e.glyphs.Unfolded
	case row.Folded:
		return e.glyphs.Folded
	}
	return " "
}

func (p *callsPane) treeCall(r *row, row model.TreeRow) {
	call, text := row.Call, p.env.styles.Text
	r.own(formatClock(call.Start, r.room()), text.Time)
	r.own(goroutineName(row.G), text.Goroutines[row.G%uint64(len(text.Goroutines))])
	r.painted(p.nameOf(call, treeLevel(row), p.tree.margin, p.env.treeMark(row), r.room()))
	r.painted(p.env.lasted(call, r.room(), p.at.now))
	r.own(p.bar(call, r.room()), p.env.callPaint(call))
}

// treeGoroutine draws a goroutine: when its first call began, what it began with, what it works on, and how old it is.
func (p *callsPane) treeGoroutine(r *row, row model.TreeRow) {
	g, text := row.Goroutine, p.env.styles.Text
	clock := ""
	if !g.FirstCall.IsZero() {
		clock = formatClock(g.FirstCall, r.room())
	}
	r.own(clock, text.Time)
	r.own(goroutineName(row.G), text.Goroutines[row.G%uint64(len(text.Goroutines))])
	r.painted(p.goroutineHead(row, r.room()))
	age := ""
	if g.Calls > 0 {
		age = formatDuration(g.Age, p.env.glyphs) + "  "
	}
	r.own(age, text.Dim)
	r.own("", text.Dim)
}

func (p *callsPane) goroutineHead(row model.TreeRow, width int) string {
	g, text := row.Goroutine, p.env.styles.Text
	before := p.env.indent(row.Level, p.tree.margin, width) + p.env.treeMark(row) + " "
	mark, paint := p.env.stateMark(g.State)
	rest := max(0, width-safe.Width(before)-2)
	entry := shortName(g.Entry)
	if entry == "" {
		entry = "(nothing is known of it)"
	}
	name := p.env.clip(clean(entry, rest), rest)
	rest -= safe.Width(name)
	about := ""
	if g.Parent != 0 && row.Level == 0 {
		about += "  " + p.env.glyphs.In + " " + goroutineName(g.Parent)
	}
	if g.Span != "" {
		about += "  " + clean(g.Span, rest)
	}
	if g.Calls > 0 {
		about += "  " + countOf(g.Calls, "calls")
	}
	about = p.env.clip(about, rest)
	return safe.Fit(text.Dim.Render(before)+paint.Render(mark)+" "+text.Strong.Render(name)+text.Dim.Render(about), width)
}

// treeStatus says what there is to tell about the tree and its chosen row.
func (p *callsPane) treeStatus() string {
	text := p.env.styles.Text
	var parts []string
	if row, ok := p.tree.list.selected(); ok && row.Seq != 0 && row.Call.Err != "" {
		parts = append(parts, text.Warn.Render(p.env.glyphs.Error+" "+clean(oneLineOf(row.Call.Err), p.table.width)))
	}
	if p.paused {
		parts = append(parts, text.Warn.Render(p.env.glyphs.Pause+" "+pausedText(p.behind())))
	}
	if p.tree.searching() {
		found := search{unseen: p.last + 1 - min(max(p.tree.job.came, p.first), p.last)}
		parts = append(parts, text.Warn.Render(found.progress(p.first, p.last)))
	} else {
		parts = append(parts, text.Dim.Render(p.tree.goroutines()))
	}
	for _, part := range []string{p.above(), p.below()} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, text.Dim.Render(" "+p.env.glyphs.Dot+" "))
}

// viewTree draws the tree.
func (p *callsPane) viewTree() string {
	lines := append([]string{p.table.head(-1, "")}, p.drawTree()...)
	if len(p.tree.list.rows) == 0 {
		nothing := p.nothing()
		if p.tree.searching() {
			nothing = "nothing found yet"
		}
		lines = append(lines, p.table.note(nothing, p.env.styles.Text.Dim))
	}
	if p.height > 2 {
		for len(lines) < p.height-1 {
			lines = append(lines, p.table.pad(""))
		}
		lines = append(lines[:p.height-1], p.table.pad(p.treeStatus()))
	}
	return p.table.fill(lines, p.height)
}
