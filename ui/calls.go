package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// callsPane is the live log of calls.
type callsPane struct {
	logPane[model.CallRow]
	bindings    callsKeys
	retainedOut uint64
	session     model.SessionRow
	longest     time.Duration // of the finished calls on the screen
	margin      margin
	gaps        gaps
	filtered    string // the filter that the margin is for
}

type callsKeys struct{ Open, Follow, Trace key.Binding }

// The columns of the call log.
const (
	callStart = iota
	callGoroutine
	callName
	callDuration
	callBar
)

var callColumns = []tableColumn{
	callStart:     {title: "start", min: 9, want: 15, most: 15, rank: 1},
	callGoroutine: {title: "goroutine", short: "gor", min: 4, want: 9, most: 9, rank: 2},
	callName:      {title: "call", min: 24, want: 38, most: 110},
	callDuration:  {title: "duration ", min: 9, want: 9, most: 9, right: true},
	callBar:       {min: 10, want: 10, most: 40, rank: 3},
}

func newCallsPane(e *env) pane {
	p := &callsPane{bindings: callsKeys{
		Open:   bind("enter", "open", "enter"),
		Follow: bind("G", "follow", "G", "end"),
		Trace:  bindTrace(),
	}}
	p.logPane = newLogPane(e, "calls", slices.Clone(callColumns), logHooks[model.CallRow]{
		number: func(row model.CallRow) uint64 { return row.Seq },
		query:  p.query,
		draw:   p.draw,
		loaded: p.findGaps,
		ahead:  p.ahead,
		above:  p.above,
		below:  p.below,
	})
	return p
}

func (p *callsPane) title() string { return "Calls" }

func (p *callsPane) keys() []key.Binding {
	return append([]key.Binding{p.bindings.Open, p.bindings.Follow, p.bindings.Trace}, p.moves.list()...)
}

func (p *callsPane) query(s *model.Session, anchor uint64, before, after int) ([]model.CallRow, uint64, uint64) {
	page := s.Calls(model.CallQuery{Filter: p.needle, Anchor: anchor, Before: before, After: after, Now: p.at.now})
	p.retainedOut = page.RetainedOut
	return page.Rows, page.First, page.Last
}

func (p *callsPane) refresh(at moment) {
	if at.session != p.at.session || p.needle != p.filtered {
		p.margin, p.filtered = margin{}, p.needle
	}
	p.session = model.SessionRow{}
	if at.session != nil {
		p.session = at.session.Row(at.now)
	}
	p.logPane.refresh(at)
	p.margin.see(p.list.rows, at.now, !p.list.following || p.paused, p.session.State.Ended())
	p.measure()
}

// measure adapts the columns to the rows in view.
func (p *callsPane) measure() {
	p.longest = 0
	goroutine := 0
	for _, row := range p.list.rows {
		if row.End != model.EndOpen {
			p.longest = max(p.longest, row.Duration)
		}
		goroutine = max(goroutine, len(goroutineName(row.G)))
	}
	columns := p.table.columns
	columns[callName].title = callColumns[callName].title
	if p.margin.depth > 0 {
		columns[callName].title += ", from depth " + strconv.Itoa(p.margin.depth)
	}
	if c := &columns[callGoroutine]; goroutine > c.min { // and never less, so that the names stay where they are
		c.min, c.want, c.most = goroutine, max(c.want, goroutine), max(c.most, goroutine)
		p.table.resize(p.table.width)
	}
}

func goroutineName(id uint64) string { return "g" + strconv.FormatUint(id, 10) }

func (p *callsPane) update(msg tea.Msg) (tea.Cmd, bool) {
	handled, again := p.move(msg)
	press, ok := msg.(tea.KeyPressMsg)
	if again || ok && key.Matches(press, p.bindings.Open) {
		return p.open(), true
	}
	if row, chosen := p.list.selected(); ok && chosen && key.Matches(press, p.bindings.Trace) {
		return askTrace(row.Func), true
	}
	return nil, handled
}

func (p *callsPane) open() tea.Cmd {
	row, ok := p.list.selected()
	if !ok {
		return nil
	}
	detail := newCallDetail(p.env, p.at.session, row)
	return func() tea.Msg { return openMsg{detail} }
}

// above tells of the calls before the oldest.
func (p *callsPane) above() string {
	if p.retainedOut == 0 {
		return ""
	}
	return p.env.styles.Text.Dim.Render(p.env.glyphs.Ellipsis + " " + formatCount(p.retainedOut) + " older calls no longer kept")
}

// below tells of losses.
func (p *callsPane) below() string { return p.env.lossNote(p.session.Lost) }

func (p *callsPane) draw(i int) string {
	row, text := p.list.rows[i], p.env.styles.Text
	paint := p.env.callPaint(row)
	r := p.table.row(p.chosen(row))
	r.own(formatClock(row.Start, r.room()), text.Time)
	r.own(goroutineName(row.G), text.Goroutines[row.G%uint64(len(text.Goroutines))])
	r.painted(p.name(i, r.room()))
	r.own(formatDuration(row.Duration, p.env.glyphs)+" "+p.env.endMark(row.End, p.at.now), paint)
	r.own(p.bar(row, r.room()), paint)
	return r.String()
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
	return formatBar(float64(row.Duration)/float64(p.longest), width, p.env.glyphs.ASCII)
}

// name is the name of the call at index i, indented by its depth, in width cells.
func (p *callsPane) name(i, width int) string {
	row, text := p.list.rows[i], p.env.styles.Text
	mark := " "
	if p.entered(i) {
		mark = p.env.glyphs.Unfolded
	}
	before := p.env.clip(p.env.indent(row.Depth, p.margin.depth, width)+mark+" ", width)
	rest := width - safe.Width(before)
	paint := text.Name
	switch row.End {
	case model.EndPanic:
		paint = text.Bad
	case model.EndUnknown:
		paint = text.Dim
	}
	name := p.env.clip(clean(shortName(row.Name), rest), rest)
	return text.Dim.Render(before) + p.env.highlight(name, p.needle, paint) + strings.Repeat(" ", max(0, rest-safe.Width(name)))
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

// endMark tells how a call ended; that of an open one moves.
func (e *env) endMark(end model.CallEnd, now time.Time) string {
	switch end {
	case model.EndOpen:
		const turn = 150 * time.Millisecond
		return e.glyphs.Spin[int(now.UnixMilli()/turn.Milliseconds()%int64(len(e.glyphs.Spin)))]
	case model.EndPanic:
		return e.glyphs.Panic
	case model.EndUnknown:
		return e.glyphs.Unknown
	}
	return " "
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

func (p *callsPane) copyText() string {
	row, ok := p.list.selected()
	if !ok {
		return ""
	}
	return strings.Join([]string{
		row.Start.Format("15:04:05.000000"), goroutineName(row.G), string(row.Name),
		formatDuration(row.Duration, p.env.glyphs), place(row.File, row.Line),
	}, "  ")
}

func (p *callsPane) location() (file string, line int) {
	row, ok := p.list.selected()
	if !ok {
		return "", 0
	}
	return string(row.File), int(row.Line)
}

// place is a position in a source file as editors and the go command write it.
func place(file protocol.Text, line uint64) string {
	if file == "" {
		return ""
	}
	return string(file) + ":" + strconv.FormatUint(line, 10)
}

// shortName leaves out the directories of a function's package: store.(*DB).Load.
func shortName(name protocol.Text) protocol.Text {
	end := len(name)
	if i := strings.IndexAny(string(name), "(["); i >= 0 {
		end = i
	}
	return name[strings.LastIndexByte(string(name[:end]), '/')+1:]
}
