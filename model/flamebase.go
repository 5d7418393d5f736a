package model

import "goapptrace/protocol"

// FlameBase is a picture that later ones are compared with.
type FlameBase struct {
	Tree  *FlameTree
	index map[basePath]int32
}

type basePath struct {
	parent int32
	name   protocol.Text
}

// NewFlameBase takes a picture as baseline.
func NewFlameBase(t *FlameTree) *FlameBase {
	b := &FlameBase{t, make(map[basePath]int32, len(t.Nodes))}
	for i := range t.Nodes {
		b.index[basePath{t.Nodes[i].Parent, t.Nodes[i].Name}] = int32(i)
	}
	return b
}

// Compare finds the paths of the baseline by the names of their functions, so that two runs can be compared.
func (t *FlameTree) Compare(b *FlameBase) {
	t.Nodes[0].Base = 0
	for i := 1; i < len(t.Nodes); i++ {
		n := &t.Nodes[i]
		n.Base = -1
		if parent := t.Nodes[n.Parent].Base; parent >= 0 {
			if base, ok := b.index[basePath{parent, n.Name}]; ok {
				n.Base = base
			}
		}
	}
}
