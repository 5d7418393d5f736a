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
	"goapptrace/ui/safe"
)

// sessionsPane lists the sessions, live ones first. The one under the cursor is what all other panes are about.
type sessionsPane struct {
	env   *env
	store Store
	move  moveKeys

	width, height int
	focused       bool
	all, rows     []model.SessionRow // rows are those that pass the filter
	chosen        uint64             // ID of the row under the cursor
	byUser        bool               // and the user put it there
	filtering
	scroll scroller
}

func newSessionsPane(env *env, store Store) *sessionsPane {
	return &sessionsPane{env: env, store: store, move: newMoveKeys(), filtering: filtering{kind: query.Sessions}}
}

func (p *sessionsPane) title() string            { return "Sessions" }
func (p *sessionsPane) resize(width, height int) { p.width, p.height = width, height }
func (p *sessionsPane) setFilter(text string)    { p.set(text) }
func (p *sessionsPane) empty() bool              { return len(p.all) == 0 }
func (p *sessionsPane) selected() uint64         { return p.chosen }
func (p *sessionsPane) keys() []key.Binding      { return p.move.list() }

// refresh does little: the root has the pane load before it draws anything, since the layout and all panes depend on it.
func (p *sessionsPane) refresh(at moment) { p.focused = at.focused }

// load takes the list anew and moves the cursor on to a newer session while the user leaves that to us.
func (p *sessionsPane) load(now time.Time) {
	p.all = p.store.Sessions(now)
	slices.SortStableFunc(p.all, func(a, b model.SessionRow) int { return rank(a) - rank(b) })
	p.rows = p.rows[:0]
	for _, row := range p.all {
		if row.Passes(p.compiled) {
			p.rows = append(p.rows, row)
		}
	}
	if !p.byUser {
		p.choose()
	}
}

// rank puts the live sessions before those that ended, and those that never were.
func rank(row model.SessionRow) int {
	switch {
	case row.State == protocol.StateRefused:
		return 2
	case row.State.Ended():
		return 1
	}
	return 0
}

// choose stays with a session until it ends, and then goes on to the newest one that is established.
func (p *sessionsPane) choose() {
	current, ok := p.row()
	if ok && interest(current) == mostInterest {
		return
	}
	for _, row := range p.all {
		if !ok || interest(row) > interest(current) || interest(row) == interest(current) && interest(row) == mostInterest {
			current, ok = row, true
		}
	}
	p.chosen = current.ID
}

const mostInterest = 3

// interest is how much a session is worth to be shown unasked.
func interest(row model.SessionRow) int {
	switch {
	case row.State == protocol.StateEstablished || row.State == protocol.StateClosing:
		return mostInterest
	case row.State == protocol.StateRefused:
		return 0
	case row.State.Ended():
		return 1
	}
	return 2
}

// row is the one under the cursor.
func (p *sessionsPane) row() (model.SessionRow, bool) {
	for _, row := range p.all {
		if row.ID == p.chosen {
			return row, true
		}
	}
	return model.SessionRow{}, false
}

// pick puts the cursor on a session, as the user would.
func (p *sessionsPane) pick(id uint64) { p.chosen, p.byUser = id, true }

func (p *sessionsPane) anyLive() bool {
	return slices.ContainsFunc(p.all, func(row model.SessionRow) bool { return !row.State.Ended() })
}

func (p *sessionsPane) anyOpenCalls() bool {
	return slices.ContainsFunc(p.all, func(row model.SessionRow) bool { return !row.State.Ended() && row.Open > 0 })
}

// events is how many have arrived in all.
func (p *sessionsPane) events() (n uint64) {
	for _, row := range p.all {
		n += row.Events
	}
	return n
}

func (p *sessionsPane) index() int {
	return slices.IndexFunc(p.rows, func(row model.SessionRow) bool { return row.ID == p.chosen })
}

func (p *sessionsPane) update(msg tea.Msg) (tea.Cmd, bool) {
	if click, ok := msg.(tea.MouseClickMsg); ok {
		p.goTo(p.scroll.top + click.Y)
		return nil, true
	}
	n, ok := p.move.lines(msg, p.height)
	if ok {
		p.goTo(min(max(p.index()+n, 0), len(p.rows)-1))
	}
	return nil, ok
}

func (p *sessionsPane) goTo(i int) {
	if i >= 0 && i < len(p.rows) {
		p.chosen, p.byUser = p.rows[i].ID, true
	}
}

func (p *sessionsPane) copyText() string {
	row, _ := p.row()
	return sessionName(row)
}

func (p *sessionsPane) view() string {
	if len(p.rows) == 0 && p.active() {
		return strings.Join(fill([]string{p.env.styles.Text.Dim.Render(" no session matches")}, p.width, p.height), "\n")
	}
	at := max(p.index(), 0)
	p.scroll.move(0, len(p.rows), p.height)
	p.scroll.top = min(max(p.scroll.top, at-p.height+1), at)
	pidWidth := p.pidWidth()
	var lines []string
	for _, row := range p.rows[p.scroll.top:min(p.scroll.top+p.height, len(p.rows))] {
		lines = append(lines, p.line(row, pidWidth))
	}
	return strings.Join(fill(lines, p.width, p.height), "\n")
}

// pidWidth is the width of the column of process IDs, 0 when there is no room for it.
func (p *sessionsPane) pidWidth() int {
	const least = 26
	width := 0
	for _, row := range p.rows {
		if row.PID > 0 && p.width >= least {
			width = max(width, len(strconv.FormatInt(row.PID, 10)))
		}
	}
	return min(width, 10)
}

// line is mark, name, process ID and what there is to say of a session.
func (p *sessionsPane) line(row model.SessionRow, pidWidth int) string {
	mark, paint := p.env.sessionMark(row)
	status := sessionStatus(row)
	pid := ""
	if row.PID > 0 && pidWidth > 0 {
		pid = safe.ClipLeft(strconv.FormatInt(row.PID, 10), pidWidth)
	}
	right := " " + status
	if pidWidth > 0 {
		right = "  " + safe.PadLeft(status, 9) + " "
	}
	name := safe.Text(row.App)
	if name == "" {
		name = safe.String(row.Remote)
	} else {
		right = " " + safe.PadLeft(pid, pidWidth) + right
	}
	cursor := " "
	if row.ID == p.chosen {
		cursor = p.env.glyphs.Cursor
	}
	line := cursor + paint.Render(mark) + " " + safe.Fit(name, p.width-3-safe.Width(right)) + right
	switch {
	case row.ID == p.chosen && p.focused:
		return p.env.styles.List.Selected.Over(line)
	case row.ID == p.chosen:
		return p.env.styles.List.Marked.Over(line)
	case row.State.Ended():
		return p.env.styles.Text.Dim.Over(line)
	}
	return line
}

// sessionMark is the sign of a session's state.
func (e *env) sessionMark(row model.SessionRow) (string, Paint) {
	text, glyphs := e.styles.Text, e.glyphs
	switch {
	case row.Exit != nil && (row.Exit.Status != 0 || row.Exit.Crash != ""):
		return glyphs.Failed, text.Bad
	case row.Exit != nil || row.State == protocol.StateClosed:
		return glyphs.Ended, text.Dim
	case row.State == protocol.StateRefused, row.State == protocol.StateLost:
		return glyphs.Failed, text.Bad
	case row.State == protocol.StateEstablished:
		return glyphs.Live, text.Good
	}
	return glyphs.Half, text.Warn
}

// sessionStatus says in a word how a session is: its calls per second while it lives.
func sessionStatus(row model.SessionRow) string {
	if row.Exit != nil {
		return exitStatus(*row.Exit)
	}
	switch row.State {
	case protocol.StateConnected, protocol.StateHelloReceived:
		return "handshake"
	case protocol.StateEstablished:
		return formatRate(row.CallsPerSecond)
	}
	return row.State.String()
}

func exitStatus(exit model.Exit) string {
	switch {
	case exit.Crash != "":
		return "crashed"
	case exit.Signal != "":
		return safe.Clip(safe.String(exit.Signal), 9)
	}
	return "exited " + strconv.Itoa(exit.Status)
}

// sessionName is what the user knows a session by.
func sessionName(row model.SessionRow) string {
	if row.App == "" {
		return safe.String(row.Remote)
	}
	name := safe.Clip(safe.Text(row.App), 40)
	if row.PID > 0 {
		name += " (" + strconv.FormatInt(row.PID, 10) + ")"
	}
	return name
}
