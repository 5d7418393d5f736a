package model

import (
	"maps"
	"slices"

	"goapptrace/query"
)

// Known are the values that occur in a field of the session's functions and packets, to be offered to the user. There are
// none of other fields.
func (s *Session) Known(f query.Field) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := map[string]bool{}
	switch f {
	case query.FieldFunc, query.FieldPackage, query.FieldFile:
		row := symbolRow{app: string(s.row.App), session: s.id}
		for i := range s.calls.funcs.symbols[1:] {
			row.symbol = &s.calls.funcs.symbols[1+i]
			seen[row.Text(f)] = true
		}
	case query.FieldType:
		l := &s.packets.ring
		for seq := l.first(); seq <= l.last; seq++ {
			seen[l.at(seq).row.Type.String()] = true
		}
	}
	delete(seen, "")
	return slices.Sorted(maps.Keys(seen))
}
