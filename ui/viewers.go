package ui

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/ui/safe"
)

// longestViewer is how much of a viewer's name is shown, in cells.
const longestViewer = 24

// meetCompany begins to listen to what viewers do, from now on.
func (r *root) meetCompany() {
	r.keys.Viewers.SetEnabled(r.config.Company != nil)
	if r.config.ReadOnly != "" { // pressed all the same, they say why not
		r.keys.Shutdown.SetHelp("", "")
		r.keys.Cut.SetHelp("", "")
	}
	if deeds := r.deeds(); len(deeds) > 0 {
		r.heard = deeds[len(deeds)-1].ID
	}
}

func (r *root) deeds() []Deed {
	if r.config.Company == nil {
		return nil
	}
	return r.config.Company.Deeds()
}

// companyChanged is closed when there are other viewers, or deeds.
func (r *root) companyChanged() <-chan struct{} {
	if r.config.Company == nil {
		return nil
	}
	return r.config.Company.Changed()
}

// readOnly says whether the viewer may do nothing to sessions, and tells him.
func (r *root) readOnly() bool {
	if r.config.ReadOnly != "" {
		r.notice = noticeMsg{text: safe.String(r.config.ReadOnly), bad: true}
	}
	return r.config.ReadOnly != ""
}

// hearDeeds tells what other viewers have done, the latest if it was more.
func (r *root) hearDeeds() {
	deeds := r.deeds()
	if len(deeds) == 0 {
		return
	}
	for _, d := range slices.Backward(deeds) {
		if d.ID <= r.heard {
			break
		}
		if d.Viewer != r.config.Self {
			r.notice = noticeMsg{text: r.deedText(d) + ", " + formatClock(d.At, len("15:04:05"))}
			break
		}
	}
	r.heard = deeds[len(deeds)-1].ID
}

// deedText says who did what.
func (r *root) deedText(d Deed) string {
	const longestDeed = 60
	return viewerName(d.Name) + " " + safe.Clip(safe.String(d.What), longestDeed) + " " + r.nameOfSession(d.Session)
}

// nameOfSession is what a session is known by that may be forgotten.
func (r *root) nameOfSession(id uint64) string {
	for _, row := range r.sessions.all {
		if row.ID == id {
			return sessionName(row)
		}
	}
	return "session " + formatGrouped(id)
}

func viewerName(name string) string {
	if strings.TrimSpace(name) == "" {
		return "somebody"
	}
	return safe.Clip(safe.String(name), longestViewer)
}

// companyItem tells how many others there are.
func (r *root) companyItem() (items []item) {
	others := r.others()
	if others == 0 {
		return nil
	}
	text := countOf(uint64(others), "others") + " watch"
	if others == 1 {
		text += "es"
	}
	return []item{{r.env.styles.Header.Text.Render(text), 3}}
}

func (r *root) others() (n int) {
	if r.config.Company == nil {
		return 0
	}
	for _, v := range r.config.Company.Viewers() {
		if v.ID != r.config.Self {
			n++
		}
	}
	return n
}

// openCompany shows who watches, and what they did.
func (r *root) openCompany() tea.Cmd {
	return func() tea.Msg { return openMsg{newSheet(r.env, "Viewers", r.companyLines)} }
}

// companyLines are a line or two for each viewer, and then the deeds, the latest first.
func (r *root) companyLines(width int, _ moment) (lines []string) {
	text := r.env.styles.Text
	for _, v := range r.config.Company.Viewers() {
		lines = append(lines, r.viewerLine(v, width))
		if v.Fingerprint != "" {
			lines = append(lines, text.Dim.Render(r.env.clip("    "+safe.String(v.Fingerprint), width)))
		}
	}
	lines = append(lines, "", text.Strong.Render("What they did to sessions"))
	deeds := r.deeds()
	if len(deeds) == 0 {
		return append(lines, text.Dim.Render("  nothing yet"))
	}
	for _, d := range slices.Backward(deeds) {
		lines = append(lines, r.env.clip("  "+d.At.Format("15:04:05")+"  "+r.deedText(d), width))
	}
	return lines
}

// viewerLine tells who somebody is, what he may do, and since when he watches from where.
func (r *root) viewerLine(v Viewer, width int) string {
	const role, kind, from = 7, 7, 21
	name := viewerName(v.Name)
	if v.ID == r.config.Self {
		name += " (you)"
	}
	where := v.Remote
	if where == "" {
		where = "this machine"
	}
	columns := []string{
		safe.Fit(name, longestViewer+len(" (you)")), safe.Fit(safe.String(v.Role), role), safe.Fit(safe.String(v.Kind), kind),
		safe.Fit(r.env.clip(safe.String(where), from), from), formatAge(r.now().Sub(v.Since).Truncate(time.Second)),
	}
	return r.env.clip(strings.Join(columns, " "), width)
}
