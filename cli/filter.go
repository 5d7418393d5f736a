package cli

import (
	"errors"

	"goapptrace/linefmt"
	"goapptrace/query"
)

// filterFlag is a filter of calls as a flag.
type filterFlag struct{ *query.Filter }

// Set implements [github.com/spf13/pflag.Value].
func (f *filterFlag) Set(text string) (err error) {
	f.Filter, err = query.Compile(text, query.Calls)
	var wrong *query.Error
	if errors.As(err, &wrong) {
		return linefmt.Pointed(err, text, wrong.Before())
	}
	return err
}

// Type implements [github.com/spf13/pflag.Value].
func (*filterFlag) Type() string { return "filter" }

// What is known of a call by its function, and when it begins.
var (
	ofFunction = query.Set(query.FieldText, query.FieldFunc, query.FieldPackage, query.FieldFile, query.FieldSession, query.FieldSessionID)
	ofEntry    = ofFunction | query.Set(query.FieldGoroutine, query.FieldDepth)
)

// sieve is a session's filter. One goroutine uses it.
type sieve struct {
	filter *query.Filter
	uses   query.FieldSet
	row    callRow
}

func newSieve(filter *query.Filter, session uint64) *sieve {
	return &sieve{filter: filter, uses: filter.Uses(), row: callRow{session: session}}
}

// hidesAll says whether no call of fn passes.
func (s *sieve) hidesAll(fn *function) bool {
	s.row.fn = fn
	return !s.filter.May(&s.row, ofFunction)
}

// late says that only the end of a call shows whether it passes.
func (s *sieve) late() bool { return !ofEntry.Holds(s.uses) }

// hides says whether the call that begins on top of g's stack is left out, or at least until it ends.
func (s *sieve) hides(fn *function, g uint64, depth int) bool {
	if fn.hidden || ofFunction.Holds(s.uses) {
		return fn.hidden
	}
	if s.late() {
		return true
	}
	s.row.fn, s.row.g, s.row.depth = fn, g, depth
	return !s.filter.Match(&s.row)
}

// shows says whether a call that has ended is told. What is known of it must be there.
func (s *sieve) shows(g *goroutine, c *call, end int64, how ending) bool {
	if !c.hidden || c.fn.hidden || !s.late() {
		return !c.hidden
	}
	s.row.fn, s.row.g, s.row.depth = c.fn, g.id, len(g.stack)
	s.row.lasted, s.row.how, s.row.told = max(0, end-c.start), how, c.told()
	return s.filter.Match(&s.row)
}

// callRow is a call as a filter sees it.
type callRow struct {
	session uint64
	app     string
	fn      *function
	g       uint64
	depth   int
	lasted  int64
	how     ending
	told    callTexts
}

// endWords are what the ends are called in a filter.
var endWords = [...]string{returned: "return", panicked: "panic", failed: "error", unknown: "lost", stillOpen: "open"}

// Text implements [query.Row].
func (r *callRow) Text(f query.Field) string {
	switch f {
	case query.FieldText, query.FieldFunc:
		return string(r.fn.name)
	case query.FieldPackage:
		return query.Package(string(r.fn.name))
	case query.FieldFile:
		return string(r.fn.file)
	case query.FieldSession:
		return r.app
	case query.FieldEnd:
		return endWords[r.how]
	case query.FieldArgs:
		return string(r.told.args)
	case query.FieldResults:
		return string(r.told.results)
	case query.FieldError:
		return string(r.told.err)
	case query.FieldSpan:
		return string(r.told.span)
	}
	return ""
}

// Number implements [query.Row].
func (r *callRow) Number(f query.Field) float64 {
	switch f {
	case query.FieldDuration:
		return float64(r.lasted)
	case query.FieldGoroutine:
		return float64(r.g)
	case query.FieldDepth:
		return float64(r.depth)
	case query.FieldSessionID:
		return float64(r.session)
	}
	return 0
}
