package model

import "time"

// Function is the row of one function, with its rate at the time now.
func (s *Session) Function(id uint64, now time.Time) (FuncRow, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &s.calls.funcs
	fn := t.sparse[id]
	if id < uint64(len(t.dense)) {
		fn = t.dense[id]
	}
	if fn == overflowIndex {
		return FuncRow{}, false
	}
	return s.funcRow(fn, s.step.weights(now)), true
}
