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

// callsPane is the live log of calls, or the same calls as a tree by goroutine.
type callsPane struct {
	logPane[model.CallRow]
	tree        callTree
	bindings    callsKeys
	kins        kinKeys
	jumps       callJumps
	marks       callMarks
	retainedOut uint64
	session     model.SessionRow
	longest     time.Duration // of the finished calls on the screen
	margin      margin
	gaps        gaps
	filtered    *query.Filter // the filter that the margin is for
	roomy       bool          // calls are told more of than their names, which takes room
}

type callsKeys struct{ Open, Detail, Follow, Goroutine, Packet, Timeline, Trace, TracePackage key.Binding }

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
	p := &callsPane{tree: newCallTree(e), kins: newKinKeys(), jumps: newCallJumps(), marks: newCallMarks(), bindings: callsKeys{
		Open:         bind("enter", "open", "enter"),
		Detail:       bind("d", "all that is known of the call", "d"),
		Follow:       bind("G", "follow", "G", "end"),
		Goroutine:    bind("r", "its goroutine", "r"),
		Packet:       bindPacket(),
		Timeline:     bindTimeline(),
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
	return slices.Concat(
		[]key.Binding{b.Open, p.tree.keys.View}, p.jumps.list(), []key.Binding{b.Follow, b.Detail}, p.kins.list(), p.tree.keys.list(),
		[]key.Binding{b.Goroutine, b.Packet, b.Timeline, b.Trace, b.TracePackage}, p.marks.list(), p.moves.list())
}

func (p *callsPane) query(s Session, anchor uint64, before, after int) ([]model.CallRow, uint64, uint64) {
	page := s.Calls(model.CallQuery{
		Filter: p.compiled, Span: p.at.span, Anchor: anchor, Before: before, After: after, Now: p.at.now, Slices: p.search.slices(),
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
		p.tree.reset()
	}
	p.session = model.SessionRow{}
	if at.session != nil {
		p.session = at.session.Row(at.now)
	}
	if p.tree.on {
		p.refreshTree(at)
		return
	}
	p.logPane.refresh(at)
	p.margin.see(p.list.rows, at.now, !p.list.following || p.paused, p.session.State.Ended())
	p.measure(p.list.rows)
	if p.margin.depth > 0 {
		p.table.columns[callName].title += ", from depth " + strconv.Itoa(p.margin.depth)
	}
}

// refreshTree is refresh while the tree is shown. Of the log it keeps up to date what doesn't depend on its rows.
func (p *callsPane) refreshTree(at moment) {
	p.first, p.last = p.session.RetainedOut+1, p.session.Calls
	p.retainedOut = p.session.RetainedOut
	if at.paused && !p.paused {
		p.frozen = p.last
	}
	p.at, p.paused, p.kept, p.search = at, at.paused, false, search{}
	p.table.focused = at.focused
	height := max(0, p.height-1)
	if p.height > 2 {
		height-- // for the status
	}
	p.tree.refresh(at, p.compiled, p.frozen, height)
	rows := make([]model.CallRow, len(p.tree.list.rows))
	for i, row := range p.tree.list.rows {
		rows[i] = row.Call
		rows[i].G = row.G
	}
	p.measure(rows)
	p.table.columns[callName].title = "calls by goroutine"
	if p.tree.margin > 0 {
		p.table.columns[callName].title += ", from level " + strconv.Itoa(p.tree.margin)
	}
}

// measure adapts the columns to the rows in view.
func (p *callsPane) measure(rows []model.CallRow) {
	p.longest = 0
	goroutine := 0
	for _, row := range rows {
		if row.End != model.EndOpen {
			p.longest = max(p.longest, row.Duration)
		}
		goroutine = max(goroutine, len(goroutineName(row.G)))
		p.roomy = p.roomy || row.Err != "" || row.Span != "" || row.Args != ""
	}
	columns := p.table.columns
	p.makeRoom(&columns[callName])
	columns[callName].title = callColumns[callName].title
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
	switch msg := msg.(type) {
	case chordMsg:
		return p.jump(msg), true
	case tea.KeyPressMsg:
		if p.typing() {
			return p.letter(msg), true
		}
		if cmd, handled := p.press(msg); handled {
			return cmd, true
		}
	}
	handled, again := p.step(msg)
	if again {
		return p.open(), true
	}
	return nil, handled
}

// press handles the keys that don't just move the cursor.
func (p *callsPane) press(msg tea.KeyPressMsg) (cmd tea.Cmd, handled bool) {
	switch {
	case key.Matches(msg, p.bindings.Open):
		return p.open(), true
	case key.Matches(msg, p.tree.keys.View):
		p.switchView()
		return nil, true
	case p.tree.on && p.treePress(msg):
		return nil, true
	}
	if cmd, handled = p.ask(msg); handled {
		return cmd, true
	}
	if cmd, handled = p.kin(msg); handled {
		return cmd, true
	}
	return p.pressOn(msg)
}

// pressOn handles the keys that lead away from the chosen row.
func (p *callsPane) pressOn(msg tea.KeyPressMsg) (cmd tea.Cmd, handled bool) {
	if g, ok := p.goroutine(); ok && key.Matches(msg, p.bindings.Goroutine) {
		return func() tea.Msg { return showGoroutineMsg{g} }, true
	}
	row, chosen := p.selected()
	if !chosen {
		return nil, false
	}
	switch b := p.bindings; {
	case key.Matches(msg, b.Detail):
		return p.detail(), true
	case key.Matches(msg, b.Packet):
		return showPacketOf(p.at.session, row.Seq), true
	case key.Matches(msg, b.Timeline):
		return showTimelineOf(row.Seq), true
	case key.Matches(msg, b.Trace):
		return askTrace(row.Func), true
	case key.Matches(msg, b.TracePackage):
		return askTracePackage(row.Func), true
	}
	return nil, false
}

// open opens the chosen call, or in the tree folds or unfolds what is below it.
func (p *callsPane) open() tea.Cmd {
	if p.tree.on && p.tree.toggle() {
		return nil
	}
	return p.detail()
}

func (p *callsPane) detail() tea.Cmd {
	row, ok := p.selected()
	if !ok {
		return nil
	}
	detail := newCallDetail(p.env, p.at.session, row, p.at.now)
	return func() tea.Msg { return openMsg{detail} }
}

// selected is the chosen call, of the log or of the tree.
func (p *callsPane) selected() (row model.CallRow, ok bool) {
	if !p.tree.on {
		return p.list.selected()
	}
	chosen, ok := p.tree.list.selected()
	return chosen.Call, ok && chosen.Seq != 0
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
	row, ok := p.selected()
	if !ok || row.Err == "" {
		return ""
	}
	return p.env.styles.Text.Warn.Render(p.env.glyphs.Error + " " + clean(oneLineOf(row.Err), p.table.width))
}

// below tells of losses, and asks for the letter of a mark.
func (p *callsPane) below() string {
	if question := p.marks.question(); question != "" {
		return p.env.styles.Footer.Message.Render(question)
	}
	return p.env.lossNote(p.session.Lost)
}

func (p *callsPane) copyText() string {
	row, ok := p.selected()
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
	row, ok := p.selected()
	if !ok {
		return "", 0
	}
	return string(row.File), int(row.Line)
}

// goroutine is the one that the cursor is on, or its call.
func (p *callsPane) goroutine() (g uint64, ok bool) {
	if p.tree.on {
		row, ok := p.tree.list.selected()
		return row.G, ok
	}
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
