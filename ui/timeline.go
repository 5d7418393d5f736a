package ui

import (
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
)

// timelinePane shows goroutines as rows and their calls as bars over time, callees below their callers.
type timelinePane struct {
	env      *env
	bindings timelineKeys
	moves    moveKeys

	width, height int
	filtering
	at      moment
	session model.SessionRow
	extent  model.Span // of the calls retained

	window   model.TimelineWindow // that is asked for
	whole    bool                 // the window is to be all there is
	follows  bool                 // the window is to end with the newest
	job      timelineJob
	picture  *model.TimelinePicture // nil until there is one
	pictured *query.Filter          // that it was made with
	failed   any                    // what the work panicked with

	lines   []timelineLine
	top     int             // first line in view
	folded  bool            // goroutines take one line each, but for those that are flipped
	flipped map[uint64]bool // folded or not, other than the rest
	cursor  timelineCursor
	goal    *timelineGoal  // that the cursor is to go to, nil for none
	call    *model.CallRow // that the cursor is on, nil for none
	hues    map[protocol.Text]int

	dragging  bool      // the mouse's button is down
	selecting bool      // a range is being selected, from the cursor back to
	anchor    time.Time // this moment
}

// timelineLine is a line of a goroutine.
type timelineLine struct {
	g          uint64
	row, depth int // row of the picture
	first      bool
}

// timelineCursor is the cell that the cursor is on, wherever that is on the screen.
type timelineCursor struct {
	g     uint64
	depth int
	at    time.Time // in the cell
}

type timelineKeys struct {
	Open, Goroutine, In, Out, Left, Right, Back, On, All, Newest, Fit, Select, Range, Shorter, Longer, Lift,
	Fold, Unfold, FoldAll, UnfoldAll key.Binding
}

func newTimelinePane(e *env) *timelinePane {
	return &timelinePane{
		env: e, moves: newMoveKeys(), filtering: filtering{kind: query.Calls}, flipped: map[uint64]bool{}, hues: map[protocol.Text]int{},
		bindings: timelineKeys{
			In:        bind("+", "zoom in", "+", "="),
			Out:       bind("-", "zoom out", "-", "_"),
			Open:      bind("enter", "the call", "enter"),
			Select:    bind("s", "select a range for all tabs, from here to here", "s"),
			Newest:    bind("G", "follow the newest", "G", "end"),
			All:       bind("a/0", "all there is", "a", "0"),
			Fit:       bind("f", "fit the call in", "f"),
			Goroutine: bind("r", "its goroutine", "r"),
			Range:     bind("S", "narrow all tabs to what is in view", "S"),
			Left:      bind("←/h", "earlier", "left", "h"),
			Right:     bind("→/l", "later", "right", "l"),
			Back:      bind("<", "half a screen earlier", "<", "ctrl+left"),
			On:        bind(">", "half a screen later", ">", "ctrl+right"),
			Shorter:   bind("shift+←/H", "select to the left", "shift+left", "H"),
			Longer:    bind("shift+→/L", "select to the right", "shift+right", "L"),
			Lift:      bind("esc", "lift the range", "esc"),
			Unfold:    bind("e", "unfold a goroutine", "e"),
			Fold:      bind("c", "fold it into one line", "c"),
			UnfoldAll: bind("E", "unfold all", "E"),
			FoldAll:   bind("C", "fold all", "C"),
		},
	}
}

func (p *timelinePane) title() string { return "Timeline" }

func (p *timelinePane) keys() []key.Binding {
	b, m := p.bindings, p.moves
	return []key.Binding{
		b.In, b.Out, b.Open, b.Select, b.Newest, b.All, b.Fit, b.Goroutine, b.Range, b.Left, b.Right, b.Back, b.On, b.Shorter, b.Longer,
		b.Lift, b.Fold, b.Unfold, b.FoldAll, b.UnfoldAll, m.Up, m.Down, m.PageUp, m.PageDown, m.HalfUp, m.HalfDown, m.Top,
	}
}

// setFilter leaves only the calls that pass. The picture is that of the filter before until there is another one.
func (p *timelinePane) setFilter(text string) { p.set(text) }

func (p *timelinePane) resize(width, height int) {
	p.width, p.height = width, height
	if p.window.Width > 0 {
		p.window.Columns = p.columns()
	}
	p.lay()
}

// timelineStart is how long before now the window begins when the tab is opened on a live session.
const timelineStart = 10 * time.Second

func (p *timelinePane) refresh(at moment) {
	if p.failed != nil {
		panic(p.failed)
	}
	if at.session != p.at.session {
		p.leave()
	}
	paused := at.paused && !p.at.paused
	p.at = at
	if at.session == nil {
		return
	}
	if !at.paused || p.session.ID != at.session.ID() || paused {
		p.session = at.session.Row(at.now)
		p.extent = model.Span{}
		if first, last, ok := at.session.Extent(at.now); ok {
			p.extent = model.Span{From: first, To: last}
		}
	}
	if p.window.Width == 0 && !p.extent.All() {
		p.begin()
	}
	p.approach()
	p.call = p.called()
}

// leave forgets what belongs to the session.
func (p *timelinePane) leave() {
	p.window, p.picture, p.lines, p.call = model.TimelineWindow{}, nil, nil, nil
	p.cursor, p.selecting, p.top, p.session, p.extent = timelineCursor{}, false, 0, model.SessionRow{}, model.Span{}
	clear(p.flipped)
}

// begin chooses the first window.
func (p *timelinePane) begin() {
	p.whole = p.session.State.Ended() || p.extent.Length() < timelineStart
	p.follows = !p.session.State.Ended()
	p.window = model.TimelineWindow{Width: timelineWidth(timelineStart, p.columns()), Columns: p.columns()}
	p.aim()
	p.cursor.at = p.extent.To
}

// aim moves the window to where it is to be by now. The cursor goes along with the newest.
func (p *timelinePane) aim() {
	if p.whole {
		p.window.Width = timelineWidth(p.extent.Length(), p.columns()-timelineMargin)
		p.window.First = p.window.Column(p.extent.From)
		if p.cursor.at.Before(p.extent.From) {
			p.cursor.at = p.extent.From
		}
	}
	if !p.follows {
		return
	}
	const nearly = 2 // columns before the newest
	if p.window.Column(p.cursor.at) >= p.window.Column(p.newestDrawn())-nearly {
		p.cursor.at = p.extent.To
	}
	last := p.window.Column(p.extent.To)
	if !p.whole || last >= p.window.First+int64(p.window.Columns) {
		p.window.First = last - int64(p.window.Columns) + timelineMargin
	}
}

// newestDrawn is when the picture ends.
func (p *timelinePane) newestDrawn() time.Time {
	if p.picture == nil {
		return p.extent.To
	}
	return p.picture.Now
}

// timelineMargin is how many columns from the newest on are there.
const timelineMargin = 2

// timelineWidths are what columns may stand for: ten of them make times that people know.
var timelineWidths = makeTimelineWidths()

func makeTimelineWidths() (widths []int64) {
	const second = int64(time.Second)
	for decade := int64(1); decade < second; decade *= 10 {
		widths = append(widths, decade, 2*decade, 5*decade)
	}
	for _, s := range []int64{1, 2, 3, 6, 12, 30, 60, 180, 360, 720, 2160, 8640, 86_400} {
		widths = append(widths, s*second)
	}
	return widths
}

// timelineWidth is the least of the widths with which a time fits into so many columns.
func timelineWidth(d time.Duration, columns int) int64 {
	for _, w := range timelineWidths {
		if int64(d)/w < int64(columns)-1 {
			return w
		}
	}
	return timelineWidths[len(timelineWidths)-1]
}

// columns is how many columns there is room for.
func (p *timelinePane) columns() int { return max(p.width-p.gutter()-1, 1) }

// gutter is how wide the names of goroutines are.
func (p *timelinePane) gutter() int { return min(max(p.width/4, 18), 36) }

// depth is how many lines a goroutine takes.
func (p *timelinePane) depth(row *model.TimelineRow) int {
	if p.folded != p.flipped[row.G] {
		return min(row.Depth, 1)
	}
	return row.Depth
}

// lay lists the lines of the picture. The cursor stays on its goroutine, and where it is on the screen.
func (p *timelinePane) lay() {
	if p.picture == nil {
		return
	}
	was := p.cursorLine()
	y := max(was, 0) - p.top
	p.lines = p.lines[:0]
	for i := range p.picture.Rows {
		p.layRow(i)
	}
	line := p.cursorLine()
	if line < 0 {
		line = min(max(was, 0), len(p.lines)-1)
		p.choose(line)
	}
	p.scroll(line - y)
	if y >= 0 && y < p.room() {
		p.scrollTo(line)
	}
}

// layRow lists the lines of a goroutine. With a filter those without calls are left out, as far as that is known.
func (p *timelinePane) layRow(i int) {
	row, first := &p.picture.Rows[i], true
	most := p.depth(row)
	for depth := 0; depth < row.Depth && most > 0; depth++ {
		if p.pictured != nil && row.Lines != nil && !slices.ContainsFunc(row.Lines[depth], occupied) {
			continue
		}
		p.lines = append(p.lines, timelineLine{row.G, i, depth, first})
		first = false
		most--
	}
}

// occupied says whether there is a call in a cell.
func occupied(c model.TimelineCell) bool { return c.Calls > 0 }

// scroll makes a line the first in view, as far as there are lines.
func (p *timelinePane) scroll(line int) {
	p.top = max(0, min(line, len(p.lines)-max(p.room(), 1)))
}

// cursorLine is the line that the cursor is on, -1 when its goroutine isn't there.
func (p *timelinePane) cursorLine() int {
	found := -1
	for i, l := range p.lines {
		if l.g == p.cursor.g {
			found = i
			if l.depth == p.cursor.depth {
				break
			}
		} else if found >= 0 {
			break
		}
	}
	return found
}

// choose puts the cursor on a line.
func (p *timelinePane) choose(line int) {
	if line < 0 || line >= len(p.lines) {
		return
	}
	l := p.lines[line]
	p.cursor.g, p.cursor.depth = l.g, l.depth
	p.scrollTo(line)
}

// scrollTo makes sure that a line is in view.
func (p *timelinePane) scrollTo(line int) {
	n := max(p.room(), 1)
	p.scroll(min(max(p.top, line-n+1), max(line, 0)))
}

// behind implements [pausable].
func (p *timelinePane) behind() (rows uint64, what string) {
	if p.at.paused && p.at.session != nil {
		rows = p.at.session.Row(p.at.now).Calls - p.session.Calls
	}
	return rows, "calls"
}

func (p *timelinePane) copyText() string {
	if p.call == nil {
		return ""
	}
	return strings.Join([]string{string(p.call.Name), plainFacts(p.facts())}, "\n")
}

func (p *timelinePane) location() (file string, line int) {
	if p.call == nil {
		return "", 0
	}
	return string(p.call.File), int(p.call.Line)
}
