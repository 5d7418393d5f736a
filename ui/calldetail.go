package ui

import (
	"strconv"
	"strings"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// callDetail is what is known of one call, and through which calls it came about.
type callDetail struct {
	*sheet
	session *model.Session
	row     model.CallRow
	callers []model.CallRow // the innermost first
	whole   bool            // the callers reach to the goroutine's first call
}

func newCallDetail(e *env, s *model.Session, row model.CallRow) pane {
	d := &callDetail{session: s, row: row}
	d.sheet = newSheet(e, "Call "+formatGrouped(row.Seq), d.write)
	d.callers, d.whole = findCallers(s.Calls, row)
	return d
}

// findCallers goes back through the log from a call to those that it was made in. It gives up after some ten thousand
// calls, so that a busy log doesn't keep the screen waiting.
func findCallers(calls func(model.CallQuery) model.CallPage, row model.CallRow) (callers []model.CallRow, whole bool) {
	const page, pages = 512, 24
	depth, anchor := row.Depth, row.Seq
	for range pages {
		if depth == 0 || anchor <= 1 {
			break
		}
		rows := calls(model.CallQuery{Anchor: anchor, Before: page}).Rows
		for i := len(rows) - 1; i >= 0 && depth > 0; i-- {
			if rows[i].G == row.G && rows[i].Depth < depth {
				callers = append(callers, rows[i])
				depth = rows[i].Depth
			}
		}
		if len(rows) < page {
			break
		}
		anchor = rows[0].Seq
	}
	return callers, depth == 0
}

func (d *callDetail) write(width int, at moment) []string {
	if row, ok := d.session.Call(d.row.Seq, at.now); ok {
		d.row = row
	}
	for i, caller := range d.callers {
		if row, ok := d.session.Call(caller.Seq, at.now); ok {
			d.callers[i] = row
		}
	}
	lines := d.env.entries(d.facts(), width)
	if len(d.callers) == 0 {
		return lines
	}
	lines = append(lines, "", d.env.styles.List.Heading.Render("called by"))
	for _, caller := range d.callers {
		lines = append(lines, d.line(caller, width))
	}
	if !d.whole {
		lines = append(lines, d.env.styles.Text.Dim.Render(d.env.glyphs.Ellipsis+" earlier ones are too far back, or no longer kept"))
	}
	return lines
}

func (d *callDetail) facts() []entry {
	row, text := d.row, d.env.styles.Text
	facts := []entry{
		{"function", safe.Text(row.Name), text.Strong},
		{"source", safe.String(place(row.File, row.Line)), text.Plain},
		{"goroutine", goroutineName(row.G) + ", depth " + strconv.Itoa(row.Depth), text.Plain},
		{"start", row.Start.Format("2006-01-02 15:04:05.000000000"), text.Plain},
		{"duration", formatDuration(row.Duration, d.env.glyphs), d.env.callPaint(row)},
		{"end", endText(row.End), text.Plain},
	}
	if len(d.callers) > 0 {
		if share := callerShare(row, d.callers[0]); share != "" {
			facts = append(facts, entry{"share", share, text.Plain})
		}
	}
	return facts
}

// callerShare is how much of its caller's time a call took.
func callerShare(row, caller model.CallRow) string {
	if row.Depth != caller.Depth+1 || caller.Duration <= 0 {
		return ""
	}
	share := min(1, float64(row.Duration)/float64(caller.Duration))
	return strconv.FormatFloat(100*share, 'f', 1, 64) + "% of its caller's time"
}

func endText(end model.CallEnd) string {
	switch end {
	case model.EndOpen:
		return "running"
	case model.EndReturn:
		return "returned"
	case model.EndPanic:
		return "left by a panic or runtime.Goexit"
	}
	return "unknown: its end was lost, or the session ended before it"
}

// line is a caller with its duration.
func (d *callDetail) line(row model.CallRow, width int) string {
	name := max(1, width-durationWidth-4)
	return d.env.fit(clean(row.Name, name), name, false) + "  " +
		d.env.callPaint(row).Render(safe.PadLeft(formatDuration(row.Duration, d.env.glyphs), durationWidth)+" "+d.env.endMark(row.End, time.Time{}))
}

func (d *callDetail) copyText() string {
	var b strings.Builder
	for _, row := range append([]model.CallRow{d.row}, d.callers...) {
		b.WriteString(string(row.Name + "\n\t" + protocol.Text(place(row.File, row.Line)) + "\n"))
	}
	return b.String()
}

func (d *callDetail) location() (file string, line int) { return string(d.row.File), int(d.row.Line) }
