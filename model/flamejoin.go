package model

import (
	"time"

	"goapptrace/protocol"
)

// JoinFlames puts the trees of several sessions beside each other, below a node for each that has the name given.
// All must have the weight by.
func JoinFlames(by FlameWeight, trees []*FlameTree, names []protocol.Text) *FlameTree {
	all := &FlameTree{By: by, Nodes: []FlameNode{{Parent: -1, Base: -1}}}
	root := FlameNode{Parent: -1, Base: -1}
	for i, t := range trees {
		offset := int32(len(all.Nodes))
		for k, n := range t.Nodes {
			if n.Parent += offset; k == 0 {
				n.Name, n.Parent = names[i], 0
				root.Weight = add(root.Weight, n.Weight)
				root.Total = time.Duration(sum(int64(root.Total), int64(n.Total)))
			}
			all.Nodes = append(all.Nodes, n)
		}
		all.Other = all.Other || t.Other
		all.Calls, all.Older = all.Calls+t.Calls, all.Older+t.Older
		all.Seen, all.Left = all.Seen+t.Seen, all.Left+t.Left
		if all.Since.IsZero() || !t.Since.IsZero() && t.Since.Before(all.Since) {
			all.Since = t.Since
		}
	}
	all.Nodes[0] = root
	all.list()
	return all
}
