package ui

import (
	"strings"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/chart"
	"goapptrace/ui/safe"
)

// Lines around the goroutines: the head, the axis and its marks above, what the cursor is on and the status below.
const (
	timelineHead  = 3
	timelineFacts = 3
)

// room is how many lines of goroutines fit.
func (p *timelinePane) room() int {
	n := p.height - timelineHead
	if p.height >= timelineHead+timelineFacts+2 {
		n -= timelineFacts
	}
	return max(n, 0)
}

func (p *timelinePane) view() string {
	lines, text := []string{p.pad(p.head())}, p.env.styles.Text
	if nothing := p.nothing(); nothing != "" {
		lines = append(lines, "", p.pad(text.Dim.Render(p.env.clip(nothing, p.width-2))))
	} else {
		w := p.shown()
		before := strings.Repeat(" ", p.gutter())
		lines = append(lines, p.pad(before+p.axis(w)), p.pad(before+p.lane(w)))
		for i := p.top; i < min(p.top+p.room(), len(p.lines)); i++ {
			lines = append(lines, p.drawLine(i, w))
		}
		if len(p.lines) == 0 && p.pictured != nil && !p.job.left {
			lines = append(lines, p.pad(before+text.Dim.Render("no call in view matches the filter")))
		}
	}
	lines = fill(lines, p.width, p.height)
	if at := timelineHead + p.room(); at < p.height && p.nothing() == "" {
		lines[at], lines[at+1] = p.pad(p.name()), p.pad(strings.Join(p.facts(), p.env.dot()))
		lines[at+2] = p.pad(p.status())
	}
	return strings.Join(lines, "\n")
}

func (p *timelinePane) pad(painted string) string { return safe.Fit(" "+painted, p.width) }

// drawLine draws a line of a goroutine: its name and its cells.
func (p *timelinePane) drawLine(i int, w model.TimelineWindow) string {
	l := p.lines[i]
	row := &p.picture.Rows[l.row]
	chosen := row.G == p.cursor.g && l.depth == p.cursor.depth
	d := timelineDrawing{
		pane: p, glyphs: timelineGlyphsOf(p.env.glyphs), row: row, first: l.first, chosen: chosen,
		shift: w.First - p.picture.Window.First, cells: p.cells(l), width: time.Duration(w.Width), cursor: -1,
	}
	if chosen {
		d.cursor = int(min(max(w.Column(p.cursor.at)-w.First, -1), int64(w.Columns)))
	}
	if w.Width != p.picture.Window.Width {
		d.cells = nil
	}
	return safe.Fit(p.label(i, row, l, chosen)+d.draw(w.Columns), p.width)
}

// label names a goroutine, on the first of its lines.
func (p *timelinePane) label(i int, row *model.TimelineRow, l timelineLine, chosen bool) string {
	text, g, width := p.env.styles.Text, p.env.glyphs, p.gutter()+1
	mark := " "
	if chosen {
		mark = g.Cursor
	}
	if !l.first && i > p.top {
		return safe.Fit(mark, width)
	}
	fold := " "
	switch {
	case row.Depth > 1 && p.depth(row) == 1:
		fold = g.Folded
	case row.Depth > 1:
		fold = g.Unfolded
	}
	who := mark + text.Dim.Render(fold) + " " + p.env.goroutine(row.G) + " "
	room := width - safe.Width(who) - 1
	paint := text.Name
	if i > p.top && l.row > 0 && p.picture.Rows[l.row-1].Entry == row.Entry {
		paint = text.Dim
	}
	name := ""
	if room >= leastName {
		guess := ""
		if !row.Told {
			guess = g.Guess
		}
		name = guess + safe.ClipLeft(clean(shortName(row.Entry), maxShown), room-safe.Width(guess)) // the end tells more
	}
	line := safe.Fit(who+p.env.highlight(name, p.needle(), paint), width)
	if chosen {
		return p.env.styles.List.Marked.Over(line)
	}
	return line
}

// timelineDrawing draws the cells of one line.
type timelineDrawing struct {
	pane   *timelinePane
	glyphs *timelineGlyphs
	row    *model.TimelineRow
	first  bool  // the goroutine's first line, with its marks
	chosen bool  // the cursor is on the line,
	cursor int   // in this column
	shift  int64 // columns from the picture to the window
	cells  []model.TimelineCell
	width  time.Duration // of a column
	b      strings.Builder
}

// at is the cell in a column of the window, nil for an empty one.
func (d *timelineDrawing) at(i int) *model.TimelineCell {
	k := int64(i) + d.shift
	if k < 0 || k >= int64(len(d.cells)) || d.cells[k].Calls == 0 {
		return nil
	}
	return &d.cells[k]
}

func (d *timelineDrawing) draw(columns int) string {
	for i := 0; i < columns; {
		c := d.at(i)
		switch {
		case c == nil:
			d.put(i, d.blank(i), d.pane.env.styles.Text.Bad)
			i++
		case !alone(c):
			d.put(i, d.dense(c), d.pane.barBlock(c.Longest.Func, 0, d.pane.picture).Edge)
			i++
		default:
			to := i + 1
			for to < columns && d.goesOn(to, c.Last.Seq) {
				to++
			}
			d.bar(i, to, c)
			i = to
		}
	}
	return d.b.String()
}

// goesOn says whether a column holds nothing but a call.
func (d *timelineDrawing) goesOn(i int, seq uint64) bool {
	c := d.at(i)
	return c != nil && c.Calls == 1 && c.Last.Seq == seq
}

// blank is a cell without calls; where something may be missing, that shows.
func (d *timelineDrawing) blank(i int) string {
	if d.row.Lines == nil && d.first && i == 0 {
		return d.pane.env.glyphs.Ellipsis
	}
	if m := d.pane.mark(int64(i) + d.shift + d.pane.picture.Window.First); m != nil && m.Gap() {
		return d.glyphs.gap
	}
	return " "
}

// dense is a cell of several calls, by the share of its time that they take.
func (d *timelineDrawing) dense(c *model.TimelineCell) string {
	return d.glyphs.dense[min(int(3*c.Busy/d.width), 2)]
}

// bar draws a call from a column on, up to another.
func (d *timelineDrawing) bar(from, to int, c *model.TimelineCell) {
	p := d.pane
	block := p.barBlock(c.Last.Func, int(c.Last.Seq&1), p.picture)
	if to == from+1 && c.Within > 0 {
		eighths := int(8 * c.Busy / d.width)
		glyph := chart.Edge(max(1, eighths))
		if eighths >= 8 || p.env.glyphs.ASCII {
			glyph = d.glyphs.line
		}
		d.put(from, glyph, block.Edge)
		return
	}
	d.put(from, d.glyphs.line, block.Line)
	last := d.at(to - 1)
	edge := ""
	if to-from > 1 && last.Busy < d.width && last.Calls == 1 && !last.Open && p.env.styles.Flame.Filled && !p.env.glyphs.ASCII {
		edge = chart.Edge(max(1, int(8*last.Busy/d.width)))
		to--
	}
	name := clean(shortName(p.picture.Funcs[c.Last.Func]), to-from)
	for i := from + 1; i < to; {
		end := i
		for end < to && end != d.cursor && d.sign(end) == "" {
			end++
		}
		if end == i {
			d.put(i, d.filler(), block.Text)
			i++
			continue
		}
		d.b.WriteString(block.Text.Render(d.inBar(&name, end-i)))
		i = end
	}
	if edge != "" {
		d.put(to, edge, block.Edge)
	}
}

// inBar is so many cells of a bar, with the call's name in the first ones that have room for it.
func (d *timelineDrawing) inBar(name *string, width int) string {
	const least = 3
	text := ""
	if width >= least || safe.Width(*name) <= width {
		text = d.pane.env.clip(*name, width)
		*name = ""
	}
	return text + strings.Repeat(d.filler(), max(0, width-safe.Width(text)))
}

func (d *timelineDrawing) filler() string {
	if d.pane.env.styles.Flame.Filled {
		return " "
	}
	return d.glyphs.filler
}

// put draws one cell: what is marked in it, or a glyph.
func (d *timelineDrawing) put(i int, glyph string, paint Paint) {
	styles := d.pane.env.styles
	sign := d.sign(i)
	switch {
	case i == d.cursor && sign != "":
		glyph, paint = sign, d.cursorPaint()
	case i == d.cursor:
		paint = d.cursorPaint()
	case sign != "":
		d.b.WriteString(paint.Over(d.signPaint(i, styles).Render(sign)))
		return
	case glyph == " " && paint == styles.Text.Bad:
		d.b.WriteString(" ")
		return
	}
	d.b.WriteString(paint.Render(glyph))
}

func (d *timelineDrawing) cursorPaint() Paint {
	if d.pane.at.focused {
		return d.pane.env.styles.List.Cursor
	}
	return d.pane.env.styles.List.Marked
}

// sign is the mark of a cell, empty for none: how calls ended in it, else what was logged, else that a call goes on.
func (d *timelineDrawing) sign(i int) string {
	g := d.pane.env.glyphs
	errors, panics := d.failures(i)
	c := d.at(i)
	switch {
	case panics > 0:
		return g.Panic
	case errors > 0:
		return g.Error
	case d.first && d.logs(i) > 0:
		return d.glyphs.log
	case c != nil && c.Open && alone(c) && d.at(i+1) == nil:
		return d.glyphs.goes
	}
	return ""
}

// failures are the calls of a cell that failed; where a goroutine is folded, those below count, too.
func (d *timelineDrawing) failures(i int) (errors, panics uint32) {
	if !d.first || d.pane.depth(d.row) > 1 {
		if c := d.at(i); c != nil {
			return c.Errors, c.Panics
		}
		return 0, 0
	}
	k := int64(i) + d.shift
	for _, line := range d.row.Lines {
		if d.cells != nil && k >= 0 && k < int64(len(line)) {
			errors, panics = errors+line[k].Errors, panics+line[k].Panics
		}
	}
	return errors, panics
}

// logs are the lines that the goroutine logged in a column.
func (d *timelineDrawing) logs(i int) uint32 {
	if k := int64(i) + d.shift; d.cells != nil && k >= 0 && k < int64(len(d.row.Logs)) {
		return d.row.Logs[k]
	}
	return 0
}

func (d *timelineDrawing) signPaint(i int, s *Styles) Paint {
	errors, panics := d.failures(i)
	switch {
	case panics > 0:
		return s.Text.Bad
	case errors > 0:
		return s.Text.Warn
	case d.first && d.logs(i) > 0:
		return s.Text.Strong
	}
	return s.Text.Plain
}

// barBlock is how the bar of a function is painted. The shade tells neighbours apart.
func (p *timelinePane) barBlock(fn uint32, shade int, t *model.TimelinePicture) Block {
	s, text, name := &p.env.styles.Flame, p.env.styles.Text, t.Funcs[fn]
	switch {
	case p.needle() != "" && indexFold(string(name), p.needle()) >= 0:
		return Block{text.Match, text.Match, text.Strong}
	case !s.Filled:
		return Block{text.Plain, text.Plain, text.Plain}
	}
	return s.Frames[p.hue(name)][shade]
}

// hue is that of a function's package. Packages take turns, in the order in which they are first seen.
func (p *timelinePane) hue(name protocol.Text) int {
	pkg := packageOf(name)
	hue, ok := p.hues[pkg]
	if !ok {
		hue = len(p.hues) % len(p.env.styles.Flame.Frames)
		p.hues[pkg] = hue
	}
	return hue
}
