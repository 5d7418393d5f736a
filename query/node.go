package query

import (
	"math"
	"slices"
)

// Row is a row that a filter looks at. It is asked for fields of its kind only, [FieldText] included.
type Row interface {
	Text(f Field) string
	Number(f Field) float64
}

// Op says what a node is.
type Op uint8

// The kinds of nodes. None turns another one round: conditions are turned round themselves.
const (
	One Op = iota // a condition on a field
	All           // of the parts
	Any           // of the parts
)

// Node is a part of a condition.
type Node struct {
	Op    Op
	Parts []*Node  // of All and Any, at least two; the cheap ones first
	Uses  FieldSet // fields of this node and its parts

	// Of One:
	Field Field
	Not   bool // the condition is turned round
	// Lo and Hi, both included, are what numbers are compared with; nothing lies between when Lo > Hi.
	Lo, Hi float64
	is     func(text string) bool // of texts; nil for numbers
}

// Numeric says whether the condition is on a number.
func (n *Node) Numeric() bool { return n.is == nil }

// Text says whether the value of a field that is a text passes.
func (n *Node) Text(value string) bool { return n.is(value) != n.Not }

// Number says whether the value of a field that is a number passes.
func (n *Node) Number(value float64) bool { return (value >= n.Lo && value <= n.Hi) != n.Not }

// Bounds are Lo and Hi for whole numbers.
func (n *Node) Bounds() (lo, hi int64) { return whole(math.Ceil(n.Lo)), whole(math.Floor(n.Hi)) }

// whole is the nearest number that is an int64.
func whole(v float64) int64 {
	switch {
	case v >= math.MaxInt64:
		return math.MaxInt64
	case v <= math.MinInt64:
		return math.MinInt64
	}
	return int64(v)
}

// Match says whether a row passes.
func (n *Node) Match(row Row) bool {
	switch n.Op {
	case All:
		for _, p := range n.Parts {
			if !p.Match(row) {
				return false
			}
		}
		return true
	case Any:
		for _, p := range n.Parts {
			if p.Match(row) {
				return true
			}
		}
		return false
	}
	if n.Numeric() {
		return n.Number(row.Number(n.Field))
	}
	return n.Text(row.Text(n.Field))
}

// may asks for a row of which some fields are known.
func (n *Node) may(row Row, known FieldSet) bool {
	switch n.Op {
	case All:
		return !slices.ContainsFunc(n.Parts, func(p *Node) bool { return !p.may(row, known) })
	case Any:
		return slices.ContainsFunc(n.Parts, func(p *Node) bool { return p.may(row, known) })
	}
	return !known.Holds(n.Uses) || n.Match(row)
}

// join is all or any of some nodes. Parts of its own kind become its own.
func join(op Op, parts []*Node) *Node {
	n := &Node{Op: op}
	for _, p := range parts {
		n.Uses |= p.Uses
		if p.Op == op {
			n.Parts = append(n.Parts, p.Parts...)
		} else {
			n.Parts = append(n.Parts, p)
		}
	}
	if len(n.Parts) == 1 {
		return n.Parts[0]
	}
	slices.SortStableFunc(n.Parts, func(a, b *Node) int { return a.cost() - b.cost() })
	return n
}

// cost is about what it takes to look at a row: numbers are cheap, texts are not, and those of single calls lie apart.
func (n *Node) cost() int {
	sum := 0
	for _, p := range n.Parts {
		sum += p.cost()
	}
	switch {
	case n.Op != One:
		return sum
	case n.Field == FieldDuration && !n.Not && n.Lo > 0:
		return 1 // few calls are long, and packed ones show that without a look at each
	case n.Field == FieldEnd:
		return 2
	case n.Numeric():
		return 3
	case n.Uses&apart != 0:
		return 100
	}
	return 10
}

// apart are texts about single calls.
var apart = Set(FieldArgs, FieldResults, FieldError, FieldSpan)

// negate turns a node round.
func negate(n *Node) *Node {
	if n.Op == One {
		turned := *n
		turned.Not = !n.Not
		return &turned
	}
	parts := make([]*Node, len(n.Parts))
	for i, p := range n.Parts {
		parts[i] = negate(p)
	}
	return join(Any+All-n.Op, parts)
}

// onText is a condition on a text.
func onText(f Field, is func(string) bool) *Node { return &Node{Field: f, Uses: Set(f), is: is} }

// onNumber is a condition on a number.
func onNumber(f Field, lo, hi float64) *Node { return &Node{Field: f, Uses: Set(f), Lo: lo, Hi: hi} }
