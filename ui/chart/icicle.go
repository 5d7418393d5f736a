package chart

// Tree is what an icicle is drawn of. The children of a node are the heaviest first, and together never heavier than it.
type Tree interface {
	Weight(node int32) uint64
	Children(node int32) []int32
}

// Box is a box of an icicle: the cells from X on, Width of them, in a row. Filled is how many eighths it takes of the
// next cell, where nothing else lies, but maybe a box of merged nodes below it.
type Box struct {
	Node   int32 // of several, the heaviest
	Parent int   // index of the box above, in the row above
	X      int
	Width  int
	Filled int
	Rest   int // how many nodes too narrow for a cell each the box stands for, 0 for a box of its own
	Index  int // of the node among its parent's children

	from, to float64 // exactly where it lies
}

// Icicle lays out a node and what is below it in rows, the node itself on top as wide as width cells. A box is as wide
// as its weight, to the cell, less another one where it makes room for others. Nodes narrower than a cell are merged,
// with those below them, into one box per parent, which is never left out.
func Icicle(t Tree, node int32, width, rows int) [][]Box {
	if width <= 0 || rows <= 0 || t.Weight(node) == 0 {
		return nil
	}
	above := []Box{{Node: node, Parent: -1, Width: width, to: float64(width)}}
	all := [][]Box{above}
	for len(all) < rows {
		var row []Box
		for i := range above {
			if above[i].Rest == 0 {
				row = below(row, t, &above[i], i)
			}
		}
		if len(row) == 0 {
			break
		}
		all, above = append(all, row), row
	}
	return all
}

// below adds the boxes under one.
func below(row []Box, t Tree, p *Box, index int) []Box {
	perWeight := (p.to - p.from) / float64(t.Weight(p.Node))
	at, first := p.from, len(row)
	children := t.Children(p.Node)
	for i, c := range children {
		weight := t.Weight(c)
		if weight == 0 {
			break
		}
		to := min(at+float64(weight)*perWeight, p.to)
		if to-at < 1 {
			row = rest(row, t, p, Box{Node: c, Parent: index, Index: i, from: at}, children[i:], perWeight)
			break
		}
		row = append(row, Box{Node: c, Parent: index, X: cell(at), Width: cell(to) - cell(at), Index: i, from: at, to: to})
		at = to
	}
	if n := len(row); n > first && row[n-1].Rest == 0 {
		row[n-1].end(p)
	}
	return row
}

// rest adds the box of the children that are too narrow, if there is a cell for it.
func rest(row []Box, t Tree, p *Box, b Box, children []int32, perWeight float64) []Box {
	b.to = b.from
	for _, c := range children {
		if t.Weight(c) == 0 {
			break
		}
		b.Rest++
		b.to += float64(t.Weight(c)) * perWeight
	}
	end := p.X + p.Width + (p.Filled+7)/8
	b.X = min(cell(b.from), end-1) // anything above zero is seen
	b.Width = min(max(cell(b.to)-b.X, 1), end-b.X)
	if len(children) == len(t.Children(p.Node)) {
		return append(row, b)
	}
	last := &row[len(row)-1]
	if last.X < b.X {
		if last.Width > b.X-last.X {
			last.Width, last.to = b.X-last.X, float64(b.X)
		}
		return append(row, b)
	}
	last.Rest = b.Rest + 1 // there is one cell for both
	return row
}

// end lets the last box under p end in eighths of a cell.
func (b *Box) end(p *Box) {
	room := float64(p.X+p.Width) + float64(p.Filled)/8
	right := min(b.to, room)
	b.Width = max(int(right)-b.X, 1)
	if over := right - float64(b.X+b.Width); over > 0 {
		b.Filled = int(over * 8)
	}
}

func cell(x float64) int { return int(x + 0.5) }
