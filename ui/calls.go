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
	"goapptrace/query"
)

// callsPane is the live log of calls.
type callsPane struct {
	logPane[model.CallRow]
	bindings    callsKeys
	jumps       callJumps
	retainedOut uint64
	session     model.SessionRow
	longest     time.Duration // of the finished calls on the screen
	margin      margin
	gaps        gaps
	filtered    *query.Filter // the filter that the margin is for
	roomy       bool          // calls are told more of than their names, which takes room
}

type callsKeys struct{ Open, Follow, Goroutine, Trace, TracePackage key.Binding }

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

func newCallsPane(e *env) *callsPane {
	p := &callsPane{jumps: newCallJumps(), bindings: callsKeys{
		Open:         bind("enter", "open", "enter"),
		Follow:       bind("G", "follow", "G", "end"),
		Goroutine:    bind("r", "its goroutine", "r"),
		Trace:        bindTrace(),
		TracePackage: bindTracePackage(),
	}}
	p.logPane = newLogPane(e, query.Calls, slices.Clone(callColumns), logHooks[model.CallRow]{
		number: func(row model.CallRow) uint64 { return row.Seq },
		query:  p.query,
		draw:   p.draw,
		loaded: p.findGaps,
		ahead:  p.ahead,
		chosen: p.failure,
		above:  p.above,
		below:  p.below,
	})
	return p
}

func (p *callsPane) title() string { return "Calls" }

func (p *callsPane) keys() []key.Binding {
	b := p.bindings
	own := append([]key.Binding{b.Open}, p.jumps.list()...)
	return slices.Concat(own, []key.Binding{b.Follow, b.Goroutine, b.Trace, b.TracePackage}, p.moves.list())
}

func (p *callsPane) query(s *model.Session, anchor uint64, before, after int) ([]model.CallRow, uint64, uint64) {
	page := s.Calls(model.CallQuery{
		Filter: p.compiled, Anchor: anchor, Before: before, After: after, Now: p.at.now, Slices: p.search.slices(),
	})
	p.retainedOut = page.RetainedOut
	p.search.unseen = max(p.search.unseen, page.Unseen)
	return page.Rows, page.First, page.Last
}

func (p *callsPane) refresh(at moment) {
	if at.session != p.at.session || p.compiled != p.filtered {
		p.margin, p.filtered = margin{}, p.compiled
	}
	if at.session != p.at.session {
		p.roomy = false
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
		p.roomy = p.roomy || row.Err != "" || row.Span != "" || row.Args != ""
	}
	columns := p.table.columns
	p.makeRoom(&columns[callName])
	columns[callName].title = callColumns[callName].title
	if p.margin.depth > 0 {
		columns[callName].title += ", from depth " + strconv.Itoa(p.margin.depth)
	}
	if c := &columns[callGoroutine]; goroutine > c.min { // and never less, so that the names stay where they are
		c.min, c.want, c.most = goroutine, max(c.want, goroutine), max(c.most, goroutine)
		p.table.resize(p.table.width)
	}
}

// makeRoom lets the names' column grow for what stands behind them, if need be at the expense of the bars, and doesn't
// take that back in a session, so that the columns stay where they are.
func (p *callsPane) makeRoom(c *tableColumn) {
	const least, want, most, others = 50, 64, 180, 37
	wide := callColumns[callName]
	if p.roomy {
		wide.min = min(max(wide.min, p.table.width-others), least)
		wide.want, wide.most = want, most
	}
	if c.min != wide.min || c.want != wide.want {
		c.min, c.want, c.most = wide.min, wide.want, wide.most
		p.table.resize(p.table.width)
	}
}

func goroutineName(id uint64) string { return "g" + strconv.FormatUint(id, 10) }

func (p *callsPane) update(msg tea.Msg) (tea.Cmd, bool) {
	if keys, ok := msg.(chordMsg); ok {
		return p.jump(keys), true
	}
	handled, again := p.move(msg)
	press, ok := msg.(tea.KeyPressMsg)
	if again || ok && key.Matches(press, p.bindings.Open) {
		return p.open(), true
	}
	if row, chosen := p.list.selected(); ok && chosen {
		switch {
		case key.Matches(press, p.bindings.Goroutine):
			return func() tea.Msg { return showGoroutineMsg{row.G} }, true
		case key.Matches(press, p.bindings.Trace):
			return askTrace(row.Func), true
		case key.Matches(press, p.bindings.TracePackage):
			return askTracePackage(row.Func), true
		}
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

// failure tells the error of the chosen call in full, which its row may have no room for.
func (p *callsPane) failure() string {
	row, ok := p.list.selected()
	if !ok || row.Err == "" {
		return ""
	}
	return p.env.styles.Text.Warn.Render(p.env.glyphs.Error + " " + clean(oneLineOf(row.Err), p.table.width))
}

// below tells of losses.
func (p *callsPane) below() string { return p.env.lossNote(p.session.Lost) }

func (p *callsPane) copyText() string {
	row, ok := p.list.selected()
	if !ok {
		return ""
	}
	told := []string{
		row.Start.Format("15:04:05.000000"), goroutineName(row.G), string(row.Name),
		formatDuration(row.Duration, p.env.glyphs), place(row.File, row.Line),
	}
	for _, text := range []protocol.Text{row.Span, row.Args, row.Err} {
		if text != "" {
			told = append(told, string(text))
		}
	}
	return strings.Join(told, "  ")
}

func (p *callsPane) location() (file string, line int) {
	row, ok := p.list.selected()
	if !ok {
		return "", 0
	}
	return string(row.File), int(row.Line)
}

// goroutine is the one that the cursor's call is on.
func (p *callsPane) goroutine() (g uint64, ok bool) {
	row, ok := p.list.selected()
	return row.G, ok
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
