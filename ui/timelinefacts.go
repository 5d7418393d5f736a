package ui

import (
	"strconv"
	"strings"
	"time"

	"goapptrace/model"
	"goapptrace/ui/safe"
)

// head tells what time is shown, and how finely.
func (p *timelinePane) head() string {
	if p.picture == nil {
		return ""
	}
	text, g, w := p.env.styles.Text, p.env.glyphs, p.shown()
	parts := []string{text.Strong.Render(formatDuration(w.Span().Length(), g)) + text.Dim.Render(" from "+timelineClock(w.At(w.First), time.Duration(w.Width)))}
	parts = append(parts, text.Dim.Render("a cell is ")+text.Number.Render(timelineUnit(time.Duration(w.Width), g)))
	switch {
	case p.selecting:
		parts = append(parts, text.Warn.Render("selecting "+formatDuration(p.selection().Length(), g)+": s ends it here"))
	case p.follows:
		parts = append(parts, text.Good.Render("follows"))
	case !p.session.State.Ended():
		parts = append(parts, text.Type.Render("G follows the newest"))
	}
	if p.job.left {
		all := p.picture.Calls + p.picture.Left
		parts = append(parts, text.Warn.Render("looking: "+strconv.Itoa(int(100*p.picture.Calls/max(all, 1)))+" %"))
	}
	parts = append(parts, text.Dim.Render(countOf(uint64(len(p.picture.Rows)), "goroutines")))
	return strings.Join(parts, p.env.dot())
}

// timelineUnit writes one of [timelineWidths] without digits that say nothing.
func timelineUnit(d time.Duration, g *Glyphs) string {
	switch {
	case d < time.Microsecond:
		return strconv.Itoa(int(d)) + " ns"
	case d < time.Millisecond:
		return strconv.Itoa(int(d/time.Microsecond)) + " " + g.Micro
	case d < time.Second:
		return strconv.Itoa(int(d/time.Millisecond)) + " ms"
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + " s"
	}
	return formatAge(d)
}

// name is the call that the cursor is on, with where it is.
func (p *timelinePane) name() string {
	text, c := p.env.styles.Text, p.cell()
	switch {
	case c == nil:
		return text.Dim.Render(p.empty())
	case p.call == nil:
		return text.Dim.Render("a call that is no longer kept")
	}
	before := ""
	if !alone(c) {
		share := percent(part(uint64(c.Busy), uint64(p.picture.Window.Width)))
		before = countOf(uint64(c.Calls), "calls") + " in this cell, " + share + " of its time; the longest: "
	}
	room := p.width - 2 - safe.Width(before)
	name := p.env.clip(clean(p.call.Name, room), room)
	if safe.Width(name) == room {
		name = p.env.clip(clean(shortName(p.call.Name), room), room)
	}
	painted := text.Warn.Render(before) + p.env.highlight(name, p.needle(), text.Strong)
	if left := room - 2 - safe.Width(name); p.call.File != "" && left > 12 {
		painted += "  " + text.Dim.Render(safe.ClipLeft(safe.String(place(p.call.File, p.call.Line)), left))
	}
	return painted
}

// empty says what a cell without calls is.
func (p *timelinePane) empty() string {
	at := timelineClock(p.cursor.at, time.Duration(p.window.Width))
	m := p.mark(p.shown().Column(p.cursor.at))
	switch {
	case p.cursorLine() < 0:
		return at
	case m != nil && m.Gap():
		return at + ": no call that is known; events were lost about then"
	case p.cursor.at.After(p.newestDrawn()):
		return at + ": not yet"
	}
	return at + ": " + goroutineName(p.cursor.g) + " is in no call at this depth"
}

// facts are the figures of the call, and what happened in its column.
func (p *timelinePane) facts() []string {
	text, g := p.env.styles.Text, p.env.glyphs
	var facts []string
	if c := p.call; c != nil {
		facts = append(facts, p.env.callPaint(*c).Render(formatDuration(c.Duration, g)), goroutineName(c.G),
			text.Dim.Render("from ")+timelineClock(c.Start, time.Microsecond))
		if mark, paint := p.env.endMark(*c, p.at.now); strings.TrimSpace(mark) != "" {
			facts = append(facts, paint.Render(mark+" "+timelineEnd(c.End)))
		}
	}
	if c := p.cell(); c != nil && !alone(c) {
		if c.Errors > 0 {
			facts = append(facts, text.Warn.Render(formatCount(uint64(c.Errors))+g.Error))
		}
		if c.Panics > 0 {
			facts = append(facts, text.Bad.Render(formatCount(uint64(c.Panics))+g.Panic))
		}
	}
	if m := p.mark(p.shown().Column(p.cursor.at)); m != nil {
		if m.Gap() {
			facts = append(facts, text.Bad.Render(g.Loss+" "+timelineLoss(m)))
		}
		if m.Logs > 0 {
			facts = append(facts, text.Type.Render(countOf(uint64(m.Logs), "lines")+" printed"))
		}
	}
	if c := p.call; c != nil && c.Args != "" {
		facts = append(facts, text.Dim.Render("args ")+clean(c.Args, p.width))
	}
	return facts
}

// timelineLoss says what may be missing.
func timelineLoss(m *model.TimelineMark) string {
	if m.Lost == 0 {
		return countOf(m.Batches, "packets") + " missing about then"
	}
	return countOf(m.Lost, "events") + " lost about then"
}

// timelineEnd is how a call ended, in a word.
func timelineEnd(end model.CallEnd) string {
	switch end {
	case model.EndOpen:
		return "open"
	case model.EndError:
		return "error"
	case model.EndPanic:
		return "panic"
	case model.EndUnknown:
		return "its end is unknown"
	}
	return ""
}

// status tells of pauses, of what lies outside of the screen, and of what is missing.
func (p *timelinePane) status() string {
	text, g := p.env.styles.Text, p.env.glyphs
	var parts []string
	if p.at.paused {
		parts = append(parts, text.Warn.Render(g.Pause+" "+pausedText(p.behind())))
	}
	if below := len(p.lines) - p.top - p.room(); below > 0 {
		parts = append(parts, text.Type.Render(g.Down+" "+countOf(uint64(below), "lines")+" below"))
	}
	if p.top > 0 {
		parts = append(parts, text.Type.Render(g.Up+" "+formatCount(uint64(p.top))+" above"))
	}
	if note := p.env.lossNote(p.session.Lost); note != "" {
		parts = append(parts, note)
	}
	if p.session.Counted > 0 {
		note := " " + formatCount(p.session.Counted) + " counted calls aren't in the picture"
		parts = append(parts, text.Type.Render(g.Counted)+text.Dim.Render(note))
	}
	if p.picture.Older > 0 {
		parts = append(parts, text.Dim.Render(formatCount(p.picture.Older)+" older calls no longer kept"))
	}
	return strings.Join(parts, p.env.dot())
}

// nothing says why there is nothing to draw, empty when there is.
func (p *timelinePane) nothing() string {
	switch {
	case p.at.session == nil:
		return "no session"
	case p.extent.All() && p.session.Counted > 0:
		return "all calls are counted: none is in the log (t streams a function's calls)"
	case p.extent.All():
		return "no calls yet"
	case p.picture == nil:
		return "looking for calls" + p.env.glyphs.Ellipsis
	}
	return ""
}
