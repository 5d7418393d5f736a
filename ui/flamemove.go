package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
)

func (p *flamePane) update(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case tea.MouseClickMsg:
		p.click(msg.X, msg.Y)
		return nil, true
	case tea.MouseWheelMsg:
		return nil, p.wheel(msg)
	case tea.KeyPressMsg:
		switch b := p.bindings; {
		case key.Matches(msg, b.Weight):
			p.by = (p.by + 1) % (model.FlameErrors + 1)
			p.dropBase() // it has other weights
		case key.Matches(msg, b.Scope):
			p.nextScope()
		case key.Matches(msg, b.Base):
			p.compare()
		case p.tree == nil:
			return nil, false
		case key.Matches(msg, b.Call):
			return p.call(), true
		case key.Matches(msg, b.Trace):
			if f := p.tree.Nodes[p.node].Func; f != 0 && p.scope != scopeAll {
				return askTrace(f), true
			}
		default:
			return nil, p.move(msg)
		}
		return nil, true
	}
	return nil, false
}

// move handles the keys that move the cursor, and what it can't, it leaves to the root.
func (p *flamePane) move(msg tea.KeyPressMsg) bool {
	switch b := p.bindings; {
	case key.Matches(msg, b.Zoom):
		p.zoomIn()
	case key.Matches(msg, b.Out):
		return p.zoomOut()
	case key.Matches(msg, b.Left):
		p.sideways(-1)
	case key.Matches(msg, b.Right):
		p.sideways(1)
	case key.Matches(msg, b.Up):
		p.ascend()
	case key.Matches(msg, b.Down):
		p.descend()
	case key.Matches(msg, b.Next) && p.needle() != "":
		p.nextMatch(1)
	case key.Matches(msg, b.Previous) && p.needle() != "":
		p.nextMatch(-1)
	default:
		return false
	}
	return true
}

// sideways goes to the next box of the row.
func (p *flamePane) sideways(step int) {
	row, i, ok := p.place()
	if i += step; ok && i >= 0 && i < len(p.rows[row]) {
		p.choose(p.of(row, &p.rows[row][i]))
	}
}

// ascend goes to the caller.
func (p *flamePane) ascend() {
	switch {
	case p.rest:
		p.choose(p.node, false)
	case p.node != p.root:
		p.choose(p.tree.Nodes[p.node].Parent, false)
	}
}

// descend goes to the widest box below.
func (p *flamePane) descend() {
	row, i, ok := p.place()
	if !ok || p.rest || row+1 >= len(p.rows) {
		return
	}
	for k := range p.rows[row+1] {
		if b := &p.rows[row+1][k]; b.Parent == i {
			p.choose(p.of(row+1, b))
			return
		}
	}
}

// zoomIn draws what the cursor is on as wide as the pane.
func (p *flamePane) zoomIn() {
	b, skip := p.box(), 0
	switch {
	case b == nil:
		return
	case p.rest && p.node == p.root:
		skip = p.skip + b.Index
	case p.rest:
		skip = b.Index
	}
	p.zoomTo(p.node, skip)
}

// zoomTo draws a node as wide as the pane, without its heaviest children.
func (p *flamePane) zoomTo(node int32, skip int) {
	p.zoom, p.skip, p.top = p.path(node), skip, 0
	p.choose(node, false)
	p.lay()
}

// zoomOut goes back from a rest to all, else to the caller of the root. The cursor stays.
func (p *flamePane) zoomOut() bool {
	if p.skip > 0 {
		p.skip = 0
		p.lay()
		return true
	}
	if len(p.zoom) == 0 {
		return false
	}
	p.zoom = p.zoom[:len(p.zoom)-1]
	for len(p.zoom) > 0 && p.alone() {
		p.zoom = p.zoom[:len(p.zoom)-1]
	}
	p.lay()
	return true
}

// alone says whether zooming out one step would change next to nothing, as the root is all that its caller did.
func (p *flamePane) alone() bool {
	root, _ := find(p.tree, p.zoom)
	parent := p.tree.Nodes[root].Parent
	return p.tree.Share(root, parent) > 1-0.5/float64(max(p.width, 1))
}

// nextMatch goes to the next box with a name that the filter looks for, row by row. When there is none in view, it zooms
// into the heaviest path that ends with such a name.
func (p *flamePane) nextMatch(step int) {
	row, at, ok := p.place()
	if !ok {
		return
	}
	var all []int32
	for y := range p.rows {
		if y == row {
			at += len(all)
		}
		for i := range p.rows[y] {
			node, rest := p.of(y, &p.rows[y][i])
			if rest {
				node = -1
			}
			all = append(all, node)
		}
	}
	for range all {
		at = (at + step + len(all)) % len(all)
		if node := all[at]; node > 0 && p.matches(node) {
			p.choose(node, false)
			return
		}
	}
	if node := p.heaviestMatch(); node > 0 {
		p.zoomTo(node, 0)
	}
}

// heaviestMatch is the node with the most weight that the filter looks for, 0 for none.
func (p *flamePane) heaviestMatch() (found int32) {
	for i := 1; i < len(p.tree.Nodes); i++ {
		n := int32(i)
		if (found == 0 || p.tree.Weight(n) > p.tree.Weight(found)) && p.matches(n) {
			found = n
		}
	}
	return found
}

func (p *flamePane) matches(node int32) bool {
	return indexFold(string(p.tree.Nodes[node].Name), strings.TrimSpace(p.needle())) >= 0
}

// nextScope goes from the session to the goroutine of the Calls tab's cursor, to all sessions, and back.
func (p *flamePane) nextScope() {
	p.dropBase() // it is of other calls, and those of all sessions have longer paths
	p.scope = (p.scope + 1) % scopes
	if p.scope != scopeGoroutine {
		return
	}
	g, ok := p.chosen()
	if !ok {
		p.scope = scopeAll
	}
	p.g = g
}

// compare takes what is shown as the baseline, or drops the one that there is. What is asked for and not yet shown, or not
// added up, is taken when it is: what is still to be added would look like a change.
func (p *flamePane) compare() {
	switch {
	case p.base != nil || p.basing:
		p.dropBase()
	case !p.complete():
		p.basing = true
	default:
		p.base, p.basing = model.NewFlameBase(p.tree), false
		p.tree.Compare(p.base)
		p.lay()
	}
}

func (p *flamePane) dropBase() { p.base, p.basing = nil, false }

// complete says whether the picture is what was asked for, and the head no longer says that it is being added up.
func (p *flamePane) complete() bool {
	return p.tree != nil && p.tree.By == p.by && p.job.scene == p.scene() && p.job.progress(p.tree) == ""
}

// call asks to show the longest call of the chosen path.
func (p *flamePane) call() tea.Cmd {
	n := &p.tree.Nodes[p.node]
	switch {
	case p.node == 0 || p.rest || n.Seq == 0:
		return told(nil, "no call of this path is over")
	case p.at.session == nil || n.Session != p.at.session.ID():
		return told(nil, "choose its session first, among the sessions")
	}
	if _, ok := p.at.session.Call(n.Seq, p.at.now); !ok {
		return told(nil, "the longest call of this path is no longer kept")
	}
	return func() tea.Msg { return showCallMsg{n.Seq} }
}

// under is what is drawn at a point.
func (p *flamePane) under(x, y int) (node int32, rest, ok bool) {
	row := y - flameHead + p.top
	if y < flameHead || y >= flameHead+p.room() || row >= len(p.rows) {
		return 0, false, false
	}
	for i := range p.rows[row] {
		if b := &p.rows[row][i]; x-1 >= b.X && x-1 < b.X+b.Width {
			node, rest = p.of(row, b)
			return node, rest, true
		}
	}
	return 0, false, false
}

// click chooses a box, a second time zooms into it.
func (p *flamePane) click(x, y int) {
	node, rest, ok := p.under(x, y)
	switch {
	case !ok:
	case node == p.node && rest == p.rest:
		p.zoomIn()
	default:
		p.choose(node, rest)
	}
}

// wheel zooms into the box under the pointer, and out.
func (p *flamePane) wheel(msg tea.MouseWheelMsg) bool {
	switch msg.Button {
	case tea.MouseWheelUp:
		if node, rest, ok := p.under(msg.X, msg.Y); ok {
			p.choose(node, rest)
			p.zoomIn()
		}
	case tea.MouseWheelDown:
		p.zoomOut()
	default:
		return false
	}
	return true
}
