package model

import "goapptrace/protocol"

// FuncName is a function by its name alone.
type FuncName struct {
	ID   uint64
	Name protocol.Text
}

// FuncNames lists functions in the order in which they were first heard of, from a place in it on, and at most limit of
// them: less than limit when there are no more. It costs what it returns.
func (s *Session) FuncNames(from, limit int) []FuncName {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.calls.funcs.symbols[1:] // without the one that stands for those that there was no room for
	from = min(max(from, 0), len(all))
	names := make([]FuncName, 0, min(limit, len(all)-from))
	for _, sym := range all[from : from+cap(names)] {
		names = append(names, FuncName{sym.id, sym.name})
	}
	return names
}

// GoroutineName is a goroutine by what it began with.
type GoroutineName struct {
	ID    uint64
	Entry protocol.Text
	State GoroutineState
}

// GoroutineNames lists all goroutines that made calls and are kept, in no order: at most 16,384 silent ones beside those
// that are in calls.
func (s *Session) GoroutineNames() []GoroutineName {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := make([]GoroutineName, 0, len(s.calls.stacks.byG))
	for g, st := range s.calls.stacks.byG {
		names = append(names, GoroutineName{g, s.group(st).entry, s.state(st)})
	}
	return names
}
