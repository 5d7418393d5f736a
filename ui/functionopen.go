package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/query"
)

// opens says what the enter key does on the column of the cursor.
func (p *functionsPane) opens() string {
	switch p.table.cell {
	case functionCalls:
		return "all its calls"
	case functionP50, functionP90, functionP99:
		return "the call behind the figure"
	case functionMax:
		return "its longest call"
	case functionErrors:
		return "the latest that failed"
	}
	return "details"
}

// open follows the cell that the cursor is on.
func (p *functionsPane) open() tea.Cmd {
	row, ok := p.list.selected()
	if !ok {
		return nil
	}
	q := model.FuncCallQuery{Function: row.ID, Span: p.at.span}
	if p.at.paused {
		q.Until = p.ranging.until
	}
	switch cell := p.table.cell; cell {
	case functionCalls:
		return p.calls()
	case functionP50, functionP90, functionP99:
		if row.Timed == 0 {
			if row.Untimed > 0 {
				return say("how long single calls of it took was forgotten, for want of memory")
			}
			return say("no call of it has been streamed to its end")
		}
		q.Near = [...]time.Duration{row.P50, row.P90, row.P99}[cell-functionP50]
		return p.env.findCall(p.at.session, q)
	case functionMax:
		return p.env.longestCall(p.at.session, row)
	case functionErrors:
		if row.Errors+row.Panics == 0 {
			return say("no call of it has failed")
		}
		q.Failed = true
		return p.env.findCall(p.at.session, q)
	}
	detail := newFunctionDetail(p.env, p.at.session, row.ID, nil)
	return func() tea.Msg { return openMsg{detail} }
}

// say answers with a notice.
func say(text string) tea.Cmd {
	return func() tea.Msg { return noticeMsg{text: text} }
}

// longestCall goes to the longest call of a function.
func (e *env) longestCall(s Session, row model.FuncRow) tea.Cmd {
	if row.MaxCall == 0 {
		if row.Counted > 0 {
			return say("the longest call was counted, and not streamed")
		}
		return say("no call of it is over")
	}
	s = s.Await()
	return func() tea.Msg {
		if _, kept := s.Call(row.MaxCall, time.Time{}); !kept {
			return noticeMsg{text: "the longest call, " + formatDuration(row.Max, e.glyphs) + ", is no longer retained"}
		}
		return showCallMsg{row.MaxCall}
	}
}

// findCall looks for a call, outside of the screen's own goroutine, and goes there. It says when the call that comes nearest to
// a figure took another time.
func (e *env) findCall(s Session, q model.FuncCallQuery) tea.Cmd {
	return func() tea.Msg {
		call, ok := s.Await().FuncCall(q)
		switch {
		case !ok && q.Failed:
			return noticeMsg{text: "the calls that failed are no longer retained"}
		case !ok:
			return noticeMsg{text: "no call of it is retained any more"}
		}
		if off := (call.Duration - q.Near).Abs(); q.Failed || off <= q.Near/16 {
			return showCallMsg{call.Seq}
		}
		note := "of the calls retained, the one nearest to " + formatDuration(q.Near, e.glyphs) + " took " + formatDuration(call.Duration, e.glyphs)
		return tea.BatchMsg{
			func() tea.Msg { return showCallMsg{call.Seq} },
			say(note),
		}
	}
}

// calls asks to show the calls of the chosen function.
func (p *functionsPane) calls() tea.Cmd {
	row, ok := p.list.selected()
	if !ok {
		return nil
	}
	return showCallsOf(row)
}

func showCallsOf(row model.FuncRow) tea.Cmd {
	return func() tea.Msg { return showCallsMsg{query.Equal("func", string(row.Name))} }
}
