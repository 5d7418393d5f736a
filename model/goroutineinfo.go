package model

import "time"

// goroutineInfo is all that is known of a goroutine.
func (s *Session) goroutineInfo(st *stack, now int64) GoroutineInfo {
	g, state := s.group(st), s.state(st)
	info := GoroutineInfo{
		Told: g.told, State: state, Group: g.id, Depth: len(st.frames),
		Calls: st.life.calls, Errors: uint64(st.life.errors), Panics: uint64(st.life.panics),
	}
	info.ID = st.g
	if o := s.goroutines.known.get(st.g); o != nil {
		info.GoroutineRow = s.goroutines.row(st.g, o)
	}
	if runners[info.Entry] {
		info.Runner = info.Entry
	}
	info.Entry = g.entry
	info.FirstCall = s.clock.wall(st.life.first)
	fn := st.life.outer
	if n := len(st.frames); n > 0 {
		fn, info.Call = st.frames[n-1].fn, st.frames[n-1].seq
	}
	info.Func = s.calls.funcs.symbols[fn].name
	age, inCalls := st.life.spent(st, state, now)
	info.Age, info.InCalls = time.Duration(age), time.Duration(inCalls)
	return info
}

// GoroutineInfo is what is known of goroutine g, and its open calls, the outermost first; ok is false when it made none,
// or so long ago that it was forgotten.
func (s *Session) GoroutineInfo(g uint64, now time.Time) (info GoroutineInfo, open []CallRow, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.calls.stacks.get(g)
	if st == nil {
		return GoroutineInfo{}, nil, false
	}
	info = s.goroutineInfo(st, s.goroutineTime(now))
	open = make([]CallRow, len(st.frames))
	for i := range open {
		open[i] = s.openCall(st, i, now)
	}
	return info, open, true
}

// openCall is the row of an open call, which may be so old that the log has dropped it.
func (s *Session) openCall(st *stack, depth int, now time.Time) CallRow {
	f := &st.frames[depth]
	if _, _, ok := s.calls.log.at(f.seq); ok {
		return s.callRow(f.seq, now)
	}
	sym := &s.calls.funcs.symbols[f.fn]
	return CallRow{
		Seq: f.seq, Start: s.clock.wall(f.start), G: st.g, Depth: depth,
		Func: sym.id, Name: sym.name, File: sym.file, Line: sym.line,
		Duration: time.Duration(since(f.start, s.clock.at(now))),
	}
}

// LastCall is the number of the last call that goroutine g began, of those that are retained.
func (s *Session) LastCall(g uint64) (seq uint64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.calls.log
	seq = l.previous(g, l.total+1, maxDepth)
	return seq, seq != 0
}
