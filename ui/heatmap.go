package ui

import (
	"strings"
	"time"

	"goapptrace/model"
	"goapptrace/ui/chart"
	"goapptrace/ui/safe"
)

// The chart of a function: durations upwards, how many calls took so long as bars at the left, and when as a heat map at
// the right. Each line has two bins of durations in the map where halves of cells can be told apart.
type latencyChart struct {
	env    *env
	p      *model.FuncPicture
	row    model.FuncRow
	scale  chart.Scale
	lines  int
	halves int // bins of a line: 2, or 1
	bars   int // widths in cells
	heat   int
	per    int // columns of the picture in one of the map
	wide   int // cells of one
}

const (
	latencyLabel = durationWidth + 1
	latencyMarks = 8 // " p50 p90"
)

// chart adds the chart of durations.
func (d *functionDetail) chart() {
	d.heading("how long calls took, and when", d.of())
	p := &d.study.picture
	if p.Took.Count() == 0 {
		d.add(d.env.styles.Text.Dim.Render("no call to show is over"))
		return
	}
	c := &latencyChart{env: d.env, p: p, row: d.row, lines: min(max(d.height/3, 6), 16), halves: 1}
	if d.env.styles.Heat.Filled && !d.env.glyphs.ASCII {
		c.halves = 2
	}
	c.arrange(d.room())
	d.add(c.draw()...)
}

// arrange shares out the width. A third is for the bars.
func (c *latencyChart) arrange(width int) {
	const leastHeat = 16
	rest := width - latencyLabel - latencyMarks - 2
	c.bars = min(max(rest/3, 8), 40)
	if c.heat = rest - c.bars; c.heat < leastHeat {
		c.bars, c.heat = max(rest, 4), 0
	}
	n := max(len(c.p.Columns), 1)
	c.per, c.wide = 1, 1
	if c.heat > 0 {
		c.per = (n + c.heat - 1) / c.heat
		c.wide = max(c.heat/n, 1)
	}
	var from, to int64
	for b := range c.p.Took.Buckets() {
		if to == 0 {
			from = b.From
		}
		to = b.To + 1
	}
	const least = 1.1 // a bin is wider than a bucket of the histogram
	c.scale = chart.NewScale(float64(from), float64(to), c.lines*c.halves, least)
}

// middle is where a bucket lies on the scale.
func (c *latencyChart) bin(b model.Bucket) int { return c.scale.Bin(float64(b.From+b.To) / 2) }

// draw makes the lines, the longest durations on top, and the axis of time.
func (c *latencyChart) draw() []string {
	text := c.env.styles.Text
	counts, shades := c.counts(), c.shades()
	most := 1.0
	for _, n := range counts {
		most = max(most, n)
	}
	var lines []string
	for line := c.lines - 1; line >= 0; line-- {
		label := formatDuration(time.Duration(c.scale.At(line*c.halves)), c.env.glyphs)
		lines = append(lines, text.Dim.Render(safe.PadLeft(label, durationWidth))+" "+
			c.env.styles.List.Bar.Render(safe.Pad(chart.Bar(counts[line]/most, c.bars, c.env.glyphs.ASCII), c.bars))+
			text.Strong.Render(safe.Pad(c.marks(line), latencyMarks))+" "+c.heatLine(shades, line))
	}
	return append(lines, c.axis(most))
}

// counts is how many calls belong to each line.
func (c *latencyChart) counts() []float64 {
	counts := make([]float64, c.lines)
	for b := range c.p.Took.Buckets() {
		counts[c.bin(b)/c.halves] += float64(b.Count)
	}
	return counts
}

// shades are those of the map, by bin and column.
func (c *latencyChart) shades() [][]int {
	if c.heat == 0 {
		return nil
	}
	counts := make([][]float64, c.scale.Bins)
	for i := range counts {
		counts[i] = make([]float64, (len(c.p.Columns)+c.per-1)/c.per)
	}
	for i := range c.p.Columns {
		for b := range c.p.Columns[i].Buckets() {
			counts[c.bin(b)][i/c.per] += float64(b.Count)
		}
	}
	most := heatShades
	if !c.env.styles.Heat.Filled || c.env.glyphs.ASCII {
		most = chart.MostShade
	}
	return chart.Shades(counts, most)
}

// heatLine is a line of the map.
func (c *latencyChart) heatLine(shades [][]int, line int) string {
	if len(shades) == 0 {
		return ""
	}
	var b strings.Builder
	for x, lower := range shades[line*c.halves] {
		if c.halves == 1 {
			b.WriteString(c.env.styles.List.Bar.Render(strings.Repeat(chart.Shade(lower, c.env.glyphs.ASCII), c.wide)))
			continue
		}
		upper := shades[line*c.halves+1][x]
		cell := strings.Repeat(chart.Halves(upper > 0, lower > 0), c.wide)
		b.WriteString(c.env.styles.Heat.Halves[upper][lower].Render(cell))
	}
	return b.String()
}

// marks names the percentiles that lie in a line.
func (c *latencyChart) marks(line int) string {
	var names []string
	count := c.p.Took.Count()
	for _, p := range []struct {
		name  string
		share float64
	}{{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}} {
		at := c.p.Took.Quantile(p.share, c.p.Longest.Nanoseconds())
		if count > 0 && c.scale.Bin(float64(at))/c.halves == line {
			names = append(names, p.name)
		}
	}
	if len(names) > 2 {
		names = []string{names[0], names[2][1:]}
		return " " + strings.Join(names, "-")
	}
	if len(names) == 0 {
		return ""
	}
	return " " + strings.Join(names, " ")
}

// axis tells how many calls the longest bar stands for, and from when to when the map goes.
func (c *latencyChart) axis(most float64) string {
	const clock = len("15:04:05.000")
	text := c.env.styles.Text
	bars := safe.Pad(c.env.clip("up to "+countOf(uint64(most), "calls"), c.bars+latencyMarks), c.bars+latencyMarks)
	line := strings.Repeat(" ", latencyLabel) + bars + " "
	if c.heat == 0 {
		return text.Dim.Render(line)
	}
	cells := (len(c.p.Columns) + c.per - 1) / c.per * c.wide
	from, to := formatClock(c.p.From, clock), formatClock(c.p.From.Add(time.Duration(len(c.p.Columns))*c.p.Unit), clock)
	if cells < len(from)+len(to)+2 {
		return text.Dim.Render(line + from)
	}
	return text.Dim.Render(line + from + strings.Repeat(" ", cells-len(from)-len(to)) + to)
}
