package ui

import (
	"fmt"
	"strings"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/chart"
	"goapptrace/ui/safe"
)

// facts adds the figures of all calls, as the table has them.
func (d *functionDetail) facts() {
	text, row, g := d.env.styles.Text, d.row, d.env.glyphs
	d.add(text.Strong.Render(d.env.clip(clean(row.Name, d.room()), d.room())))
	if row.File != "" {
		d.add(text.Dim.Render(safe.ClipLeft(safe.String(place(row.File, row.Line)), d.room())))
	}
	d.flow(
		countOf(row.Calls, "calls"), text.Number.Render(formatRate(row.CallsPerSecond)+" "+formatTrend(row.Trend, model.TrendLen, g.ASCII)),
		"total "+d.figure(row.Total), "self "+d.self(), d.failed(), d.traced(), d.env.lossNote(row.Lost),
	)
	percentiles := "p50 " + d.percentile(row.P50) + "  p90 " + d.percentile(row.P90) + "  p99 " + d.percentile(row.P99)
	d.flow("mean "+d.figure(row.Mean), percentiles, "max "+d.figure(row.Max), d.untimed(), d.counted())
}

// flow adds facts beside each other, as many to a line as there is room for.
func (d *functionDetail) flow(facts ...string) {
	line := ""
	for _, fact := range facts {
		switch {
		case fact == "":
		case line == "":
			line = fact
		case safe.Width(line)+3+safe.Width(fact) > d.room():
			d.add(line)
			line = fact
		default:
			line += d.env.dot() + fact
		}
	}
	d.add(line)
}

// figure is a time of finished calls.
func (d *functionDetail) figure(t time.Duration) string {
	if d.row.Calls == d.row.Open {
		return "–"
	}
	return formatDuration(t, d.env.glyphs)
}

// streamed is a time that is known of streamed calls only.
func (d *functionDetail) streamed(t time.Duration) string {
	if d.row.Calls == d.row.Open+d.row.Counted {
		return "–"
	}
	return formatDuration(t, d.env.glyphs)
}

// percentile is a time of the calls that percentiles are of.
func (d *functionDetail) percentile(t time.Duration) string {
	if d.row.Timed == 0 {
		return "–"
	}
	return formatDuration(t, d.env.glyphs)
}

// untimed says that percentiles don't know all calls.
func (d *functionDetail) untimed() string {
	if d.row.Untimed == 0 {
		return ""
	}
	return d.env.glyphs.Touched + " percentiles of the latest " + countOf(d.row.Timed, "calls")
}

func (d *functionDetail) self() string {
	if d.row.Touched > 0 {
		return d.env.glyphs.Touched + d.streamed(d.row.Self)
	}
	return d.streamed(d.row.Self)
}

// failed counts the calls that failed.
func (d *functionDetail) failed() string {
	text, facts := d.env.styles.Text, ""
	if n := d.row.Errors; n > 0 {
		facts = text.Warn.Render(countOf(n, "errors"))
	}
	if n := d.row.Panics; n > 0 {
		facts = strings.TrimPrefix(facts+", ", ", ") + text.Bad.Render(countOf(n, "panics"))
	}
	return facts
}

// traced says how the function is traced, unless that is as usual.
func (d *functionDetail) traced() string {
	switch d.row.Mode {
	case protocol.FuncCount:
		return d.env.styles.Text.Type.Render("counted, not streamed (t)")
	case protocol.FuncHeld:
		return d.env.styles.Text.Warn.Render("counted while too hot (t)")
	case protocol.FuncOff:
		return d.env.styles.Text.Strong.Render("not traced (t)")
	}
	return ""
}

// counted says what counted calls have no part in.
func (d *functionDetail) counted() string {
	if d.row.Counted == 0 {
		return ""
	}
	note := " " + formatCount(d.row.Counted) + " counted: without self time, percentiles and all that follows"
	return d.env.styles.Text.Type.Render(d.env.glyphs.Counted) + d.env.styles.Text.Dim.Render(note)
}

// of says which calls what follows is of.
func (d *functionDetail) of() string {
	text, p := d.env.styles.Text, &d.study.picture
	parts := []string{text.Dim.Render("of the " + countOf(d.looked(), "calls") + " retained")}
	if !d.study.span.All() {
		parts[0] = text.Type.Render("of " + countOf(d.looked(), "calls") + " of the range")
	}
	if p.Older {
		parts = append(parts, text.Dim.Render("older ones are no longer kept"))
	}
	if progress := d.study.progress(); progress != "" {
		parts = append(parts, text.Warn.Render(progress))
	}
	return strings.Join(parts, text.Dim.Render(", "))
}

// looked is how many calls the picture is of.
func (d *functionDetail) looked() uint64 {
	p := &d.study.picture
	return p.Returned + p.Errors + p.Panics + p.Unknown + p.Open
}

// ways adds how the calls ended.
func (d *functionDetail) ways() {
	const label, bar = 10, 24
	text, p, g := d.env.styles.Text, &d.study.picture, d.env.glyphs
	all := d.looked()
	if all == 0 {
		return
	}
	d.heading("how they ended", "")
	for _, way := range []struct {
		name  string
		n     uint64
		paint Paint
	}{
		{"returned", p.Returned, text.Good},
		{g.Error + " error", p.Errors, text.Warn},
		{g.Panic + " panic", p.Panics, text.Bad},
		{g.Unknown + " lost", p.Unknown, text.Dim},
		{"open", p.Open, text.Number},
	} {
		if way.n == 0 {
			continue
		}
		share := float64(way.n) / float64(all)
		width := min(bar, max(d.room()-label-20, 0))
		d.add(way.paint.Render(safe.Pad(way.name, label)) + safe.PadLeft(formatCount(way.n), countWidth) +
			fmt.Sprintf("%8s  ", percent(share)) + way.paint.Render(chart.Bar(share, width, g.ASCII)))
	}
}
