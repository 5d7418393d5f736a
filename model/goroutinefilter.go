package model

import (
	"bytes"
	"strconv"
	"strings"

	"goapptrace/protocol"
)

// goroutineFilter decides which goroutines a text lets through.
type goroutineFilter struct {
	text      string // in lower case
	s         *Session
	buf       []byte
	creators  map[uint64]bool // by site
	functions map[uint32]bool
}

func (s *Session) goroutineFilter(text string) *goroutineFilter {
	return &goroutineFilter{text: strings.ToLower(text), s: s, creators: map[uint64]bool{}, functions: map[uint32]bool{}}
}

func (f *goroutineFilter) passes(st *stack) bool {
	if f.text == "" || strings.Contains(st.life.group.lower, f.text) {
		return true
	}
	if n := len(st.frames); n > 0 && f.in(st.frames[n-1].fn) {
		return true
	}
	f.buf = strconv.AppendUint(append(f.buf[:0], 'g'), st.g, 10)
	if bytes.Contains(f.buf, []byte(f.text)) {
		return true
	}
	o := f.s.goroutines.byID[st.g]
	return o != nil && (f.created(o.site) || f.contains(f.s.goroutines.span(o)))
}

// in says whether the function's name contains the text.
func (f *goroutineFilter) in(fn uint32) bool {
	found, known := f.functions[fn]
	if !known {
		found = strings.Contains(f.s.calls.funcs.symbols[fn].lower, f.text)
		f.functions[fn] = found
	}
	return found
}

// created says whether the creator's name contains the text.
func (f *goroutineFilter) created(id uint64) bool {
	found, known := f.creators[id]
	if !known {
		if site := f.s.goroutines.sites[id]; site != nil {
			found = f.contains(site.creator)
		}
		f.creators[id] = found
	}
	return found
}

func (f *goroutineFilter) contains(t protocol.Text) bool {
	return t != "" && strings.Contains(strings.ToLower(string(t)), f.text)
}
