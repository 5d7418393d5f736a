package ui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
)

func (p *timelinePane) update(msg tea.Msg) (tea.Cmd, bool) {
	if p.at.session == nil || p.window.Width == 0 {
		return nil, false
	}
	p.goal = nil
	switch msg := msg.(type) {
	case tea.MouseClickMsg:
		p.click(msg.X, msg.Y)
		p.dragging = true
		return nil, true
	case tea.MouseMotionMsg:
		p.drag(msg.X)
		return nil, p.dragging
	case tea.MouseReleaseMsg:
		return p.drop(), true
	case tea.MouseWheelMsg:
		return p.wheel(msg)
	case tea.KeyPressMsg:
		if cmd, handled := p.press(msg); handled {
			return cmd, true
		}
		return p.moved(p.navigate(msg))
	}
	return nil, false
}

// moved begins the work that a move asks for at once, so that it shows with the next frame.
func (p *timelinePane) moved(handled bool) (tea.Cmd, bool) {
	if !handled {
		return nil, false
	}
	p.miss()
	p.call = p.called()
	return p.work(), true
}

// press handles the keys that ask something of other panes.
func (p *timelinePane) press(msg tea.KeyPressMsg) (cmd tea.Cmd, handled bool) {
	switch b := p.bindings; {
	case key.Matches(msg, b.Open):
		return p.open(), true
	case key.Matches(msg, b.Goroutine):
		return p.goroutine(), true
	case key.Matches(msg, b.Select):
		return p.selectHere(), true
	case key.Matches(msg, b.Range):
		p.selecting = false
		return narrow(p.shown().Span()), true
	case key.Matches(msg, b.Shorter):
		return p.extend(-1), true
	case key.Matches(msg, b.Longer):
		return p.extend(1), true
	case key.Matches(msg, b.Lift) && p.selecting:
		p.selecting = false
		return nil, true
	case key.Matches(msg, b.Lift) && !p.at.span.All():
		return narrow(model.Span{}), true
	}
	return nil, false
}

// navigate handles the keys that move the window and the cursor.
func (p *timelinePane) navigate(msg tea.KeyPressMsg) bool {
	switch b := p.bindings; {
	case key.Matches(msg, b.In):
		p.zoom(-1, p.cursorX())
	case key.Matches(msg, b.Out):
		p.zoom(1, p.cursorX())
	case key.Matches(msg, b.Left):
		p.sideways(-1)
	case key.Matches(msg, b.Right):
		p.sideways(1)
	case key.Matches(msg, b.Back):
		p.sideways(-p.window.Columns / 2)
	case key.Matches(msg, b.On):
		p.sideways(p.window.Columns / 2)
	case key.Matches(msg, b.Newest):
		p.newest()
	case key.Matches(msg, b.All):
		p.whole, p.follows = true, !p.session.State.Ended()
		p.aim()
	case key.Matches(msg, b.Fit):
		p.fit()
	case key.Matches(msg, b.Fold):
		p.fold(true)
	case key.Matches(msg, b.Unfold):
		p.fold(false)
	case key.Matches(msg, b.FoldAll), key.Matches(msg, b.UnfoldAll):
		p.folded = key.Matches(msg, b.FoldAll)
		clear(p.flipped)
		p.lay()
	default:
		return p.move(msg)
	}
	return true
}

// move takes the cursor up and down.
func (p *timelinePane) move(msg tea.KeyPressMsg) bool {
	n, ok := p.moves.lines(msg, p.room())
	if ok && len(p.lines) > 0 {
		p.choose(min(max(p.cursorLine()+n, 0), len(p.lines)-1))
	}
	return ok
}

// cursorX is the cursor's column of the window, or the nearest one.
func (p *timelinePane) cursorX() int {
	x := p.window.Column(p.cursor.at) - p.window.First
	return int(min(max(x, 0), int64(p.window.Columns-1)))
}

// sideways moves the cursor by columns, and the window along. That stays where it is then.
func (p *timelinePane) sideways(columns int) {
	p.whole, p.follows = false, false
	column := p.window.Column(p.cursor.at) + int64(columns)
	column = min(max(column, p.window.Column(p.extent.From)), p.window.Column(p.extent.To))
	p.cursor.at = p.window.At(column)
	p.reach(column, max(columns, -columns))
}

// reach moves the window so that a column is in it: by a quarter at least, by as much as the cursor moved if that is more.
func (p *timelinePane) reach(column int64, moved int) {
	by := int64(max(p.window.Columns/4, moved))
	last := p.window.First + int64(p.window.Columns) - 1
	switch {
	case column < p.window.First:
		p.window.First = min(p.window.First-by, column)
	case column > last:
		p.window.First += max(by, column-last)
	}
}

// zoom makes columns stand for more time, or for less. The time at column x stays there, or the newest if that is followed.
func (p *timelinePane) zoom(steps, x int) {
	at := p.window.At(p.window.First + int64(x))
	if p.window.Column(p.cursor.at) == p.window.First+int64(x) {
		at = p.cursor.at
	}
	i := 0
	for i < len(timelineWidths)-1 && timelineWidths[i] < p.window.Width {
		i++
	}
	p.whole = false
	p.window.Width = timelineWidths[min(max(i+steps, 0), len(timelineWidths)-1)]
	p.window.First = p.window.Column(at) - int64(x)
	if p.follows {
		p.aim()
	}
}

// newest goes to what happens now, and on with it.
func (p *timelinePane) newest() {
	p.follows, p.cursor.at = true, p.extent.To
	p.window.First = p.window.Column(p.extent.To) - int64(p.window.Columns) + timelineMargin
}

// fit zooms to the call that the cursor is on.
func (p *timelinePane) fit() {
	if p.call == nil {
		return
	}
	p.whole, p.follows = false, false
	p.window.Width = timelineWidth(p.call.Duration, p.window.Columns*3/4)
	columns := int64(p.call.Duration) / p.window.Width
	p.window.First = p.window.Column(p.call.Start) - (int64(p.window.Columns)-columns)/2
	if x := p.window.Column(p.cursor.at); x < p.window.First || x >= p.window.First+int64(p.window.Columns) {
		p.cursor.at = p.call.Start
	}
}

// fold folds the cursor's goroutine into one line, or unfolds it.
func (p *timelinePane) fold(folded bool) {
	if folded == p.folded {
		delete(p.flipped, p.cursor.g)
	} else {
		p.flipped[p.cursor.g] = true
	}
	p.lay()
}

// open asks to show the call that the cursor is on: of several the longest.
func (p *timelinePane) open() tea.Cmd {
	if p.call == nil {
		return told(nil, "there is no call here that is still kept")
	}
	seq := p.call.Seq
	return func() tea.Msg { return showCallMsg{seq} }
}

// goroutine asks to show the cursor's goroutine.
func (p *timelinePane) goroutine() tea.Cmd {
	if p.cursorLine() < 0 {
		return nil
	}
	g := p.cursor.g
	return func() tea.Msg { return showGoroutineMsg{g} }
}

// narrow asks to narrow all tabs to a stretch of time.
func narrow(span model.Span) tea.Cmd {
	return func() tea.Msg { return spanMsg{span} }
}

// selectHere begins to select a range at the cursor, or ends it there.
func (p *timelinePane) selectHere() tea.Cmd {
	if !p.selecting {
		p.selecting, p.anchor, p.follows, p.whole = true, p.cursor.at, false, false
		return nil
	}
	p.selecting = false
	return narrow(p.selection())
}

// extend moves the range's end that the cursor is on.
func (p *timelinePane) extend(columns int) tea.Cmd {
	if !p.selecting {
		p.selectHere()
	}
	p.sideways(columns)
	work, _ := p.moved(true)
	return tea.Batch(narrow(p.selection()), work)
}

// selection is the range between its two ends, both columns included.
func (p *timelinePane) selection() model.Span {
	from, to := p.window.Column(p.anchor), p.window.Column(p.cursor.at)
	return model.Span{From: p.window.At(min(from, to)), To: p.window.At(max(from, to) + 1)}
}

// marked is the range that is being selected, or else the one that is on.
func (p *timelinePane) marked() model.Span {
	if p.selecting {
		return p.selection()
	}
	return p.at.span
}

// click puts the cursor on a cell.
func (p *timelinePane) click(x, y int) {
	line := p.top + y - timelineHead
	if y >= timelineHead && y < timelineHead+p.room() && line < len(p.lines) {
		p.choose(line)
	}
	p.pointAt(x)
}

// drag selects a range from the cell that was clicked on.
func (p *timelinePane) drag(x int) {
	if !p.dragging {
		return
	}
	if !p.selecting {
		p.selectHere()
	}
	p.pointAt(x)
}

// drop ends a range that was selected by dragging.
func (p *timelinePane) drop() tea.Cmd {
	dragged := p.dragging && p.selecting
	p.dragging = false
	if !dragged {
		return nil
	}
	return p.selectHere()
}

// pointAt puts the cursor in the column at x. The window stays where it is then.
func (p *timelinePane) pointAt(x int) {
	if column := x - p.gutter() - 1; column >= 0 && column < p.window.Columns {
		p.whole, p.follows = false, false
		p.cursor.at = p.window.At(p.window.First + int64(column))
	}
	p.call = p.called()
}

// wheel scrolls; with ctrl it zooms at the pointer, with shift it moves through time.
func (p *timelinePane) wheel(msg tea.MouseWheelMsg) (tea.Cmd, bool) {
	step, sideways := 1, msg.Mod.Contains(tea.ModShift)
	switch msg.Button {
	case tea.MouseWheelUp:
		step = -1
	case tea.MouseWheelDown:
	case tea.MouseWheelLeft:
		step, sideways = -1, true
	case tea.MouseWheelRight:
		sideways = true
	default:
		return nil, false
	}
	switch x := min(max(msg.X-p.gutter()-1, 0), p.window.Columns-1); {
	case msg.Mod.Contains(tea.ModCtrl):
		p.zoom(step, x)
	case sideways:
		p.whole, p.follows = false, false
		p.window.First += int64(step * max(p.window.Columns/16, 1))
	default:
		p.scroll(p.top + step*wheelLines)
	}
	return p.moved(true)
}

// shown is the time that is drawn: that of the picture until there is one of the window.
func (p *timelinePane) shown() model.TimelineWindow {
	if p.picture != nil && p.picture.Window.Width != p.window.Width {
		return p.picture.Window
	}
	return p.window
}

// cell is what the cursor is on, nil for nothing.
func (p *timelinePane) cell() *model.TimelineCell {
	line := p.cursorLine()
	if line < 0 || p.lines[line].depth != p.cursor.depth {
		return nil
	}
	w := p.picture.Window
	cells := p.cells(p.lines[line])
	if i := w.Column(p.cursor.at) - w.First; i >= 0 && i < int64(len(cells)) && cells[i].Calls > 0 {
		return &cells[i]
	}
	return nil
}

// cells are those of a line, in the picture's columns; nil when they aren't known.
func (p *timelinePane) cells(l timelineLine) []model.TimelineCell {
	if lines := p.picture.Rows[l.row].Lines; l.depth < len(lines) {
		return lines[l.depth]
	}
	return nil
}

// called is the call that the cursor is on: of several the longest, and at the border of two the later one.
func (p *timelinePane) called() *model.CallRow {
	c := p.cell()
	if c == nil || p.at.session == nil {
		return nil
	}
	call, ok := p.at.session.Call(drawn(c).Seq, p.at.now)
	if !ok {
		return nil
	}
	return &call
}

// drawn is the call that a cell tells of.
func drawn(c *model.TimelineCell) model.TimelineCall {
	if alone(c) {
		return c.Last
	}
	return c.Longest
}

// alone says whether a cell belongs to a bar: there is one call in it, or one ends and another one begins that both go on
// elsewhere.
func alone(c *model.TimelineCell) bool {
	return c.Calls == 1 || c.Calls == 2 && c.Within == 0
}

// timelineClock is a time of day with as many digits as it takes to tell two apart that lie so far from each other.
func timelineClock(t time.Time, interval time.Duration) string {
	layout := "15:04:05"
	for digit := time.Second; digit > 1 && interval < digit; digit /= 10 {
		if layout == "15:04:05" {
			layout += "."
		}
		layout += "0"
	}
	return t.Format(layout)
}
