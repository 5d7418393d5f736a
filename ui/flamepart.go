package ui

import "goapptrace/model"

// partTree is a tree of which one node lacks its heaviest children.
type partTree struct {
	*model.FlameTree
	node int32
	skip int
}

// Children implements [chart.Tree].
func (t partTree) Children(node int32) []int32 {
	all := t.FlameTree.Children(node)
	if node == t.node {
		return all[min(t.skip, len(all)):]
	}
	return all
}

// Weight implements [chart.Tree].
func (t partTree) Weight(node int32) (weight uint64) {
	if node != t.node || t.skip == 0 {
		return t.FlameTree.Weight(node)
	}
	for _, c := range t.Children(node) {
		weight += t.FlameTree.Weight(c)
	}
	return weight
}

// before is the weight that the node had in the baseline.
func (t partTree) before(base *model.FlameBase) (weight uint64) {
	if base == nil {
		return 0
	}
	of := []int32{t.node}
	if t.skip > 0 {
		of = t.Children(t.node)
	}
	for _, n := range of {
		if b := t.Nodes[n].Base; b >= 0 {
			weight += base.Tree.Weight(b)
		}
	}
	return weight
}
