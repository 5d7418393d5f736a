// Package query is the filter language: one for calls, functions, goroutines, packets, output, sessions and what watchers found, on the screen and in
// --filter.
//
// [Compile] turns a text into a [Filter] for rows of one [Kind]. [Filter.Match] asks it about a row; who keeps rows in
// columns walks through its [Node]s instead, and [Filter.May] says what can be told when only part of a row is known.
// [Complete] says what can be typed at a place. No other package knows the syntax:
//
//	dur > 10ms and err            comparisons, flags, and, or, not, ( ), also && || !
//	func ~ "store\." or g = 17    regular expressions (~ and !~), equality (= and !=)
//	decode "no such"              words and quoted texts are looked for, letter case ignored; all must be there
//	rate(func) > 1k and err       of watchers alone: a measure of the calls that pass the rest, see [Measure]
package query

import "strings"

// Bounds on a text: what comes from a user or a file may be anything.
const (
	MaxLength  = 1024 // characters
	maxNesting = 64   // parentheses and nots
)

// Kind is a kind of rows.
type Kind uint8

// The kinds of rows.
const (
	Calls Kind = iota
	Functions
	Packets
	Output
	Sessions
	Goroutines
	Watches  // conditions of watchers: calls, with at most one [Measure]
	Findings // what watchers have found
	numKinds
)

var kindNames = [numKinds]string{"calls", "functions", "packets", "output", "sessions", "goroutines", "watchers", "findings"}

func (k Kind) String() string { return kindNames[k] }

// Filter is a compiled text. It doesn't change, and may be used by any number of goroutines. Nil lets everything pass.
type Filter struct {
	text   string
	kind   Kind
	root   *Node // nil: everything passes
	needle string

	measure *Measure // of Watches
}

// Compile makes a filter for rows of a kind, nil of a text without anything in it. The error is an [*Error].
func Compile(text string, kind Kind) (*Filter, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	tree, err := parse(text)
	if err != nil {
		return nil, in(text, err)
	}
	c := compiler{kind: kind, parts: new(int)}
	if kind == Watches {
		f := &Filter{text: text, kind: kind}
		if f.root, f.measure, err = c.watch(tree); err != nil {
			return nil, in(text, err)
		}
		return f, nil
	}
	root, err := c.any(tree)
	if err != nil {
		return nil, in(text, err)
	}
	return &Filter{text: text, kind: kind, root: root, needle: c.needle(tree)}, nil
}

// String is the text that the filter was made of.
func (f *Filter) String() string {
	if f == nil {
		return ""
	}
	return f.text
}

// Kind is the kind of rows that the filter is for.
func (f *Filter) Kind() Kind { return f.kind }

// Root is the condition as a whole, nil when everything passes.
func (f *Filter) Root() *Node {
	if f == nil {
		return nil
	}
	return f.root
}

// Needle is the text to highlight in what passes: that of a filter which is just one word or quoted text. Empty for any other.
func (f *Filter) Needle() string {
	if f == nil {
		return ""
	}
	return f.needle
}

// Match says whether a row passes.
func (f *Filter) Match(row Row) bool { return f == nil || f.root == nil || f.root.Match(row) }

// May says whether a row of which only some fields are known may pass: it is true unless what is known rules that out.
func (f *Filter) May(row Row, known FieldSet) bool {
	return f == nil || f.root == nil || f.root.may(row, known)
}

// Uses are the fields that the filter looks at.
func (f *Filter) Uses() FieldSet {
	if f == nil || f.root == nil {
		return 0
	}
	return f.root.Uses
}
