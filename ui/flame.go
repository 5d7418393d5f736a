package ui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
	"goapptrace/ui/chart"
)

// flamePane draws the retained calls, added up by their paths, as an icicle: each function as wide as its share, below
// the one that called it.
type flamePane struct {
	env      *env
	store    Store
	chosen   func() (goroutine uint64, ok bool) // the one that the Calls tab's cursor is on
	bindings flameKeys

	width, height int
	filtering
	at      moment
	session model.SessionRow

	scope  flameScope
	g      uint64 // goroutine of the scope
	by     model.FlameWeight
	base   *model.FlameBase
	basing bool // the next picture that is complete is to be the baseline
	job    flameJob
	tree   *model.FlameTree // nil until there is one
	failed any              // what the work panicked with

	zoom, cursor []protocol.Text // names of the functions on the way there
	root, node   int32           // what these are in the tree
	skip         int             // of the root's children, the heaviest ones are left out
	rest         bool            // the cursor is on the node's children that are too narrow for boxes of their own
	whole        uint64          // weight of the root without the ones left out
	before       uint64          // the same in the baseline
	rows         [][]chart.Box   // of the root
	top          int             // first row in view
	hues         map[protocol.Text]int
}

type flameKeys struct {
	Left, Right, Up, Down, Zoom, Out, Weight, Scope, Base, Call, Trace, Next, Previous key.Binding
}

// flameScope is whose calls are added up.
type flameScope int

const (
	scopeSession flameScope = iota
	scopeGoroutine
	scopeAll
	scopes
)

func newFlamePane(e *env, store Store, chosen func() (uint64, bool)) *flamePane {
	return &flamePane{env: e, store: store, chosen: chosen, filtering: filtering{kind: query.Calls}, hues: map[protocol.Text]int{}, bindings: flameKeys{
		Zoom:     bind("enter", "zoom in", "enter"),
		Weight:   bind("w", "total, self, calls, errors", "w"),
		Out:      bind("esc", "zoom out", "esc", "backspace"),
		Base:     bind("b", "compare with now, and no more", "b"),
		Call:     bind("c", "the longest call", "c"),
		Scope:    bind("a", "session, goroutine, all", "a"),
		Left:     bind("←/h", "left", "left", "h"),
		Right:    bind("→/l", "right", "right", "l"),
		Up:       bind("↑/k", "caller", "up", "k"),
		Down:     bind("↓/j", "callee", "down", "j"),
		Trace:    bindTrace(),
		Next:     bind("n", "next match", "n"),
		Previous: bind("N", "previous match", "N"),
	}}
}

func (p *flamePane) title() string { return "Flame" }

func (p *flamePane) keys() []key.Binding {
	b := p.bindings
	return []key.Binding{
		b.Zoom, b.Weight, b.Out, b.Base, b.Call, b.Scope, b.Left, b.Right, b.Up, b.Down, b.Trace, b.Next, b.Previous,
	}
}

// setFilter narrows the picture to the calls that pass. A filter that is just a word leaves out none: it marks the functions
// whose names it occurs in.
func (p *flamePane) setFilter(text string) { p.set(text) }

// narrowed is the filter of the calls that the picture is made of, nil for all.
func (p *flamePane) narrowed() *query.Filter {
	if p.needle() != "" {
		return nil
	}
	return p.compiled
}

func (p *flamePane) resize(width, height int) {
	p.width, p.height = width, height
	p.lay()
}

func (p *flamePane) refresh(at moment) {
	if p.failed != nil {
		panic(p.failed)
	}
	if at.paused && !p.at.paused {
		p.job.stopAt(p.store.Sessions(at.now))
	}
	if at.session != p.at.session && p.scope == scopeGoroutine {
		p.scope = scopeSession // goroutines are a session's own
		p.dropBase()
	}
	p.at = at
	if at.session == nil {
		p.session = model.SessionRow{}
	} else if !at.paused || p.session.ID != at.session.ID() {
		p.session = at.session.Row(at.now)
	}
	if p.job.scene != p.scene() {
		p.tree, p.rows = nil, nil
	}
}

// lay lays the picture out, with the cursor on the same path as before, as far as it is there.
func (p *flamePane) lay() {
	if p.tree == nil {
		return
	}
	const deepest = 1 << 10
	var n int
	if p.root, n = find(p.tree, p.zoom); n < len(p.zoom) {
		p.zoom, p.skip = p.zoom[:n], 0
	}
	if p.node, n = find(p.tree, p.cursor); n < len(p.cursor) {
		p.rest = false
	}
	t := partTree{p.tree, p.root, p.skip}
	p.whole = t.Weight(p.root)
	p.before = t.before(p.base)
	p.rows = chart.Icicle(t, p.root, p.width-2, deepest)
	if p.box() == nil {
		p.choose(p.visibleAncestor(), false)
	}
	p.scrollTo(p.depth())
}

// find is the node that a path of names leads to, as far as it is in the tree, and how far that is.
func find(t *model.FlameTree, path []protocol.Text) (node int32, n int) {
	for _, name := range path {
		children := t.Children(node)
		i := slices.IndexFunc(children, func(c int32) bool { return t.Nodes[c].Name == name })
		if i < 0 {
			break
		}
		node = children[i]
		n++
	}
	return node, n
}

// path is the names of the functions on the way to a node.
func (p *flamePane) path(node int32) []protocol.Text {
	var path []protocol.Text
	for ; node > 0; node = p.tree.Nodes[node].Parent {
		path = append(path, p.tree.Nodes[node].Name)
	}
	slices.Reverse(path)
	return path
}

// choose puts the cursor on a node, or on those of its children that are merged.
func (p *flamePane) choose(node int32, rest bool) {
	p.node, p.cursor, p.rest = node, p.path(node), rest
	p.scrollTo(p.depth())
}

// place is the row and the index of the box that the cursor is on.
func (p *flamePane) place() (row, index int, ok bool) {
	row = p.depth()
	if row < 0 || row >= len(p.rows) {
		return 0, 0, false
	}
	index = slices.IndexFunc(p.rows[row], func(b chart.Box) bool { return p.holds(row, &b) })
	return row, index, index >= 0
}

// holds says whether the cursor is on a box of a row.
func (p *flamePane) holds(row int, b *chart.Box) bool {
	node, rest := p.of(row, b)
	return node == p.node && rest == p.rest
}

// of is the node that a box stands for; with rest, for some of its children.
func (p *flamePane) of(row int, b *chart.Box) (node int32, rest bool) {
	if b.Rest > 0 {
		return p.rows[row-1][b.Parent].Node, true
	}
	return b.Node, false
}

// depth is how far below the root the cursor is.
func (p *flamePane) depth() int {
	depth := 0
	if p.rest {
		depth = 1
	}
	for node := p.node; node != p.root; node = p.tree.Nodes[node].Parent {
		if node <= 0 {
			return -1
		}
		depth++
	}
	return depth
}

// box is the box that the cursor is on, nil when it has none.
func (p *flamePane) box() *chart.Box {
	row, i, ok := p.place()
	if !ok {
		return nil
	}
	return &p.rows[row][i]
}

// visibleAncestor is the nearest node above the cursor that has a box, the root if it is elsewhere.
func (p *flamePane) visibleAncestor() int32 {
	p.rest = false
	for node := p.node; node > 0; node = p.tree.Nodes[node].Parent {
		p.node = node
		if p.box() != nil {
			return node
		}
	}
	return p.root
}

// scrollTo makes sure that a row is in view.
func (p *flamePane) scrollTo(row int) {
	n := max(1, p.room())
	p.top = min(max(p.top, row-n+1), row)
	p.top = max(0, min(p.top, len(p.rows)-n))
}

// behind implements [pausable].
func (p *flamePane) behind() (rows uint64, what string) {
	if p.at.paused && p.at.session != nil {
		rows = p.at.session.Row(p.at.now).Calls - p.session.Calls
	}
	return rows, "calls"
}

// copyText is the path, a function a line, and its figures.
func (p *flamePane) copyText() string {
	if p.tree == nil || p.nothing() != "" {
		return ""
	}
	var lines []string
	for _, name := range p.cursor {
		lines = append(lines, string(name))
	}
	if len(lines) == 0 {
		lines = []string{p.all() + p.less(0)}
	}
	if p.rest {
		lines = append(lines, p.narrow())
	}
	return strings.Join(append(lines, plainFacts(p.facts(&p.tree.Nodes[p.node]))), "\n")
}

func (p *flamePane) location() (file string, line int) {
	if p.tree == nil {
		return "", 0
	}
	n := &p.tree.Nodes[p.node]
	return string(n.File), int(n.Line)
}
