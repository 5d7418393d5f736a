package ui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// functionDetail explains one function: how long its calls took and when, what calls it, what it calls, which calls were
// the slowest and how they ended. A cursor goes from one of these to the next.
type functionDetail struct {
	env      *env
	session  Session
	function uint64
	from     *functionDetail // that led here, nil for none
	bindings functionDetailKeys
	moves    moveKeys

	width, height int
	scroll        scroller
	at            moment
	row           model.FuncRow
	known         bool
	study         functionStudy
	lines         []string
	items         []detailItem
	cursor        int // index of the item
	drawn         time.Time
}

type functionDetailKeys struct{ Open, Back, Calls, Longest, Trace, TracePackage key.Binding }

// detailItem is a line that the cursor can be on, and what the enter key does there.
type detailItem struct {
	line int
	does string
	open func() tea.Cmd
	name protocol.Text // function that the line is about, or none
}

func newFunctionDetail(e *env, s Session, function uint64, from *functionDetail) *functionDetail {
	d := &functionDetail{env: e, session: s, function: function, from: from, moves: newMoveKeys(), bindings: functionDetailKeys{
		Open:         bind("enter", "go there", "enter"),
		Back:         bind("esc", "back", "esc", "backspace"),
		Calls:        bind("c", "its calls", "c"),
		Longest:      bind("m", "the longest call", "m"),
		Trace:        bindTrace(),
		TracePackage: bindTracePackage(),
	}}
	d.row, d.known = s.Function(function, time.Time{})
	return d
}

func (d *functionDetail) title() string {
	return "Function " + d.env.glyphs.Dot + " " + d.env.clip(clean(shortName(d.row.Name), 60), 60)
}

func (d *functionDetail) keys() []key.Binding {
	b := d.bindings
	if d.cursor < len(d.items) {
		b.Open.SetHelp("enter", d.items[d.cursor].does)
	}
	return append([]key.Binding{b.Open, b.Back, b.Calls, b.Longest, b.Trace, b.TracePackage}, d.moves.list()...)
}

func (d *functionDetail) resize(width, height int) {
	d.width, d.height = width, height
	d.drawn = time.Time{}
}

func (d *functionDetail) update(msg tea.Msg) (tea.Cmd, bool) {
	if press, ok := msg.(tea.KeyPressMsg); ok {
		switch b := d.bindings; {
		case key.Matches(press, b.Open):
			if d.cursor < len(d.items) {
				return d.items[d.cursor].open(), true
			}
			return nil, true
		case key.Matches(press, b.Back):
			return d.back(), true
		case key.Matches(press, b.Calls):
			return showCallsOf(d.row), true
		case key.Matches(press, b.Longest):
			return d.env.longestCall(d.session, d.row), true
		case key.Matches(press, b.Trace):
			return askTrace(d.function), true
		case key.Matches(press, b.TracePackage):
			return askTracePackage(d.function), true
		}
	}
	if click, ok := msg.(tea.MouseClickMsg); ok {
		return d.click(click.Y), true
	}
	n, ok := d.moves.lines(msg, d.height)
	if _, wheel := msg.(tea.MouseWheelMsg); wheel {
		d.scroll.move(n, len(d.lines), d.height)
	} else if ok {
		d.move(n)
	}
	return nil, ok
}

// back goes to the function that led here, or closes the pane.
func (d *functionDetail) back() tea.Cmd {
	if from := d.from; from != nil {
		return func() tea.Msg { return openMsg{from} }
	}
	return func() tea.Msg { return closeMsg{} }
}

// move takes the cursor n items down, and scrolls where there are none.
func (d *functionDetail) move(n int) {
	before := d.cursor
	d.cursor = min(max(d.cursor+n, 0), max(len(d.items)-1, 0))
	d.write()
	switch {
	case d.cursor == before, len(d.items) == 0:
		d.scroll.move(n, len(d.lines), d.height)
	default:
		d.reveal(d.items[d.cursor].line)
	}
}

// reveal makes sure that a line is in view; the first item's brings what stands above it.
func (d *functionDetail) reveal(line int) {
	if d.cursor == 0 && line < d.height {
		d.scroll.top = 0
	}
	d.scroll.top = min(max(d.scroll.top, line-d.height+1), line)
}

// click chooses a line, a second time goes there.
func (d *functionDetail) click(y int) tea.Cmd {
	for i, item := range d.items {
		if item.line != d.scroll.top+y {
			continue
		}
		if d.cursor == i {
			return item.open()
		}
		d.cursor = i
		d.write()
	}
	return nil
}

// functionDetailInterval is how often the figures change at most.
const functionDetailInterval = 250 * time.Millisecond

func (d *functionDetail) refresh(at moment) {
	was := d.at
	d.at = at
	d.study.set(d.session, d.function, at)
	age := at.now.Sub(d.drawn)
	still := at.paused && was.paused && !d.study.news
	if !d.drawn.IsZero() && at.focused == was.focused && at.span == was.span && (still || age >= 0 && age < functionDetailInterval) {
		return
	}
	d.drawn, d.study.news = at.now, false
	d.row, d.known = d.session.Function(d.function, at.now)
	d.study.look(at.now)
	d.write()
}

// write draws all lines, and notes on which of them the cursor can be.
func (d *functionDetail) write() {
	d.lines, d.items = nil, nil
	d.facts()
	d.chart()
	d.relatives()
	d.slowestCalls()
	d.ways()
	d.cursor = min(d.cursor, max(len(d.items)-1, 0))
	if d.cursor < len(d.items) {
		line := &d.lines[d.items[d.cursor].line]
		*line = d.env.styles.List.Selected.Over(safe.Fit(*line, d.room()))
	}
}

// room is how wide a line may be.
func (d *functionDetail) room() int { return max(1, d.width-2) }

func (d *functionDetail) add(lines ...string) { d.lines = append(d.lines, lines...) }

func (d *functionDetail) heading(text, note string) {
	line := d.env.styles.List.Heading.Render(d.env.clip(text, d.room()))
	if left := d.room() - safe.Width(line) - 2; note != "" && left > 8 {
		line += "  " + note
	}
	d.add("", line)
}

func (d *functionDetail) view() string {
	lines := d.scroll.window(d.lines, d.height)
	indented := make([]string, len(lines))
	for i, line := range lines {
		gutter := " "
		if d.cursor < len(d.items) && d.items[d.cursor].line == d.scroll.top+i {
			gutter = d.env.glyphs.Cursor
		}
		indented[i] = gutter + line
	}
	return strings.Join(fill(indented, d.width, d.height), "\n")
}

func (d *functionDetail) copyText() string {
	text := make([]string, len(d.lines))
	for i, line := range d.lines {
		text[i] = strings.TrimRight(safe.Plain(line), " ")
	}
	return strings.Join(text, "\n")
}

func (d *functionDetail) location() (file string, line int) {
	return string(d.row.File), int(d.row.Line)
}
