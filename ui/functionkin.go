package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/ui/chart"
	"goapptrace/ui/safe"
)

// mostKin is how many callers, and callees, are listed.
const mostKin = 12

// relatives adds what calls the function, and what it calls.
func (d *functionDetail) relatives() {
	p := &d.study.picture
	if len(p.Callers) > 0 {
		d.heading("called by, with the share of its time", "")
		d.kin(p.Callers)
	}
	if len(p.Callees) > 0 {
		d.heading("calls, with the share of its time", "")
		d.kin(p.Callees)
		if whole := float64(p.Self); p.Self > 0 {
			for _, k := range p.Callees {
				whole += float64(k.Time)
			}
			self := model.FuncKin{Kind: model.KinNone, Time: p.Self, Share: float64(p.Self) / whole}
			d.add(d.kinLine("itself", d.env.styles.Text.Dim, self))
		}
	}
}

func (d *functionDetail) kin(list []model.FuncKin) {
	text := d.env.styles.Text
	for _, k := range list[:min(len(list), mostKin)] {
		switch k.Kind {
		case model.KinNone:
			d.add(d.kinLine("goroutines that begin with it", text.Dim, k))
		case model.KinLost:
			d.add(d.kinLine("calls that are no longer retained", text.Dim, k))
		default:
			d.items = append(d.items, detailItem{line: len(d.lines), does: "that function", name: k.Name, open: func() tea.Cmd {
				next := newFunctionDetail(d.env, d.session, k.ID, d)
				return func() tea.Msg { return openMsg{next} }
			}})
			d.add(d.kinLine(clean(shortName(k.Name), d.room()), text.Name, k))
		}
	}
	if more := len(list) - mostKin; more > 0 {
		d.add(text.Dim.Render("and " + countOf(uint64(more), "others")))
	}
}

// kinLine is a function's name, its share of the time with a bar, its time and its calls.
func (d *functionDetail) kinLine(name string, paint Paint, k model.FuncKin) string {
	const share, calls, most = 8, 12, 120 // beyond that the name is too far away from its figures
	width := min(d.room(), most)
	bar := min(24, max(width/6, 6))
	room := max(width-bar-share-durationWidth-calls-6, 8)
	count := ""
	if k.Calls > 0 {
		count = countOf(k.Calls, "calls")
	}
	return paint.Render(d.env.fit(name, room, false)) + "  " +
		d.env.styles.List.Bar.Render(safe.Pad(chart.Bar(k.Share, bar, d.env.glyphs.ASCII), bar)) +
		fmt.Sprintf("%*s  %*s  ", share, percent(k.Share), durationWidth, formatDuration(k.Time, d.env.glyphs)) +
		d.env.styles.Text.Dim.Render(safe.PadLeft(count, calls))
}

// slowestCalls adds those that took longest.
func (d *functionDetail) slowestCalls() {
	slowest := d.study.picture.Slowest
	if len(slowest) == 0 {
		return
	}
	d.heading("the slowest calls", "")
	for _, call := range slowest {
		d.items = append(d.items, detailItem{line: len(d.lines), does: "that call", name: call.Name, open: func() tea.Cmd {
			return func() tea.Msg { return showCallMsg{call.Seq} }
		}})
		d.add(d.slowLine(call, slowest[0]))
	}
}

// slowLine is a call's duration beside the longest one's, when it began, on which goroutine, and what is known of it.
func (d *functionDetail) slowLine(call, longest model.CallRow) string {
	const clock = len("15:04:05.000")
	text := d.env.styles.Text
	bar := min(24, max(d.room()/6, 6))
	line := d.env.lasted(call, durationWidth+2, d.at.now) + "  " +
		d.env.styles.List.Bar.Render(safe.Pad(chart.Bar(float64(call.Duration)/float64(max(longest.Duration, 1)), bar, d.env.glyphs.ASCII), bar)) +
		"  " + text.Time.Render(formatClock(call.Start, clock)) + "  " + safe.Pad(goroutineName(call.G), 6)
	var told []string
	if call.Args != "" {
		told = append(told, clean(call.Args, d.room()))
	}
	if call.Err != "" {
		told = append(told, text.Warn.Render(clean(call.Err, d.room())))
	}
	if left := d.room() - safe.Width(line) - 2; left > 4 && len(told) > 0 {
		line += "  " + safe.Clip(strings.Join(told, d.env.dot()), left)
	}
	return line
}
