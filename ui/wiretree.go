package ui

import (
	"slices"
	"strconv"
	"strings"

	"goapptrace/protocol"
)

// wireTree is the tree of a packet's parts, of which some are folded.
type wireTree struct {
	parts   *protocol.Dissection // nil for none
	visible []int32              // indexes of the parts that are not folded away
	cursor  int                  // index in visible
	top     int                  // the same of the first line
	height  int
	folds   map[string]bool // what the user has folded or, if false, unfolded; for all packets
}

// wireStep leads from a part to one that it holds.
type wireStep struct {
	name  protocol.Text
	index int32
}

// load takes other parts. The cursor stays on the same field, as far as there is one.
func (t *wireTree) load(parts *protocol.Dissection) {
	path := t.path()
	t.parts, t.visible, t.cursor, t.top = parts, nil, 0, 0
	if parts == nil {
		return
	}
	i := t.find(path)
	if i < 0 {
		i = parts.PacketPart()
	}
	t.flatten()
	for ; i > 0 && !slices.Contains(t.visible, int32(i)); i = parts.Parent(i) {
	}
	t.cursor = max(0, slices.Index(t.visible, int32(i)))
}

// chosen is the part that the cursor is on, -1 for none.
func (t *wireTree) chosen() int {
	if t.cursor >= len(t.visible) {
		return -1
	}
	return int(t.visible[t.cursor])
}

// choose puts the cursor on a part, and unfolds what it is in.
func (t *wireTree) choose(part int) {
	for around := t.parts.Parent(part); around >= 0; around = t.parts.Parent(around) {
		if t.folded(around) {
			t.folds[t.key(around)] = false
		}
	}
	t.flatten()
	t.cursor = max(0, slices.Index(t.visible, int32(part)))
}

// move takes the cursor n lines down.
func (t *wireTree) move(n int) {
	t.cursor = min(max(t.cursor+n, 0), max(0, len(t.visible)-1))
}

// fold folds a part, or unfolds it, and says whether that changed anything.
func (t *wireTree) fold(part int, folded bool) bool {
	if part < 0 || !t.foldable(part) || t.folded(part) == folded {
		return false
	}
	t.folds[t.key(part)] = folded
	t.flatten()
	return true
}

// foldAll folds whatever holds more than one thing, or unfolds it. The cursor goes to what holds it, if need be.
func (t *wireTree) foldAll(folded bool) {
	part := t.chosen()
	for i := range t.parts.Parts {
		if p := &t.parts.Parts[i]; p.Depth == 0 && t.foldable(i) || p.Depth == 1 && p.Index < 0 && t.foldable(i) {
			t.folds[t.key(i)] = folded
		}
	}
	t.flatten()
	for ; part > 0 && !slices.Contains(t.visible, int32(part)); part = t.parts.Parent(part) {
	}
	t.cursor = max(0, slices.Index(t.visible, int32(part)))
}

func (t *wireTree) flatten() {
	t.visible = t.visible[:0]
	for i := 0; i < len(t.parts.Parts); {
		t.visible = append(t.visible, int32(i))
		if t.foldable(i) && t.folded(i) {
			i = t.parts.Next(i)
		} else {
			i++
		}
	}
}

func (t *wireTree) foldable(i int) bool {
	parts := t.parts.Parts
	return i+1 < len(parts) && parts[i+1].Depth > parts[i].Depth
}

// folded says whether a part is folded: at first the header, types, long lists and those that rows tell of, too, and structs
// that are elements of lists.
func (t *wireTree) folded(i int) bool {
	if folded, ok := t.folds[t.key(i)]; ok {
		return folded
	}
	const short = 4
	switch p := &t.parts.Parts[i]; p.Kind {
	case protocol.PartTypes:
		return true
	case protocol.PartList:
		return p.Number > short || p.Depth == 1 && t.parts.Parts[len(t.parts.Parts)-1].Kind == protocol.PartRow
	case protocol.PartStruct:
		return p.Depth == 0 && i != t.parts.PacketPart() || p.Index >= 0
	}
	return false
}

// key is what a fold of a part is remembered by: the elements of all lists of a depth share one.
func (t *wireTree) key(i int) string {
	p := &t.parts.Parts[i]
	if p.Index >= 0 {
		return "#" + strconv.Itoa(int(p.Depth))
	}
	return string(p.Name) + "/" + strconv.Itoa(int(p.Depth))
}

// path leads to the part that the cursor is on.
func (t *wireTree) path() (path []wireStep) {
	for i := t.chosen(); i >= 0; i = t.parts.Parent(i) {
		path = append(path, wireStep{t.parts.Parts[i].Name, t.parts.Parts[i].Index})
	}
	slices.Reverse(path)
	return path
}

// find is the part that a path leads to, as far as it goes; -1 when it leads nowhere.
func (t *wireTree) find(path []wireStep) int {
	at, end := -1, len(t.parts.Parts)
	for depth, step := range path {
		found := -1
		for i := at + 1; i < end && found < 0; i++ {
			if p := &t.parts.Parts[i]; int(p.Depth) == depth && p.Name == step.name && p.Index == step.index {
				found = i
			}
		}
		if found < 0 {
			break
		}
		at, end = found, t.parts.Next(found)
	}
	return at
}

// window are the visible parts that so many lines show, with the cursor among them.
func (t *wireTree) window(height int) []int32 {
	t.height = height
	t.top = min(max(t.top, t.cursor-height+1), t.cursor)
	t.top = max(0, min(t.top, len(t.visible)-height))
	return t.visible[t.top:min(len(t.visible), t.top+max(0, height))]
}

// drawFields draws the tree, and below it the whole value of the chosen part, if its line has no room for it.
func (p *wirePane) drawFields(area rect) []string {
	const most = 4
	var rest []string
	if i := p.tree.chosen(); i >= 0 && area.height > 2*most {
		label, value, _ := p.shown.told(p.env, i)
		room := area.width - 2*int(p.shown.parts.Parts[i].Depth) - len(label) - 5
		if lines := fold(value, max(1, area.width-3)); len(lines) > 1 || len(value) > room {
			rest = lines[:min(len(lines), most)]
		}
	}
	parts := p.tree.window(area.height - len(rest))
	labels := 0
	for _, i := range parts {
		if part := &p.shown.parts.Parts[i]; part.Index < 0 {
			labels = max(labels, min(2*int(part.Depth)+len(part.Name), area.width/3))
		}
	}
	var lines []string
	for _, i := range parts {
		lines = append(lines, p.fieldLine(int(i), labels, area.width))
	}
	for len(lines) < area.height-len(rest) {
		lines = append(lines, "")
	}
	for _, line := range rest {
		lines = append(lines, "  "+p.env.styles.Text.Plain.Render(line))
	}
	return lines
}

// fieldLine is the line of a part, its label as wide as those around.
func (p *wirePane) fieldLine(i, labels, width int) string {
	part, g := &p.shown.parts.Parts[i], p.env.glyphs
	label, value, paint := p.shown.told(p.env, i)
	indent := 2 * int(part.Depth)
	gutter, mark := " ", " "
	chosen := i == p.tree.chosen()
	if chosen {
		gutter = g.Cursor
	}
	switch {
	case !p.tree.foldable(i):
	case p.tree.folded(i):
		mark = g.Folded
	default:
		mark = g.Unfolded
	}
	if part.Index < 0 {
		label = p.env.fit(label, max(0, labels-indent), false)
	}
	if label != "" {
		label += "  "
	}
	line := gutter + strings.Repeat(" ", indent) + mark + " " + p.env.styles.Text.Dim.Render(label)
	if part.Kind == protocol.PartRow {
		line += p.shown.rowText(p.env, i, max(0, width-indent-3))
	} else {
		line += paint.Render(p.env.clip(value, max(0, width-indent-4-len([]rune(label)))))
	}
	line = fill([]string{line}, width, 1)[0]
	switch {
	case chosen && p.at.focused && p.part != wireList:
		return p.env.styles.List.Selected.Over(line)
	case chosen:
		return p.env.styles.List.Marked.Over(line)
	}
	return line
}
