package ui

import (
	"math"
	"slices"

	"goapptrace/model"
	"goapptrace/query"
	"goapptrace/watch"
)

// foundRow is a finding as a filter sees it.
type foundRow struct{ *watch.Finding }

// Text implements [query.Row].
func (r foundRow) Text(f query.Field) string {
	switch f {
	case query.FieldText:
		return r.Watcher + "\n" + string(r.Name) + "\n" + string(r.Of)
	case query.FieldWatcher:
		return r.Watcher
	case query.FieldFunc:
		return r.function()
	case query.FieldPackage:
		if r.Measure == query.FieldRatePackage {
			return string(r.Name)
		}
		return query.Package(r.function())
	case query.FieldEntry:
		if r.Measure == query.FieldGrowth {
			return string(r.Name)
		}
	case query.FieldFile:
		return string(r.Example.File)
	case query.FieldSession:
		return string(r.App)
	case query.FieldEnd:
		return r.end()
	case query.FieldError:
		return string(r.Example.Err)
	case query.FieldArgs:
		return string(r.Example.Args)
	}
	return ""
}

// function is the one that the finding is of, if it is of one.
func (r foundRow) function() string {
	if r.Measure == query.FieldRatePackage || r.Measure == query.FieldRateSession {
		return ""
	}
	return string(r.Name)
}

// end is how the newest call ended, empty where what was found is no call.
func (r foundRow) end() string {
	switch {
	case r.Example.Seq == 0:
		return ""
	case r.Example.End == model.EndReturn:
		return "return"
	case r.Example.End == model.EndError:
		return "error"
	case r.Example.End == model.EndPanic:
		return "panic"
	case r.Example.End == model.EndOpen:
		return "open"
	}
	return "lost"
}

// Number implements [query.Row]. What was found may be no call: then no number is equal to its time, larger or smaller.
func (r foundRow) Number(f query.Field) float64 {
	switch {
	case f == query.FieldTimes:
		return float64(r.Times)
	case f == query.FieldSessionID:
		return float64(r.Session)
	case f == query.FieldPID && r.PID > 0:
		return float64(r.PID)
	case r.Example.Seq == 0:
	case f == query.FieldDuration:
		return float64(r.Example.Duration)
	case f == query.FieldGoroutine:
		return float64(r.Example.G)
	}
	return math.NaN()
}

// setFilter implements [filterable].
func (p *watchersPane) setFilter(text string) {
	if p.set(text) {
		p.arrange()
	}
}

// shows says whether a finding passes the filter, and has to do with the range that the tabs are narrowed to.
func (p *watchersPane) shows(f *watch.Finding) bool {
	last := f.Last
	if (f.Lasting || f.Open()) && last.Before(p.span.To) {
		last = p.span.To
	}
	return p.span.Meets(f.First, last) && p.compiled.Match(foundRow{f})
}

// passing is a watcher with those of its findings that are shown. Where there is a filter, one without any is left out, unless
// it is looked for by its own name.
func (p *watchersPane) passing(row *watch.Row) (shown *watch.Row, ok bool) {
	if !p.active() && p.span.All() {
		return row, true
	}
	copied := *row
	copied.Findings = nil
	for i := range row.Findings {
		if p.shows(&row.Findings[i]) {
			copied.Findings = append(copied.Findings, row.Findings[i])
		}
	}
	return &copied, len(copied.Findings) > 0 || !p.active() || p.named(row)
}

// named says whether the filter asks for names, and a watcher's own is one of them.
func (p *watchersPane) named(row *watch.Row) bool {
	asks := p.compiled.Uses()&query.Set(query.FieldText, query.FieldWatcher) != 0
	return asks && p.compiled.Match(foundRow{&watch.Finding{Watcher: row.Name}})
}

// known implements [knower]: the values that findings have in a field.
func (p *watchersPane) known(f query.Field) (values []string) {
	for i := range p.report.Rows {
		row := &p.report.Rows[i]
		if f == query.FieldWatcher {
			values = append(values, row.Name)
		}
		for k := range row.Findings {
			if value := (foundRow{&row.Findings[k]}).Text(f); value != "" {
				values = append(values, value)
			}
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}
