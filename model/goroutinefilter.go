package model

import (
	"strconv"
	"strings"

	"goapptrace/protocol"
	"goapptrace/query"
)

// goroutineFilter decides which goroutines a filter lets through. What depends on names alone is worked out once for each
// group, function and site, as there are many goroutines of each.
type goroutineFilter struct {
	s      *Session
	filter *query.Filter
	lower  map[*site]string // creator in lower case
	row    goroutineLine
}

func (s *Session) goroutineFilter(f *query.Filter, now int64) *goroutineFilter {
	filter := &goroutineFilter{s: s, filter: f, lower: map[*site]string{}}
	filter.row = goroutineLine{f: filter, app: string(s.row.App), now: now}
	return filter
}

func (f *goroutineFilter) passes(st *stack) bool {
	if f.filter == nil {
		return true
	}
	f.row.stack, f.row.origin, f.row.site = st, f.s.goroutines.known.get(st.g), nil
	if o := f.row.origin; o != nil {
		f.row.site = f.s.goroutines.sites[o.site]
	}
	return f.filter.Match(&f.row)
}

// creator is the name of the function that started the goroutine, in lower case.
func (f *goroutineFilter) creator(s *site) string {
	lower, ok := f.lower[s]
	if !ok {
		lower = strings.ToLower(string(s.creator))
		f.lower[s] = lower
	}
	return lower
}

// goroutineLine is a goroutine as a filter sees it.
type goroutineLine struct {
	f   *goroutineFilter
	app string
	now int64

	*stack
	origin *origin // nil when the tracee has told nothing
	site   *site   // nil when unknown
	buf    []byte
}

// goroutineStates are what the states are called in filters.
var goroutineStates = [...]string{
	GoroutineLive: "live", GoroutineCut: "cut", GoroutineIdle: "idle", GoroutineQuiet: "quiet", GoroutineEnded: "ended",
}

// Text implements [query.Row].
func (l *goroutineLine) Text(f query.Field) string {
	switch f {
	case query.FieldText:
		return l.text()
	case query.FieldFunc:
		return string(l.in().name)
	case query.FieldPackage:
		return query.Package(string(l.life.group.entry))
	case query.FieldEntry:
		return string(l.life.group.entry)
	case query.FieldCreator:
		if l.site != nil {
			return string(l.site.creator)
		}
	case query.FieldState:
		return goroutineStates[l.f.s.state(l.stack)]
	case query.FieldSpan:
		return string(l.span())
	case query.FieldSession:
		return l.app
	}
	return ""
}

// Number implements [query.Row].
func (l *goroutineLine) Number(f query.Field) float64 {
	switch f {
	case query.FieldGoroutine:
		return float64(l.g)
	case query.FieldParent:
		if l.origin != nil {
			return float64(l.origin.parent)
		}
	case query.FieldAge:
		age, _ := l.life.spent(l.stack, l.f.s.state(l.stack), l.now)
		return float64(age)
	case query.FieldInCalls:
		_, inCalls := l.life.spent(l.stack, l.f.s.state(l.stack), l.now)
		return float64(inCalls)
	case query.FieldDepth:
		return float64(len(l.frames))
	case query.FieldCalls:
		return float64(l.life.calls)
	case query.FieldErrors:
		return float64(l.life.errors)
	case query.FieldPanics:
		return float64(l.life.panics)
	case query.FieldSessionID:
		return float64(l.f.s.id)
	}
	return 0
}

// in is the function that the goroutine is in, or was in last.
func (l *goroutineLine) in() *symbol {
	fn := l.life.outer
	if n := len(l.frames); n > 0 {
		fn = l.frames[n-1].fn
	}
	return &l.f.s.calls.funcs.symbols[fn]
}

func (l *goroutineLine) span() protocol.Text {
	if l.origin == nil {
		return ""
	}
	return l.f.s.goroutines.span(l.origin)
}

// text is what words are looked for in: number, what it began with, is in and works on, and who started it. Each is on a
// line of its own, so that no word is found across two of them.
func (l *goroutineLine) text() string {
	b := strconv.AppendUint(append(l.buf[:0], 'g'), l.g, 10)
	b = append(append(b, '\n'), l.life.group.lower...)
	b = append(append(b, '\n'), l.in().lower...)
	if l.site != nil {
		b = append(append(b, '\n'), l.f.creator(l.site)...)
	}
	b = append(append(b, '\n'), l.span()...)
	l.buf = b
	return string(b)
}
