package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
)

// switchView shows the tree instead of the log, or the other way round, with the cursor on the same call.
func (p *callsPane) switchView() {
	t := &p.tree
	if p.at.session == nil {
		return
	}
	if !t.on {
		row, ok := p.list.selected()
		t.on, t.at, t.stale = true, p.at, true
		if t.list.height = max(0, p.height-2); ok {
			t.list.fetch, t.filter, t.frozen = t.fetch, p.compiled, p.frozen
			t.reveal(model.TreePlace{G: row.G, Seq: row.Seq})
		}
		return
	}
	seq := p.here()
	t.on = false
	if seq != 0 {
		p.show(seq)
	}
}

// treePress handles the keys that fold and unfold.
func (p *callsPane) treePress(msg tea.KeyPressMsg) bool {
	t := &p.tree
	switch k := t.keys; {
	case key.Matches(msg, k.Fold):
		t.fold(true)
	case key.Matches(msg, k.Unfold):
		t.fold(false)
	case key.Matches(msg, k.FoldAll):
		t.foldAll(true)
	case key.Matches(msg, k.UnfoldAll):
		t.foldAll(false)
	default:
		return false
	}
	return true
}

// step handles what moves the cursor or the window, of the log or of the tree; again says that a row was clicked that was
// chosen already.
func (p *callsPane) step(msg tea.Msg) (handled, again bool) {
	if !p.tree.on {
		return p.move(msg)
	}
	t := &p.tree
	switch msg := msg.(type) {
	case tea.MouseClickMsg:
		return true, t.list.click(msg.Y - 1)
	case tea.MouseWheelMsg:
		n, ok := p.moves.lines(msg, t.list.height)
		t.list.scroll += n
		return ok, false
	case tea.KeyPressMsg:
		n, ok := p.moves.lines(msg, t.list.height)
		if !ok || t.spawn == nil || len(t.spawn.Lines) == 0 {
			return ok, false
		}
		t.stale = true
		switch lines := t.spawn.Lines; {
		case n <= -far:
			t.list.home(lines[0].G)
		case n >= far:
			t.list.end(lines[len(lines)-1].G)
		default:
			t.list.move(n)
		}
		return true, false
	}
	return false, false
}

// view implements [pane].
func (p *callsPane) view() string {
	if p.tree.on {
		return p.viewTree()
	}
	return p.logPane.view()
}

// searching implements [searcher].
func (p *callsPane) searching() bool {
	if p.tree.on {
		return p.at.session != nil && p.tree.searching()
	}
	return p.logPane.searching()
}

// work implements [worker]: it works out the order of the tree's goroutines.
func (p *callsPane) work() tea.Cmd {
	if !p.tree.on {
		return nil
	}
	return p.tree.work()
}

// behindStore implements [worker].
func (p *callsPane) behindStore() bool {
	t := &p.tree
	return t.on && t.at.session != nil && !t.at.paused && (t.job.left || t.job.changed != t.at.session.Changed())
}
