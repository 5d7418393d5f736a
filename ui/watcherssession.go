package ui

import (
	"strconv"

	"goapptrace/protocol"
	"goapptrace/watch"
)

// foundIn says what it takes to tell apart the sessions in which something was found.
type foundIn struct {
	several bool // there are more than one
	alike   bool // and some have programs and numbers of processes in common, as where each runs in a container
}

// maxApp is how much of a program's name is told.
const maxApp = 24

// foundInThe looks through a report.
func foundInThe(r *watch.Report) (in foundIn) {
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
