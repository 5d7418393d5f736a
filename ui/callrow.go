package ui

import (
	"strings"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/chart"
	"goapptrace/ui/safe"
)

func (p *callsPane) draw(i int) string {
	row, text := p.list.rows[i], p.env.styles.Text
	r := p.table.row(p.chosen(row))
	r.own(formatClock(row.Start, r.room()), text.Time)
	r.own(goroutineName(row.G), text.Goroutines[row.G%uint64(len(text.Goroutines))])
	r.painted(p.name(i, r.room()))
	r.painted(p.env.lasted(row, r.room(), p.at.now))
	r.own(p.bar(row, r.room()), p.env.callPaint(row))
	return r.String()
}

// lasted is a call's duration and how it ended, in width cells.
func (e *env) lasted(row model.CallRow, width int, now time.Time) string {
	if width < 2 {
		return strings.Repeat(" ", max(0, width))
	}
	mark, paint := e.endMark(row, now)
	return e.callPaint(row).Render(e.fit(formatDuration(row.Duration, e.glyphs), width-2, true)) + " " + paint.Render(mark)
}

// bar shows the duration beside that of the longest finished call in view; an open one may yet be longer.
func (p *callsPane) bar(row model.CallRow, width int) string {
	switch {
	case width == 0:
		return ""
	case row.End == model.EndOpen:
		return strings.Repeat(p.env.glyphs.Shade, width)
	case p.longest == 0:
		return ""
	}
	return chart.Bar(float64(row.Duration)/float64(p.longest), width, p.env.glyphs.ASCII)
}

// name is the name of the call at index i, indented by its depth, and what else there is to tell, in width cells.
func (p *callsPane) name(i, width int) string {
	mark := " "
	if p.entered(i) {
		mark = p.env.glyphs.Unfolded
	}
	row := p.list.rows[i]
	return p.nameOf(row, row.Depth, p.margin.depth, mark, width)
}

// nameOf is a call's name behind a mark, indented by so many levels, of which those of the margin are left out.
func (p *callsPane) nameOf(row model.CallRow, level, margin int, mark string, width int) string {
	text := p.env.styles.Text
	before := p.env.clip(p.env.indent(level, margin, width)+mark+" ", width)
	rest := width - safe.Width(before)
	name := p.env.clip(clean(shortName(row.Name), rest), rest)
	rest -= safe.Width(name)
	about, taken := p.about(row, rest)
	return text.Dim.Render(before) + p.env.highlight(name, p.needle(), p.env.namePaint(row.End)) + about +
		strings.Repeat(" ", max(0, rest-taken))
}

func (e *env) namePaint(end model.CallEnd) Paint {
	text := e.styles.Text
	switch end {
	case model.EndPanic:
		return text.Bad
	case model.EndError:
		return text.Warn
	case model.EndUnknown:
		return text.Dim
	}
	return text.Name
}

// entered says whether the call at index i has a deeper one of its goroutine next on the screen.
func (p *callsPane) entered(i int) bool {
	row := p.list.rows[i]
	for _, next := range p.list.rows[i+1:] {
		if next.G == row.G {
			return next.Depth > row.Depth
		}
	}
	return false
}

// about is what the tracee told of a call, as far as there is room behind its name: first of all what the call is for,
// then its error, then its arguments and results.
func (p *callsPane) about(row model.CallRow, room int) (painted string, taken int) {
	const least = 6 // cells that are worth beginning a text in
	text := p.env.styles.Text
	part := func(before string, t protocol.Text, after string, paint Paint) string {
		rest := room - taken - safe.Width(before+after)
		if t == "" || rest < least {
			return ""
		}
		s := before + p.env.clip(clean(oneLineOf(t), rest), rest) + after
		taken += safe.Width(s)
		return paint.Render(s)
	}
	span := ""
	if !strings.HasSuffix(string(row.Name), "."+string(row.Span)) { // as the function of a test does
		span = part("  ", row.Span, "", text.Type)
	}
	failed := part("  "+p.env.glyphs.Error+" ", row.Err, "", text.Warn)
	args := part("(", argsOf(row.Name, row.Args), ")", text.Dim)
	results := ""
	if row.Err == "" {
		results = part(" "+p.env.glyphs.Out+" ", row.Results, "", text.Dim)
	}
	return args + results + span + failed, taken
}

// oneLineOf joins the lines of a text, of which errors that wrap several have more than one.
func oneLineOf(t protocol.Text) protocol.Text {
	return protocol.Text(strings.ReplaceAll(strings.TrimSuffix(string(t), "\n"), "\n", "; "))
}

// endMark tells how a call ended; that of an open one moves. A call that returned while events were lost has a mark, too:
// calls that it made may be missing.
func (e *env) endMark(row model.CallRow, now time.Time) (mark string, paint Paint) {
	text := e.styles.Text
	switch {
	case row.End == model.EndOpen:
		const turn = 150 * time.Millisecond
		return e.glyphs.Spin[int(now.UnixMilli()/turn.Milliseconds()%int64(len(e.glyphs.Spin)))], text.Number
	case row.End == model.EndPanic:
		return e.glyphs.Panic, text.Bad
	case row.End == model.EndError:
		return e.glyphs.Error, text.Warn
	case row.End == model.EndUnknown:
		return e.glyphs.Unknown, text.Dim
	case row.Touched:
		return e.glyphs.Touched, text.Bad
	}
	return " ", text.Plain
}

// callPaint is the paint of a call's duration.
func (e *env) callPaint(row model.CallRow) Paint {
	if row.End == model.EndOpen {
		return e.styles.Text.Number
	}
	return e.magnitude(row.Duration)
}

// magnitude is the paint of a duration: the longer, the warmer.
func (e *env) magnitude(d time.Duration) Paint {
	text := e.styles.Text
	switch {
	case d < 10*time.Microsecond:
		return text.Dim
	case d < time.Millisecond:
		return text.Type
	case d < 100*time.Millisecond:
		return text.Good
	case d < 10*time.Second:
		return text.Warn
	}
	return text.Bad
}
