package model

import "strings"

// nameFilter is the set of functions whose names contain a text. It is worked out once per text and function.
type nameFilter struct {
	text    string // in lower case
	set     []uint64
	seen    int    // functions looked at
	renamed uint64 // of the function table
}

// update brings the set up to date for a filter text.
func (f *nameFilter) update(text string, t *functionTable) {
	text = strings.ToLower(text)
	if text != f.text || f.renamed != t.renamed {
		*f = nameFilter{text: text, set: f.set[:0], renamed: t.renamed}
	}
	for ; f.seen < len(t.symbols); f.seen++ {
		if f.seen>>6 == len(f.set) {
			f.set = append(f.set, 0)
		}
		if strings.Contains(t.symbols[f.seen].lower, text) {
			f.set[f.seen>>6] |= 1 << (f.seen & 63)
		}
	}
}

func (f *nameFilter) has(fn uint32) bool {
	return f.text == "" || f.set[fn>>6]&(1<<(fn&63)) != 0
}
