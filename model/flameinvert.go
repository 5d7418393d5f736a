package model

import "time"

// invert turns the tree over: below the first node stand all functions, with what they took themselves, and below each
// those that called it. Beyond so many nodes callers are left out.
func (t *FlameTree) invert(most int) {
	from := t.Nodes
	t.Nodes = []FlameNode{{Parent: -1, Base: -1, Session: from[0].Session}}
	type key struct {
		parent int32
		fn     uint64
		other  bool
	}
	index := map[key]int32{}
	for i := len(from) - 1; i > 0; i-- {
		leaf, at := &from[i], int32(0)
		t.Nodes[0].gain(leaf)
		for up := int32(i); up > 0 && leaf.Self > 0; up = from[up].Parent {
			n := &from[up]
			k := key{at, n.Func, n.Func == 0 && n.Name == otherSymbol.name}
			next, ok := index[k]
			if !ok {
				if len(t.Nodes) >= most {
					break
				}
				next = int32(len(t.Nodes))
				index[k] = next
				t.Nodes = append(t.Nodes, FlameNode{
					Name: n.Name, File: n.File, Line: n.Line, Func: n.Func, Session: n.Session, Parent: at, Base: -1,
				})
			}
			at = next
			t.Nodes[at].gain(leaf)
		}
	}
}

// gain adds what a path's function took itself to the functions that led to it.
func (n *FlameNode) gain(leaf *FlameNode) {
	n.Self = time.Duration(sum(int64(n.Self), int64(leaf.Self)))
	n.Weight = uint64(n.Self)
	n.Total, n.Calls, n.Open = n.Self, n.Calls+leaf.Calls, n.Open+leaf.Open
	n.Errors, n.Panics = n.Errors+leaf.Errors, n.Panics+leaf.Panics
	if leaf.Seq != 0 && (leaf.Longest > n.Longest || n.Seq == 0) {
		n.Longest, n.Seq = leaf.Longest, leaf.Seq
	}
}
