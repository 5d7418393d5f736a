package ui

import (
	"strconv"
	"strings"
	"time"

	"goapptrace/model"
	"goapptrace/ui/safe"
)

// ticksEvery is how many columns lie between two ticks.
const ticksEvery = 10

// axis is the times above the ticks: the first one in full, and how much later the others are; all in full where a second
// or more lies between them.
func (p *timelinePane) axis(w model.TimelineWindow) string {
	var b strings.Builder
	interval := time.Duration(ticksEvery * w.Width)
	end, origin := 0, time.Time{}
	for i := range w.Columns {
		column := w.First + int64(i)
		if column%ticksEvery != 0 || i < end {
			continue
		}
		at := w.At(column)
		label := timelineClock(at, interval)
		switch {
		case interval >= 6*time.Hour:
			label = at.Format("Jan 2 15h")
		case origin.IsZero():
			origin = at
		case interval < time.Second:
			label = timelineOffset(at.Sub(origin), interval, p.env.glyphs)
		}
		if i+len(label) > w.Columns && end > 0 {
			break
		}
		b.WriteString(strings.Repeat(" ", i-max(end-1, 0)) + label)
		end = i + safe.Width(label) + 1
	}
	return p.env.styles.Text.Dim.Render(p.env.clip(b.String(), w.Columns))
}

// timelineOffset is how much later a tick is, in units in which that is a whole number.
func timelineOffset(d, interval time.Duration, g *Glyphs) string {
	unit, name := time.Nanosecond, "ns"
	switch {
	case interval >= time.Millisecond:
		unit, name = time.Millisecond, "ms"
	case interval >= time.Microsecond:
		unit, name = time.Microsecond, g.Micro
	}
	return "+" + strconv.FormatInt(int64(d/unit), 10) + " " + name
}

// lane is the line of ticks with what concerns the whole program: losses, what it printed, the range and the cursor.
func (p *timelinePane) lane(w model.TimelineWindow) string {
	var b strings.Builder
	text, g := p.env.styles.Text, timelineGlyphsOf(p.env.glyphs)
	marked, oldest := p.marked(), w.Column(p.extent.From)
	cursor := w.Column(p.cursor.at)
	for i := range w.Columns {
		column := w.First + int64(i)
		m := p.mark(column)
		switch from, to := w.At(column), w.At(column+1); {
		case column == cursor:
			b.WriteString(text.Strong.Render(p.env.glyphs.Unfolded))
		case m != nil && m.Gap():
			b.WriteString(text.Bad.Render(p.env.glyphs.Loss))
		case m != nil && m.Logs > 0:
			b.WriteString(text.Type.Render(g.log))
		case !marked.All() && from.Before(marked.To) && marked.From.Before(to):
			b.WriteString(p.env.styles.Footer.Prompt.Render(g.marked))
		case column < oldest && p.picture.Older > 0:
			b.WriteString(text.Dim.Render(p.env.glyphs.Shade))
		case column%ticksEvery == 0:
			b.WriteString(text.Dim.Render(g.tick))
		default:
			b.WriteString(text.Dim.Render(g.base))
		}
	}
	return b.String()
}

// mark is what happened in a column, nil when that isn't known.
func (p *timelinePane) mark(column int64) *model.TimelineMark {
	i := column - p.picture.Window.First
	if p.shown().Width != p.picture.Window.Width || i < 0 || i >= int64(len(p.picture.Marks)) {
		return nil
	}
	return &p.picture.Marks[i]
}

// timelineGlyphs are what a timeline is drawn with beside the bars.
type timelineGlyphs struct {
	tick, base, marked string    // of the axis
	log, gap, goes     string    // a line of output, an empty cell in a gap, a call that goes on
	dense              [3]string // cells of many calls, by the share of the time that these take
	line, filler       string    // where a bar begins, and goes on without colours
}

func timelineGlyphsOf(g *Glyphs) *timelineGlyphs {
	if g.ASCII {
		return &timelineGlyphs{"'", " ", "=", "o", ":", ">", [3]string{".", "%", "#"}, "|", "-"}
	}
	return &timelineGlyphs{"╵", " ", "━", "•", "┊", "»", [3]string{"░", "▒", "▓"}, "▏", "─"}
}
