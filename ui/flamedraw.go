package ui

import (
	"strconv"
	"strings"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/chart"
	"goapptrace/ui/safe"
)

// Lines around the icicle: the head above, the facts of the chosen path and the status below.
const (
	flameHead   = 1
	flameFacts  = 2
	flameStatus = 1
)

// room is how many rows of the icicle fit.
func (p *flamePane) room() int {
	n := p.height - flameHead
	if p.height >= 6 {
		n -= flameFacts
	}
	if p.height >= 8 {
		n -= flameStatus
	}
	return max(n, 0)
}

func (p *flamePane) view() string {
	lines := []string{p.pad(p.head())}
	if nothing := p.nothing(); nothing != "" {
		lines = append(lines, p.pad(p.env.styles.Text.Dim.Render(p.env.clip(nothing, p.width-2))))
	} else {
		for y := p.top; y < min(p.top+p.room(), len(p.rows)); y++ {
			lines = append(lines, p.pad(p.drawRow(y)))
		}
	}
	for len(lines) < p.height {
		lines = append(lines, p.pad(""))
	}
	if below := p.height - flameHead - p.room(); below >= flameFacts && p.nothing() == "" {
		n := &p.tree.Nodes[p.node]
		at := p.height - below
		lines[at], lines[at+1] = p.pad(p.name(n)), p.pad(p.factsLine())
	}
	if p.height >= 8 {
		lines[p.height-1] = p.pad(p.status())
	}
	return strings.Join(lines[:max(p.height, 0)], "\n")
}

func (p *flamePane) pad(painted string) string { return safe.Fit(" "+painted, p.width) }

// dot parts two facts.
func (e *env) dot() string { return e.styles.Text.Dim.Render(" " + e.glyphs.Dot + " ") }

// drawRow draws one row of boxes.
func (p *flamePane) drawRow(y int) string {
	var b strings.Builder
	at := 0
	for i := range p.rows[y] {
		box := &p.rows[y][i]
		b.WriteString(strings.Repeat(" ", box.X-at))
		at = box.X + box.Width
		if box.Rest > 0 {
			b.WriteString(p.shade(box.Width, p.holds(y, box)))
			continue
		}
		block := p.block(box, y+i)
		text := p.label(box, block)
		b.WriteString(text)
		if edge := chart.Edge(box.Filled); edge != "" && p.fills(box) && !p.env.glyphs.ASCII && (box.Node != p.node || p.rest) {
			b.WriteString(block.Edge.Render(edge))
			at++
		}
	}
	return b.String()
}

// shade draws boxes too narrow to be drawn.
func (p *flamePane) shade(width int, chosen bool) string {
	g := p.env.glyphs
	if chosen {
		return p.mark(g.Cursor + strings.Repeat(g.Shade, width-1))
	}
	return p.env.styles.Text.Dim.Render(g.Ellipsis + strings.Repeat(g.Shade, width-1))
}

// mark paints what the cursor is on.
func (p *flamePane) mark(text string) string {
	if p.at.focused {
		return p.env.styles.List.Cursor.Render(text)
	}
	return p.env.styles.List.Marked.Render(text)
}

// fills says whether a box is a coloured area.
func (p *flamePane) fills(box *chart.Box) bool {
	return p.env.styles.Flame.Filled && (p.needle() == "" || p.matches(box.Node))
}

// block is how a box is painted. The shade goes by its place.
func (p *flamePane) block(box *chart.Box, place int) Block {
	s, text := &p.env.styles.Flame, p.env.styles.Text
	switch {
	case p.needle() != "" && p.matches(box.Node):
		return Block{text.Match, text.Match, text.Strong}
	case p.needle() != "" || !s.Filled && box.Node == 0:
		return Block{text.Dim, text.Dim, text.Dim}
	case !s.Filled:
		return Block{text.Plain, text.Plain, text.Plain}
	case p.base != nil:
		switch sign, _ := p.change(box.Node); sign {
		case '+':
			return s.Grew
		case '-':
			return s.Shrank
		}
		return s.Plain[place&1]
	case box.Node == 0:
		return s.Plain[place&1]
	}
	return s.Frames[p.hue(p.tree.Nodes[box.Node].Name)][place&1]
}

// hue is that of a function's package. Packages take turns, in the order in which they are first seen.
func (p *flamePane) hue(name protocol.Text) int {
	pkg := packageOf(name)
	hue, ok := p.hues[pkg]
	if !ok {
		hue = len(p.hues) % len(p.env.styles.Flame.Frames)
		p.hues[pkg] = hue
	}
	return hue
}

// label draws a box: a line at its left, or the cursor, then the name as far as it fits.
func (p *flamePane) label(box *chart.Box, block Block) string {
	g := p.env.glyphs
	bar, filler := "▏", "─"
	if g.ASCII {
		bar, filler = "|", "-"
	}
	chosen := box.Node == p.node && !p.rest
	if chosen {
		bar = g.Cursor
	}
	if p.fills(box) {
		filler = " "
	}
	const least = 3 // cells of a name that is cut
	sign := p.sign(box.Node)
	name := p.short(box.Node, box.Width-1-len(sign))
	if room := box.Width - 1 - len(sign); room < least && safe.Width(name) > room {
		name = ""
	}
	name = p.env.clip(sign+name, box.Width-1)
	text := name + strings.Repeat(filler, max(0, box.Width-1-safe.Width(name)))
	if chosen {
		return p.mark(bar + text)
	}
	return block.Line.Render(bar) + block.Text.Render(text)
}

// short is a function's name in as many parts as fit: with its package, its type, or alone.
func (p *flamePane) short(node int32, width int) string {
	n := &p.tree.Nodes[node]
	if node == p.root && p.skip > 0 && node != 0 {
		return clean(shortName(n.Name), width) + p.less(node)
	}
	if node == 0 {
		return p.all() + p.less(node)
	}
	name := clean(shortName(n.Name), max(width, 40))
	if safe.Width(name) <= width || n.Func == 0 {
		return name
	}
	if _, rest, ok := strings.Cut(name, "."); ok && !strings.Contains(name, "/") {
		if safe.Width(rest) <= width {
			return rest
		}
		if i := strings.LastIndex(rest, ")."); i >= 0 {
			return rest[i+len(")."):]
		}
		return rest
	}
	return name
}

// all is what the first box stands for.
func (p *flamePane) all() string {
	switch p.scope {
	case scopeGoroutine:
		return "all of " + goroutineName(p.g)
	case scopeAll:
		return "all sessions"
	}
	return "all of " + sessionName(p.session)
}

// sign tells how a path's share has changed since the baseline.
func (p *flamePane) sign(node int32) string {
	if p.base == nil {
		return ""
	}
	sign, _ := p.change(node)
	return string(sign)
}

// change compares a node's share of what is shown with the baseline's: '+' when it has grown by a tenth and half a
// hundredth, '-' when it has shrunk as much, ' ' otherwise. Was is the share then.
func (p *flamePane) change(node int32) (sign rune, was float64) {
	n := &p.tree.Nodes[node]
	is := part(p.tree.Weight(node), p.whole)
	switch {
	case node == p.root:
		is, was = 1, 1
	case n.Base >= 0:
		was = part(p.base.Tree.Weight(n.Base), p.before)
	}
	const least, tenth = 0.005, 0.1
	switch by := is - was; {
	case by >= least && by >= tenth*was:
		return '+', was
	case -by >= least && -by >= tenth*was:
		return '-', was
	}
	return ' ', was
}

func part(of, whole uint64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(of) / float64(whole)
}

// less tells that the root is drawn without its widest callees.
func (p *flamePane) less(node int32) string {
	if node != p.root || p.skip == 0 {
		return ""
	}
	return ", without the widest " + strconv.Itoa(p.skip)
}

// nothing says why there is nothing to draw, empty when there is.
func (p *flamePane) nothing() string {
	switch {
	case p.at.session == nil:
		return "no session"
	case p.tree == nil:
		return "adding up calls" + p.env.glyphs.Ellipsis
	case len(p.rows) > 0:
		return ""
	case p.tree.Calls > 0 && p.by == model.FlameErrors:
		return "no call has returned an error or panicked (w: other weights)"
	case p.tree.Calls > 0:
		return "no call has taken any time yet"
	}
	return p.noCalls()
}

// noCalls says why no call was added up.
func (p *flamePane) noCalls() string {
	of := ""
	if p.scope == scopeGoroutine {
		of = " of " + goroutineName(p.g)
	}
	switch {
	case p.job.progress(p.tree) != "":
		return "no call" + of + " found yet"
	case p.narrowed() != nil:
		return "no call" + of + " that is kept passes the filter"
	case !p.at.span.All():
		return "no call" + of + " of the range is kept"
	case of != "" && p.tree.Older > 0:
		return "the calls" + of + " are no longer kept (a: those of all sessions)"
	case p.session.Counted > 0 && of != "":
		return "no call" + of + " is in the log: " + formatCount(p.session.Counted) + " of its session are counted"
	case p.session.Counted > 0:
		return "all calls are counted: none is in the log (t streams a function's calls)"
	}
	return "no calls" + of + " yet"
}
