package model

import (
	"goapptrace/protocol"
	"goapptrace/query"
)

// functionLine is a function with what its calls add up to, as a filter sees it.
type functionLine struct {
	symbolRow
	*function
	w weights
}

// modeWords are what the ways of tracing are called in filters.
var modeWords = map[byte]string{
	protocol.FuncFull: "full", protocol.FuncCount: "count", protocol.FuncOff: "off", protocol.FuncHeld: "held",
}

// Text implements [query.Row].
func (l *functionLine) Text(f query.Field) string {
	if f == query.FieldMode {
		return modeWords[l.mode]
	}
	return l.symbolRow.Text(f)
}

// Number implements [query.Row].
func (l *functionLine) Number(f query.Field) float64 {
	switch f {
	case query.FieldCalls:
		return float64(l.begun())
	case query.FieldRate:
		return l.rate.at(l.begun(), l.w)
	case query.FieldTotal:
		return float64(l.sum())
	case query.FieldSelf:
		return float64(l.self)
	case query.FieldMean:
		return float64(l.mean())
	case query.FieldP50:
		return float64(l.percentile(0))
	case query.FieldP90:
		return float64(l.percentile(1))
	case query.FieldP99:
		return float64(l.percentile(2))
	case query.FieldMax:
		lasted, _ := l.longest()
		return float64(lasted)
	case query.FieldErrors:
		return float64(l.errors)
	case query.FieldPanics:
		return float64(l.panics)
	case query.FieldOpen:
		return float64(l.open)
	case query.FieldLost:
		return float64(l.lost)
	}
	return l.symbolRow.Number(f)
}

// Passes says whether a session passes a filter of [query.Sessions]. Its rates are those of the row.
func (r *SessionRow) Passes(f *query.Filter) bool { return f.Match((*sessionLine)(r)) }

// sessionLine is a session as a filter sees it.
type sessionLine SessionRow

// Text implements [query.Row].
func (l *sessionLine) Text(f query.Field) string {
	switch f {
	case query.FieldText:
		return string(l.App) + " " + l.Remote
	case query.FieldSession:
		return string(l.App)
	case query.FieldHost:
		return string(l.Host)
	case query.FieldState:
		return l.State.String()
	}
	return ""
}

// Number implements [query.Row].
func (l *sessionLine) Number(f query.Field) float64 {
	switch f {
	case query.FieldSessionID:
		return float64(l.ID)
	case query.FieldPID:
		return float64(l.PID)
	case query.FieldCalls:
		return float64(l.Calls + l.Counted)
	case query.FieldRate:
		return l.CallsPerSecond
	case query.FieldOpen:
		return float64(l.Open)
	case query.FieldLost:
		return float64(l.Lost)
	case query.FieldBytes:
		return float64(l.Bytes)
	}
	return 0
}

// functionFilter asks functions about a filter.
func (s *Session) functionFilter(f *query.Filter, of figures) func(i int) bool {
	line := functionLine{symbolRow: symbolRow{app: string(s.row.App), session: s.id}, w: of.w}
	return func(i int) bool {
		line.symbol, line.function = &s.calls.funcs.symbols[i], &of.stats[i]
		return f.Match(&line)
	}
}
