package model

import "goapptrace/query"

// logFilter is a filter as the lines of a log are asked about it. Each line remembers the answer.
type logFilter struct {
	filter *query.Filter
	app    string
	id     uint64 // another one whenever the answers may have changed
}

// verdict is what came of asking a line.
type verdict struct {
	asked  uint64 // by which filter
	passes bool
}

// update makes f ready for a filter.
func (f *logFilter) update(filter *query.Filter, app string) {
	if filter.String() != f.filter.String() || app != f.app || f.id == 0 {
		*f = logFilter{filter: filter, app: app, id: f.id + 1}
	}
}

// ask says whether a line passes that remembers so in v.
func (f *logFilter) ask(row query.Row, v *verdict) bool {
	if v.asked != f.id {
		*v = verdict{f.id, f.filter.Match(row)}
	}
	return v.passes
}

// packetLine is a packet as a filter sees it.
type packetLine struct {
	*packet
	app     string
	session uint64
}

// Text implements [query.Row].
func (l *packetLine) Text(f query.Field) string {
	switch f {
	case query.FieldText:
		return l.search
	case query.FieldType:
		return l.row.Type.String()
	case query.FieldDirection:
		return l.row.Dir.String()
	case query.FieldSession:
		return l.app
	}
	return ""
}

// Number implements [query.Row].
func (l *packetLine) Number(f query.Field) float64 {
	if f == query.FieldBytes {
		return float64(l.row.Bytes)
	}
	return float64(l.session)
}

// outputLine is a line of output as a filter sees it.
type outputLine struct {
	*line
	app     string
	session uint64
}

// Text implements [query.Row].
func (l *outputLine) Text(f query.Field) string {
	switch f {
	case query.FieldText:
		return string(l.text)
	case query.FieldStream:
		return l.stream
	case query.FieldLevel:
		return string(l.level)
	case query.FieldSession:
		return l.app
	}
	return ""
}

// Number implements [query.Row].
func (l *outputLine) Number(f query.Field) float64 {
	switch f {
	case query.FieldGoroutine:
		return float64(l.g)
	case query.FieldLevelRank:
		return query.Level(string(l.level))
	}
	return float64(l.session)
}
