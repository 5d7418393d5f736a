package ui

import "goapptrace/query"

// filtering is the filter of a pane.
type filtering struct {
	kind     query.Kind
	text     string
	compiled *query.Filter
}

// set takes another text, and says whether anything changes by that. A text that makes no sense changes nothing: the
// prompt tells why.
func (f *filtering) set(text string) (changed bool) {
	if text == f.text {
		return false
	}
	compiled, err := query.Compile(text, f.kind)
	if err != nil {
		return false
	}
	changed = compiled.String() != f.compiled.String()
	f.text, f.compiled = text, compiled
	return changed
}

func (f *filtering) active() bool { return f.compiled != nil }

// needle is the text to highlight.
func (f *filtering) needle() string { return f.compiled.Needle() }

// filterKind implements [linguist].
func (f *filtering) filterKind() query.Kind { return f.kind }

// filter implements [filterable].
func (f *filtering) filter() string { return f.text }
