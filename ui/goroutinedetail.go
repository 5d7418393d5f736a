package ui

import (
	"slices"
	"strconv"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/ui/safe"
)

// goroutineDetail is what is known of one goroutine: the calls that it is in, and how it came about.
type goroutineDetail struct {
	*sheet
	session Session
	g       uint64
	info    model.GoroutineInfo
	calls   []model.CallRow // open ones, the outermost first
	known   bool
	now     time.Time
	jump    key.Binding
	parent  key.Binding
}

func newGoroutineDetail(e *env, s Session, g uint64) pane {
	d := &goroutineDetail{
		session: s, g: g,
		jump: bind("enter", "its innermost call", "enter"), parent: bind("u", "the goroutine that started it", "u"),
	}
	d.sheet = newSheet(e, "Goroutine "+strconv.FormatUint(g, 10), d.write)
	d.closes = bind("esc", "close", "esc")
	return d
}

func (d *goroutineDetail) keys() []key.Binding {
	return slices.Concat([]key.Binding{d.jump, d.parent}, d.sheet.keys())
}

func (d *goroutineDetail) update(msg tea.Msg) (tea.Cmd, bool) {
	if press, ok := msg.(tea.KeyPressMsg); ok {
		switch {
		case key.Matches(press, d.jump):
			return d.showCall(), true
		case key.Matches(press, d.parent):
			return d.showParent(), true
		}
	}
	return d.sheet.update(msg)
}

// showCall asks for the innermost open call, else the last one.
func (d *goroutineDetail) showCall() tea.Cmd {
	seq := d.info.Call
	if seq == 0 {
		seq, _ = d.session.LastCall(d.g)
	}
	if _, kept := d.session.Call(seq, d.info.FirstCall); !kept {
		return func() tea.Msg { return noticeMsg{text: "its calls are no longer kept"} }
	}
	return func() tea.Msg { return showCallMsg{seq} }
}

func (d *goroutineDetail) showParent() tea.Cmd {
	if d.info.Parent == 0 {
		return func() tea.Msg { return noticeMsg{text: "nothing is known of what started it"} }
	}
	parent := newGoroutineDetail(d.env, d.session, d.info.Parent)
	return func() tea.Msg { return openMsg{parent} }
}

func (d *goroutineDetail) write(width int, at moment) []string {
	d.now = at.now
	d.info, d.calls, d.known = d.session.GoroutineInfo(d.g, at.now)
	if row, told := d.session.Goroutine(d.g); !d.known && told {
		d.info.GoroutineRow = row
	}
	lines := d.env.entries(d.facts(), width)
	for _, b := range []block{
		{"in these calls now, the innermost first", d.stack(width)},
		{"started by", d.env.origin(d.session, d.g, width)},
	} {
		if len(b.lines) > 0 {
			lines = append(append(lines, "", d.env.styles.List.Heading.Render(b.heading)), b.lines...)
		}
	}
	return lines
}

func (d *goroutineDetail) facts() []entry {
	g, text := d.info, d.env.styles.Text
	if !d.known {
		return []entry{{"state", "no call of it is known, or it ended so long ago that it was forgotten", text.Dim}}
	}
	mark, paint := d.env.stateMark(g.State)
	facts := []entry{
		{"state", mark + " " + stateText(g.State), paint},
		{d.began(), safe.Text(g.Entry), text.Strong},
	}
	if g.Runner != "" {
		facts = append(facts, entry{"called by", safe.Text(g.Runner), text.Plain})
	}
	if g.Span != "" {
		facts = append(facts, entry{"works on", safe.Text(g.Span), text.Type})
	}
	if g.File != "" {
		facts = append(facts, entry{"go statement", safe.Text(g.Creator) + " " + safe.String(place(g.File, g.Line)), text.Plain})
	}
	facts = append(facts,
		entry{"first call", g.FirstCall.Format("2006-01-02 15:04:05.000000000"), text.Plain},
		entry{"age", formatDuration(g.Age, d.env.glyphs), text.Plain},
		entry{"in calls", formatDuration(g.InCalls, d.env.glyphs) + ofAge(float64(g.InCalls), float64(g.Age)), text.Number},
		entry{"idle", formatDuration(g.Idle(), d.env.glyphs) + ofAge(float64(g.Idle()), float64(g.Age)), text.Plain},
		entry{"calls", formatGrouped(g.Calls), text.Plain})
	if g.Errors > 0 {
		facts = append(facts, entry{"errors", formatGrouped(g.Errors), text.Warn})
	}
	if g.Panics > 0 {
		facts = append(facts, entry{"panics", formatGrouped(g.Panics), text.Bad})
	}
	return facts
}

// began says how the entry function is known.
func (d *goroutineDetail) began() string {
	if d.info.Told {
		return "began with"
	}
	return "first seen in"
}

// ofAge is how much of the whole a part is.
func ofAge(part, whole float64) string {
	if whole <= 0 {
		return ""
	}
	return ", " + strconv.FormatFloat(100*part/whole, 'f', 1, 64) + "% of its age"
}

// stack is the open calls with how long each has been open.
func (d *goroutineDetail) stack(width int) []string {
	const most = 200
	const figure = durationWidth + 2
	var lines []string
	for _, row := range slices.Backward(d.calls) {
		if len(lines) == most {
			more := d.env.glyphs.Ellipsis + " and " + formatGrouped(uint64(len(d.calls)-most)) + " further out"
			return append(lines, d.env.styles.Text.Dim.Render(more))
		}
		name := max(1, width-figure-2)
		lines = append(lines, d.env.fit(clean(row.Name, name), name, false)+"  "+d.env.lasted(row, figure, d.now))
	}
	return lines
}

// stateText explains the state.
func stateText(s model.GoroutineState) string {
	switch s {
	case model.GoroutineLive:
		return "live: in a traced call"
	case model.GoroutineCut:
		return "cut: it was in a call when the session ended"
	case model.GoroutineIdle:
		return "idle: in no traced call, and what it began with hasn't been seen to return"
	case model.GoroutineEnded:
		return "ended: what it began with has returned"
	}
	return "quiet: in no traced call; as nobody told what it began with, it may have ended"
}

func (d *goroutineDetail) copyText() string {
	text := goroutineName(d.g) + " " + string(d.info.Entry) + "\n"
	for _, row := range slices.Backward(d.calls) {
		text += string(row.Name) + "\n\t" + place(row.File, row.Line) + "\n"
	}
	return text
}

// location is the go statement.
func (d *goroutineDetail) location() (file string, line int) {
	return string(d.info.File), int(d.info.Line)
}
