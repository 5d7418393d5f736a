package ui

import (
	"strconv"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/watch"
)

// foundIn says where the list's findings are from, and what it takes to tell their sessions apart.
type foundIn struct {
	span    bool // a range
	several bool // there are more than one
	alike   bool // and some have programs and numbers of processes in common, as where each runs in a container
}

// maxApp is how much of a program's name is told.
const maxApp = 24

// foundInThe looks through a report, of which a range is shown.
func foundInThe(r *watch.Report, span model.Span) (in foundIn) {
	in.span = !span.All()
	type program struct {
		app protocol.Text
		pid int64
	}
	first, sessions := uint64(0), map[program]uint64{}
	for _, row := range r.Rows {
		for i := range row.Findings {
			f := &row.Findings[i]
			if first == 0 {
				first = f.Session
			}
			who := program{f.App, f.PID}
			other, known := sessions[who]
			sessions[who] = f.Session
			in.several = in.several || f.Session != first
			in.alike = in.alike || known && other != f.Session
		}
	}
	return in
}

// columns are those of the list.
func (in foundIn) columns() (list []tableColumn) {
	for _, c := range watchColumns {
		if c.title != "session" || in.several {
			list = append(list, c)
		}
	}
	if in.span {
		list[0].title, list[0].short = list[0].title+" in the range", "in the range"
	}
	return list
}

// session names the session of a finding in so many cells: what tells it from others is never cut off.
func (p *watchersPane) session(f *watch.Finding, width int) string {
	number := strconv.FormatInt(f.PID, 10)
	if p.in.alike || f.PID == 0 {
		number = "#" + strconv.FormatUint(f.Session, 10)
	}
	room := width - len(number) - 1
	if room < 1 {
		return number
	}
	return p.env.clip(clean(f.App, room), room) + " " + number
}

// place is the session of a finding in full.
func (p *watchersPane) place(f *watch.Finding) string {
	in := "in " + p.env.clip(clean(f.App, maxApp), maxApp)
	if f.PID > 0 {
		in += " (" + strconv.FormatInt(f.PID, 10) + ")"
	}
	return in + ", session " + strconv.FormatUint(f.Session, 10)
}
