package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
)

// callJumps are the keys that go to calls of a kind.
type callJumps struct{ NextError, PreviousError, NextPanic, PreviousPanic key.Binding }

func newCallJumps() callJumps {
	return callJumps{
		NextError:     bindChord("]", "e", "next error"),
		PreviousError: bindChord("[", "e", "previous error"),
		NextPanic:     bindChord("]", "p", "next panic"),
		PreviousPanic: bindChord("[", "p", "previous panic"),
	}
}

func (k callJumps) list() []key.Binding {
	return []key.Binding{k.PreviousError, k.NextError, k.PreviousPanic, k.NextPanic}
}

// jump goes to the nearest call that ended as the keys say, among those that pass the filter.
func (p *callsPane) jump(keys chordMsg) tea.Cmd {
	back := key.Matches(keys, p.jumps.PreviousError, p.jumps.PreviousPanic)
	q := model.EndQuery{End: model.EndError, Filter: p.compiled, Span: p.at.span, From: p.here(), Back: back}
	if key.Matches(keys, p.jumps.NextPanic, p.jumps.PreviousPanic) {
		q.End = model.EndPanic
	}
	if p.list.following && !p.tree.on && back {
		q.From = 0 // the newest call may be meant
	}
	if p.paused {
		q.Until = p.frozen
	}
	if p.at.session != nil {
		if seq, ok := p.at.session.FindEnd(q); ok {
			p.show(seq)
			return nil
		}
	}
	return func() tea.Msg { return noticeMsg{text: noCall(q)} }
}

// noCall says what there is none of.
func noCall(q model.EndQuery) string {
	text := "no later call"
	if q.Back {
		text = "no earlier call"
	}
	if q.Filter != nil {
		text += " that matches the filter"
	}
	if q.End == model.EndPanic {
		return text + " was left by a panic"
	}
	return text + " returned an error"
}

// goTo shows the call numbered seq, whatever the filter was.
func (p *callsPane) goTo(at moment, seq uint64) {
	p.refresh(at)
	p.setFilter("")
	p.show(seq)
}

// here is the number of the call that the cursor is on or, in the tree, of the last one of the goroutine; 0 for none.
func (p *callsPane) here() uint64 {
	if !p.tree.on {
		return p.list.cursor
	}
	at := p.tree.list.cursor
	if at.Seq == 0 && p.at.session != nil {
		at.Seq, _ = p.at.session.LastCall(at.G)
	}
	return at.Seq
}

// show puts the cursor on a call, which may be far away: the tree there begins at the left anew.
func (p *callsPane) show(seq uint64) {
	if row, ok := p.call(seq); ok && p.tree.on {
		p.tree.reveal(model.TreePlace{G: row.G, Seq: seq})
		return
	}
	p.kept, p.margin = false, margin{}
	p.list.goTo(seq)
}

// call is the retained call with the number.
func (p *callsPane) call(seq uint64) (row model.CallRow, ok bool) {
	if p.at.session == nil {
		return row, false
	}
	return p.at.session.Call(seq, p.at.now)
}
