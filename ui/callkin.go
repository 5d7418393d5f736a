package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
)

// kinKeys go to calls that have to do with the chosen one.
type kinKeys struct{ Up, Previous, Next, Longest key.Binding }

func newKinKeys() kinKeys {
	return kinKeys{
		Up:       bind("u", "its caller", "u"),
		Previous: bind("p", "previous call, of the same caller", "p"),
		Next:     bind("n", "next call, of the same caller", "n"),
		Longest:  bind("l", "longest call, of those that it made", "l"),
	}
}

func (k kinKeys) list() []key.Binding { return []key.Binding{k.Up, k.Previous, k.Next, k.Longest} }

// kin handles these keys. With a filter n goes to the next match, as everywhere.
func (p *callsPane) kin(press tea.KeyPressMsg) (cmd tea.Cmd, handled bool) {
	kin := model.Caller
	switch k := p.kins; {
	case key.Matches(press, k.Up):
	case key.Matches(press, k.Previous):
		kin = model.PreviousCall
	case key.Matches(press, k.Next) && !p.active():
		kin = model.NextCall
	case key.Matches(press, k.Longest):
		kin = model.LongestCall
	default:
		return nil, false
	}
	if p.tree.on {
		if row, ok := p.tree.list.selected(); ok && row.Seq == 0 {
			return p.kinOfGoroutine(kin, row), true
		}
	}
	row, ok := p.selected()
	if !ok {
		return nil, true
	}
	return p.find(model.KinQuery{Of: row.Seq, G: row.G, Kin: kin}, row), true
}

// kinOfGoroutine goes from a goroutine of the tree to others, or to its longest call.
func (p *callsPane) kinOfGoroutine(kin model.Kin, row model.TreeRow) tea.Cmd {
	switch t := &p.tree; kin {
	case model.Caller:
		t.up(row)
	case model.LongestCall:
		return p.find(model.KinQuery{G: row.G, Kin: kin}, model.CallRow{G: row.G})
	default:
		if !t.beside(row.G, map[model.Kin]int{model.PreviousCall: -1, model.NextCall: 1}[kin]) {
			return func() tea.Msg { return noticeMsg{text: "there is no such goroutine beside it"} }
		}
	}
	return nil
}

// find looks for a relative of a call, in a command, and goes there unless the cursor was moved meanwhile.
func (p *callsPane) find(q model.KinQuery, of model.CallRow) tea.Cmd {
	s := p.at.session
	q.Filter, q.Span, q.Now = p.compiled, p.at.span, p.at.now
	if p.paused {
		q.Until = p.frozen
	}
	return func() tea.Msg {
		seq, ok := s.Await().FindKin(q)
		if !ok && !(q.Kin == model.Caller && p.tree.on) {
			return noticeMsg{text: noKin(q, of)}
		}
		return workedMsg{func() { p.found(s, q, seq) }}
	}
}

// found goes to what was found; from an outermost call of the tree to its goroutine.
func (p *callsPane) found(s Session, q model.KinQuery, seq uint64) {
	row, ok := p.selected()
	switch {
	case p.at.session != s || q.Of != 0 && (!ok || row.Seq != q.Of):
	case seq != 0:
		p.show(seq)
	case p.tree.on:
		p.tree.list.goTo(model.TreePlace{G: q.G})
		p.tree.stale = true
	}
}

// noKin says what there is none of.
func noKin(q model.KinQuery, of model.CallRow) string {
	switch {
	case q.Filter != nil || !q.Span.All():
		return "there is no such call that matches"
	case q.Kin == model.Caller:
		return noCaller(of)
	case q.Kin == model.LongestCall:
		return "it has made no call that is known"
	case q.Kin == model.PreviousCall:
		return "there is no earlier call of the same caller"
	}
	return "there is no later call of the same caller"
}

// noCaller says why nothing is known of who made a call.
func noCaller(of model.CallRow) string {
	if of.Depth == 0 {
		return "it is the outermost traced call of its goroutine"
	}
	return "its caller is no longer kept"
}
