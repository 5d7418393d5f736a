package model

import (
	"cmp"
	"runtime"
	"slices"
	"time"

	"goapptrace/protocol"
)

// FlameWeight is what the frames of a [FlameTree] are as wide as.
type FlameWeight uint8

// The weights.
const (
	FlameTotal  FlameWeight = iota // ns that calls took
	FlameSelf                      // ns that functions took themselves; below a function stand those that called it
	FlameCalls                     // calls, with those that they made
	FlameErrors                    // calls that returned an error or panicked, with those that they made
)

// FlameNode is what the calls of one path add up to.
type FlameNode struct {
	Name    protocol.Text
	File    protocol.Text
	Line    uint64
	Func    uint64 // 0 for nodes that stand for no function
	Session uint64 // of the path's calls; 0 for all
	Parent  int32  // -1 for the first node
	Base    int32  // the same path in the baseline, -1 for none; see [FlameTree.Compare]

	Weight  uint64        // that of the children is never larger
	Total   time.Duration // of these calls; of open ones until now
	Self    time.Duration // without the calls that they made
	Calls   uint64
	Open    uint64 // of these, calls that are not over
	Errors  uint64
	Panics  uint64
	Longest time.Duration // of the calls that are over
	Seq     uint64        // number of the longest; 0 for none
}

// FlameTree is a picture of a [Flame]. It doesn't change any more, Base aside.
type FlameTree struct {
	Nodes []FlameNode // the first one stands for all; each comes after its parent
	By    FlameWeight
	Since time.Time // when the first call that was added began; zero when there is none
	Calls uint64    // calls added
	Seen  uint64    // calls looked at
	Left  uint64    // calls still to be
	Older uint64    // calls before the first one, which are no longer kept
	Other bool      // there were more paths than nodes

	lists    []int32  // the children of all nodes, one node's after the other
	children []uint32 // where each node's begin, and where the last one's end
}

// Children are the nodes below node, the heaviest first. They are not to be changed.
func (t *FlameTree) Children(node int32) []int32 {
	return t.lists[t.children[node]:t.children[node+1]]
}

// Weight is the weight of a node.
func (t *FlameTree) Weight(node int32) uint64 { return t.Nodes[node].Weight }

// Tree is the picture of what has been added so far.
func (f *Flame) Tree(by FlameWeight) *FlameTree {
	t := f.picture()
	t.By = by
	switch by {
	case FlameSelf:
		t.invert(2 * f.most)
	case FlameTotal:
		t.weigh(func(n *FlameNode) uint64 { return uint64(n.Self) })
	case FlameCalls:
		t.weigh(func(n *FlameNode) uint64 { return n.Calls })
	case FlameErrors:
		t.weigh(func(n *FlameNode) uint64 { return n.Errors + n.Panics })
	}
	runtime.Gosched()
	t.list()
	return t
}

// picture copies the nodes and gives them names.
func (f *Flame) picture() *FlameTree {
	t := &FlameTree{Nodes: make([]FlameNode, len(f.nodes))}
	f.reach(t)
	for i := range f.nodes {
		n := &f.nodes[i]
		t.Nodes[i] = FlameNode{
			Session: f.session.id, Parent: n.parent, Base: -1,
			Total: f.lasted(n), Calls: n.calls, Open: uint64(max(n.open, 0)), Errors: n.errors, Panics: n.panics,
			Longest: time.Duration(n.longest), Seq: n.seq,
		}
	}
	runtime.Gosched() // here as below: frames that wait for a processor come first
	f.name(t)
	t.settleSelf()
	runtime.Gosched()
	return t
}

// reach notes which calls were added.
func (f *Flame) reach(t *FlameTree) {
	s := f.session
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.calls.log
	t.Seen = f.next - f.first
	t.Older, t.Left = f.first-1, l.total+1-max(f.next, l.first())
	if f.begun {
		t.Since = s.clock.wall(f.since)
	}
}

// name gives nodes their names.
func (f *Flame) name(t *FlameTree) {
	s := f.session
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := 1; i < len(f.nodes); i++ {
		if i%littleWork == 0 {
			s.mu.giveWay()
		}
		sym := &otherSymbol
		if fn := f.nodes[i].fn; fn == otherFuncs {
			t.Other = true
		} else {
			sym = &s.calls.funcs.symbols[fn]
		}
		n := &t.Nodes[i]
		n.Name, n.File, n.Line, n.Func = sym.name, sym.file, sym.line, sym.id
	}
}

// otherSymbol is what the nodes for all others are called.
var otherSymbol = symbol{name: "(other paths)"}

// lasted is what the calls of a node took, the open ones until now.
func (f *Flame) lasted(n *flameNode) time.Duration {
	return time.Duration(sum(n.total, max(n.open*(min(f.asOf, f.to)-f.since)-n.starts, 0)))
}

// settleSelf works out what functions took themselves, and what the first node adds up to: the outermost calls.
func (t *FlameTree) settleSelf() {
	for i := len(t.Nodes) - 1; i > 0; i-- {
		n := &t.Nodes[i]
		n.Self = max(n.Total+n.Self, 0) // less what was taken off for the children
		p := &t.Nodes[n.Parent]
		if n.Parent == 0 {
			p.Total = time.Duration(sum(int64(p.Total), int64(n.Total)))
		} else {
			p.Self = -time.Duration(sum(int64(-p.Self), int64(n.Total)))
		}
		t.Calls += n.Calls
	}
	t.Nodes[0].Self = 0
}

// weigh makes each node as heavy as it is itself and its children are.
func (t *FlameTree) weigh(own func(*FlameNode) uint64) {
	for i := len(t.Nodes) - 1; i > 0; i-- {
		n := &t.Nodes[i]
		n.Weight = add(n.Weight, own(n))
		p := &t.Nodes[n.Parent]
		p.Weight = add(p.Weight, n.Weight)
	}
}

// list fills in the lists of children.
func (t *FlameTree) list() {
	t.children = make([]uint32, len(t.Nodes)+1)
	for i := 1; i < len(t.Nodes); i++ {
		t.children[t.Nodes[i].Parent+1]++
	}
	for i := range t.Nodes {
		t.children[i+1] += t.children[i]
	}
	t.lists = make([]int32, max(len(t.Nodes)-1, 0))
	next := slices.Clone(t.children)
	for i := 1; i < len(t.Nodes); i++ {
		p := t.Nodes[i].Parent
		t.lists[next[p]] = int32(i)
		next[p]++
	}
	for i := range t.Nodes {
		slices.SortStableFunc(t.Children(int32(i)), func(a, b int32) int {
			return cmp.Compare(t.Nodes[b].Weight, t.Nodes[a].Weight)
		})
	}
}

// Share is how much of the weight of node whole node part has, from 0 to 1.
func (t *FlameTree) Share(part, whole int32) float64 {
	if t.Nodes[whole].Weight == 0 {
		return 0
	}
	return float64(t.Nodes[part].Weight) / float64(t.Nodes[whole].Weight)
}
