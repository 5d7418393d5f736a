package ui

import (
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// handshakePane tells how a session came about, step by step, how it is now, and how it ended: for a refused peer
// which step failed, why, and how to mend it.
type handshakePane struct {
	env  *env
	move moveKeys

	width, height int
	session       uint64
	row           model.SessionRow
	steps         protocol.Transcript
	now           time.Time
	lines         []string
	scroll        scroller
}

func newHandshakePane(env *env) *handshakePane { return &handshakePane{env: env, move: newMoveKeys()} }

func (p *handshakePane) title() string            { return "Handshake" }
func (p *handshakePane) resize(width, height int) { p.width, p.height = width, height }
func (p *handshakePane) keys() []key.Binding      { return p.move.list() }
func (p *handshakePane) copyText() string         { return safe.Plain(strings.Join(p.lines, "\n")) }

func (p *handshakePane) refresh(at moment) {
	p.lines = nil
	if at.session == nil {
		return
	}
	if at.session.ID() != p.session {
		p.session, p.scroll = at.session.ID(), scroller{}
	}
	p.now, p.row, p.steps = at.now, at.session.Row(at.now), at.session.Handshake()
	crash := p.crashText()
	if crash != "" { // nobody cares for the handshake of a program that has crashed
		p.crash(crash)
		p.lines = append(p.lines, "")
	}
	for _, step := range p.steps {
		p.step(step)
	}
	p.state()
	p.exit()
	p.losses()
	p.facts()
	p.others(crash)
}

// crashText is the runtime's report of a crash, if there was one.
func (p *handshakePane) crashText() protocol.Text {
	if p.row.Exit == nil {
		return ""
	}
	return p.row.Exit.Crash
}

// narrow says that every cell counts.
func (p *handshakePane) narrow() bool { return p.width < 26 }

// indent is what stands before text that belongs to an entry.
func (p *handshakePane) indent() string {
	if p.narrow() {
		return "  "
	}
	return "   "
}

// told is the room for such text.
func (p *handshakePane) told() int { return max(1, p.width-len(p.indent())-1) }

func (p *handshakePane) update(msg tea.Msg) (tea.Cmd, bool) {
	n, ok := p.move.lines(msg, p.height)
	if ok {
		p.scroll.move(n, len(p.lines), p.height)
	}
	return nil, ok
}

func (p *handshakePane) view() string {
	return strings.Join(fill(p.scroll.window(p.lines, p.height), p.width, p.height), "\n")
}

// step adds a line for a step, and what to say of one that failed.
func (p *handshakePane) step(s protocol.Step) {
	text, glyphs := p.env.styles.Text, p.env.glyphs
	name := safe.String(s.Name)
	if s.Outcome == protocol.OutcomeFailed {
		p.entry(text.Bad, glyphs.Failed, name, "", stepTime(s.After))
		p.tell(text.Bad, safe.Text(s.Detail))
		p.fix(s.Fix)
		return
	}
	p.entry(text.Good, glyphs.Done, name, safe.Text(s.Detail), stepTime(s.After))
}

// stepTime writes all steps' times in the same unit, so that they compare at a glance.
func stepTime(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds()*1000, 'f', 1, 64) + " ms"
}

// entry adds a line: mark, name, a detail as far as there is room, and a figure at the right.
func (p *handshakePane) entry(paint Paint, mark, name, detail, figure string) {
	before, after := " ", 1
	if p.narrow() {
		before, after = "", 0
		figure = strings.ReplaceAll(figure, " ", "")
	}
	room := p.width - len(before) - 3 - safe.Width(figure) - after
	left := safe.Clip(name, room)
	if rest := room - safe.Width(left) - 1; detail != "" && rest > 2 {
		left += " " + p.env.styles.Text.Dim.Render(safe.Clip(detail, rest))
	}
	p.lines = append(p.lines, before+paint.Render(mark)+" "+safe.Fit(left, room)+" "+p.env.styles.Text.Time.Render(figure))
}

// tell adds text below an entry.
func (p *handshakePane) tell(paint Paint, text string) {
	for _, line := range wrap(text, p.told()) {
		p.lines = append(p.lines, p.indent()+paint.Render(line))
	}
}

func (p *handshakePane) fix(text string) {
	if text != "" {
		p.tell(p.env.styles.Text.Plain, p.env.glyphs.Out+" "+safe.String(text))
	}
}

// state adds how the session is, or how it ended.
func (p *handshakePane) state() {
	text, glyphs := p.env.styles.Text, p.env.glyphs
	reason := safe.Text(p.row.Reason)
	since := formatAge(p.now.Sub(p.row.Since))
	clock := p.row.Since.Format(time.TimeOnly)
	switch p.row.State {
	case protocol.StateConnected, protocol.StateHelloReceived:
		p.entry(text.Warn, glyphs.Half, p.row.State.String(), "", since)
	case protocol.StateEstablished:
		p.entry(text.Good, glyphs.Live, "established", p.row.Version.String(), since)
	case protocol.StateClosing:
		p.entry(text.Warn, glyphs.Half, "closing", "", since)
	case protocol.StateClosed:
		p.entry(text.Dim, glyphs.Ended, "closed", "", clock)
		if p.crashText() == "" { // which is no way to say goodbye, although the agent did
			p.tell(text.Dim, reason)
		}
	case protocol.StateLost:
		p.entry(text.Bad, glyphs.Failed, "lost", "", clock)
		if reason == "" {
			reason = "the connection dropped without goodbye: tail unknown"
		}
		p.tell(text.Bad, reason)
	case protocol.StateRefused:
		p.entry(text.Bad, glyphs.Failed, "refused", "", clock)
		if !p.toldBySteps() {
			p.tell(text.Bad, reason)
		}
	}
}

// toldBySteps says whether a failed step has given the reason already.
func (p *handshakePane) toldBySteps() bool {
	for _, s := range p.steps {
		if s.Outcome == protocol.OutcomeFailed && (s.Detail != "" || p.row.Reason == "") {
			return true
		}
	}
	return false
}

// exit adds how the program ended, unless it crashed, which has been told.
func (p *handshakePane) exit() {
	exit := p.row.Exit
	if exit == nil || exit.Crash != "" {
		return
	}
	text, glyphs := p.env.styles.Text, p.env.glyphs
	if exit.Status != 0 {
		p.entry(text.Bad, glyphs.Failed, exitSentence(*exit), "", "")
	} else {
		p.entry(text.Dim, glyphs.Ended, exitSentence(*exit), "", "")
	}
}

func exitSentence(exit model.Exit) string {
	if exit.Signal != "" {
		return "ended by signal: " + safe.String(exit.Signal)
	}
	return "program " + exitStatus(exit)
}
