package ui

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// table draws the rows of a pane in its columns. The first cell of each line is for the cursor, the last one is empty.
type table struct {
	env     *env
	columns []tableColumn
	width   int
	gap     int // between two columns
	widths  []int
	order   []int // of the columns that are shown, as the user has put them; nil for all as they are
	focused bool
	cell    int // column that the cursor is on; 0 where it is on whole rows
}

func (t *table) resize(width int) {
	t.width, t.gap = width, gapIn(width)
	t.widths = fit(t.shown(), width-2, t.gap)
}

// head is the line of titles; marked is the index of the column that the rows are sorted by, -1 for none.
func (t *table) head(marked int, mark string) string {
	r := t.row(false)
	r.head = true
	for i, c := range t.columns {
		title, paint := c.title, t.env.styles.List.Heading
		if safe.Width(title) > t.widths[i] && c.short != "" {
			title = c.short
		}
		if i == marked {
			title, paint = title+mark, t.env.styles.Text.Strong
		}
		r.cell(title, paint)
	}
	return r.String()
}

// column is the index of the column at x, -1 for none.
func (t *table) column(x int) int {
	at := 1
	for i := range t.ordered {
		w := t.widths[i]
		if w == 0 {
			continue
		}
		if x >= at && x < at+w {
			return i
		}
		at += w + t.gap
	}
	return -1
}

// fill makes exactly height lines of body, and cuts or fills each line to the width of the table.
func (t *table) fill(lines []string, height int) string {
	var b strings.Builder
	blank := strings.Repeat(" ", max(t.width, 0))
	for i := range height {
		if i > 0 {
			b.WriteByte('\n')
		}
		if i < len(lines) {
			b.WriteString(lines[i])
		} else {
			b.WriteString(blank)
		}
	}
	return b.String()
}

// note is a line that is no row.
func (t *table) note(text string, paint Paint) string {
	return t.pad(paint.Render(t.env.clip(text, t.width-2)))
}

// pad makes a painted line exactly as wide as the pane.
func (t *table) pad(painted string) string { return safe.Fit(" "+painted, t.width) }

// row begins a row. Its cells follow in the order of the columns.
func (t *table) row(chosen bool) *row {
	r := &row{table: t, chosen: chosen}
	r.b.Grow(4 * t.width)
	return r
}

// row builds a line cell by cell, each exactly as wide as its column.
type row struct {
	inOrder
	table  *table
	b      strings.Builder
	next   int // column
	cells  int // written
	chosen bool
	head   bool
}

// room is the width of the next cell, 0 when it isn't shown.
func (r *row) room() int { return r.table.widths[r.next] }

// cell adds a cell of clean text in one paint.
func (r *row) cell(text string, paint Paint) {
	width := r.room()
	if width == 0 {
		r.next++
		return
	}
	r.painted(paint.Render(r.table.env.fit(text, width, r.table.columns[r.next].right)))
}

// own adds a cell of our own text, all of whose characters are one cell wide: measuring it takes no tables.
func (r *row) own(text string, paint Paint) {
	width := r.room()
	missing := width - utf8.RuneCountInString(text)
	if width == 0 || missing < 0 {
		r.cell(text, paint)
		return
	}
	text = paint.Render(text)
	if r.table.columns[r.next].right {
		text = strings.Repeat(" ", missing) + text
	} else {
		text += strings.Repeat(" ", missing)
	}
	r.painted(text)
}

// match is [row.cell] with what the filter found painted in its own way.
func (r *row) match(text, filter string, paint Paint) {
	env, width := r.table.env, r.room()
	r.painted(env.highlight(env.fit(text, width, false), filter, paint))
}

// painted adds a cell that holds anything as wide as its column.
func (r *row) painted(cell string) {
	if r.table.order != nil && !r.placing {
		r.keep(cell)
		return
	}
	width := r.room()
	r.next++
	if width == 0 {
		return
	}
	marked := r.marked()
	if r.cells > 0 {
		gap := "  "[:r.table.gap]
		if marked {
			gap = gap[1:] + r.table.env.glyphs.Cursor
		}
		r.b.WriteString(gap)
		r.cells += r.table.gap
	}
	if marked && r.chosen && r.table.focused {
		cell = r.table.env.styles.List.Cursor.Render(safe.Plain(cell))
	}
	r.b.WriteString(cell)
	r.cells += width
}

// marked says whether the cell that was begun is the one that the cursor is on, or the title of its column.
func (r *row) marked() bool {
	return r.table.cell > 0 && r.table.cell == r.next-1 && (r.chosen || r.head)
}

// String is the whole line.
func (r *row) String() string {
	t := r.table
	r.place()
	gutter := " "
	if r.chosen {
		gutter = t.env.glyphs.Cursor
	}
	line := gutter + r.b.String() + strings.Repeat(" ", max(0, t.width-1-r.cells))
	switch {
	case t.width <= 0:
		return ""
	case r.chosen && t.focused:
		return t.env.styles.List.Selected.Over(line)
	case r.chosen:
		return t.env.styles.List.Marked.Over(line)
	}
	return line
}

// fit cuts or fills clean text to exactly width cells.
func (e *env) fit(text string, width int, right bool) string {
	text = e.clip(text, width)
	if right {
		return safe.PadLeft(text, width)
	}
	return safe.Pad(text, width)
}

// clip cuts clean text to at most width cells, and shows where.
func (e *env) clip(text string, width int) string {
	if len(text) <= width {
		return text // no text is wider than it is long
	}
	if width <= 0 {
		return ""
	}
	return ansi.Truncate(text, width, e.glyphs.Ellipsis)
}

// clean makes the beginning of a stranger's text harmless: enough to fill width cells.
func clean(text protocol.Text, width int) string { return safe.Text(beginning(text, width)) }

// beginning cuts off what surely is beyond the first width cells, so that texts of any length cost the same.
func beginning(text protocol.Text, width int) protocol.Text {
	const bytesPerCell = 16 // a letter and three marks
	most := bytesPerCell * (max(width, 0) + 1)
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// highlight paints clean text, and what matches the filter in its own way.
func (e *env) highlight(text, filter string, paint Paint) string {
	if filter == "" {
		return paint.Render(text)
	}
	var b strings.Builder
	for {
		i := indexFold(text, filter)
		if i < 0 {
			b.WriteString(paint.Render(text))
			return b.String()
		}
		b.WriteString(paint.Render(text[:i]))
		b.WriteString(e.styles.Text.Match.Render(text[i : i+len(filter)]))
		text = text[i+len(filter):]
	}
}

// indexFold is where sub begins in s, letter case ignored, -1 when it isn't there.
func indexFold(s, sub string) int {
	for i := 0; i+len(sub) <= len(s); i++ {
		if utf8.RuneStart(s[i]) && strings.EqualFold(s[i:i+len(sub)], sub) {
			return i
		}
	}
	return -1
}
