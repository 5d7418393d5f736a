package ui

import (
	"strings"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/chart"
	"goapptrace/ui/safe"
)

func (p *functionsPane) draw(row model.FuncRow) string {
	text := p.env.styles.Text
	r := p.table.row(row.ID == p.list.cursor)
	r.painted(p.name(row, r.room()))
	r.own(formatCount(row.Calls), text.Plain)
	r.own(formatRate(row.CallsPerSecond), text.Number)
	r.own(formatTrend(row.Trend, r.room(), p.env.glyphs.ASCII), text.Number)
	p.sum(r, row, row.Total, text.Plain)
	p.self(r, row)
	p.sum(r, row, row.Mean, p.env.magnitude(row.Mean))
	for _, d := range []time.Duration{row.P50, row.P90, row.P99} {
		p.percentile(r, row, d)
	}
	p.sum(r, row, row.Max, p.env.magnitude(row.Max))
	r.own(p.failures(row))
	r.own(p.mode(row))
	r.own(p.lost(row))
	r.own(p.bar(row, r.room()), p.env.styles.List.Bar)
	return r.String()
}

// percentile adds a cell with a time that is known of streamed calls only, with a mark when there are others.
func (p *functionsPane) percentile(r *row, of model.FuncRow, d time.Duration) {
	if of.Timed == 0 {
		r.own("–", p.env.styles.Text.Dim)
		return
	}
	text := formatDuration(d, p.env.glyphs)
	for _, mark := range p.env.percentileMarks(&of) {
		if safe.Width(text) < r.room() {
			text = mark + text
		}
	}
	r.own(text, p.env.magnitude(d))
}

// percentileMarks are those of percentiles that are not of all calls: of single ones that were forgotten nobody knows how long
// they took, nor of counted ones.
func (e *env) percentileMarks(of *model.FuncRow) (marks []string) {
	if of.Untimed > 0 {
		marks = append(marks, e.glyphs.Touched)
	}
	if of.Counted > 0 {
		marks = append(marks, e.glyphs.Counted)
	}
	return marks
}

// lost is how many events of the function were lost.
func (p *functionsPane) lost(row model.FuncRow) (text string, paint Paint) {
	if row.Lost > 0 {
		text = formatCount(row.Lost) + p.env.glyphs.Loss
	}
	return text, p.env.styles.Text.Bad
}

// failures is how many calls returned an error, and how many were left by a panic.
func (p *functionsPane) failures(row model.FuncRow) (text string, paint Paint) {
	paint = p.env.styles.Text.Warn
	if row.Errors > 0 {
		text = formatCount(row.Errors) + p.env.glyphs.Error
	}
	if row.Panics > 0 {
		paint = p.env.styles.Text.Bad
		text = strings.TrimLeft(text+" ", " ") + formatCount(row.Panics) + p.env.glyphs.Panic
	}
	return text, paint
}

// mode is how a function is traced.
func (p *functionsPane) mode(row model.FuncRow) (text string, paint Paint) {
	switch row.Mode {
	case protocol.FuncCount:
		return "count", p.env.styles.Text.Type
	case protocol.FuncOff:
		return "off", p.env.styles.Text.Strong
	case protocol.FuncHeld:
		return "auto", p.env.styles.Text.Warn
	}
	return "full", p.env.styles.Text.Dim
}

// sum adds a cell with a time of finished calls, of which there may be none yet.
func (p *functionsPane) sum(r *row, of model.FuncRow, d time.Duration, paint Paint) {
	if of.Calls == of.Open {
		r.own("–", p.env.styles.Text.Dim)
		return
	}
	r.own(formatDuration(d, p.env.glyphs), paint)
}

// self adds the cell with the self time, which counted calls have no part in, and which is too large by the time of calls
// that were lost.
func (p *functionsPane) self(r *row, of model.FuncRow) {
	if of.Counted > 0 && of.Counted+of.Open == of.Calls {
		r.own("–", p.env.styles.Text.Dim)
		return
	}
	if of.Touched > 0 {
		r.own(p.env.glyphs.Touched+formatDuration(of.Self, p.env.glyphs), p.env.styles.Text.Plain)
		return
	}
	p.sum(r, of, of.Self, p.env.styles.Text.Plain)
}

// name is a function's name with the marks of loss and of counting behind it.
func (p *functionsPane) name(row model.FuncRow, width int) string {
	const least = 8
	text, lost, counted := p.env.styles.Text, "", ""
	if row.Lost > 0 && width > least {
		lost = " " + p.env.glyphs.Loss
	}
	if row.Counted+row.Unseen > 0 && width > least {
		counted = " " + p.env.glyphs.Counted
	}
	rest := width - safe.Width(lost+counted)
	name := p.env.clip(clean(shortName(row.Name), rest), rest)
	return p.env.highlight(name, p.needle(), text.Name) + strings.Repeat(" ", max(0, rest-safe.Width(name))) +
		text.Bad.Render(lost) + text.Type.Render(counted)
}

func (p *functionsPane) bar(row model.FuncRow, width int) string {
	if p.busiest == 0 {
		return ""
	}
	return chart.Bar(float64(row.Total)/float64(p.busiest), width, p.env.glyphs.ASCII)
}
