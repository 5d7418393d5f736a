package model

// heldStep is how exactly a session says what it holds: so that not every packet makes the store add up all sessions.
const heldStep = 64 << 10

// hold notes what the session holds, and says whether that is more than before.
func (s *Session) hold() (more bool) {
	held := int64(s.bytes() / heldStep)
	return s.held.Swap(held*heldStep) < held*heldStep
}

// bytes is what the session holds: calls, what became of them by function, packets, output, goroutines, and where these
// come from.
func (s *Session) bytes() int {
	return s.calls.log.bytes() + s.calls.funcs.held() + s.packets.bytes + s.output.bytes + s.goroutines.held() + s.lives()
}

// lives is what goroutines and their groups take.
func (s *Session) lives() int {
	return len(s.calls.stacks.byG)*stackCost + s.calls.stacks.frames*frameCost + (len(s.groups.all)-1)*groupCost
}

// Memory is how many bytes calls, packets and output of all sessions take, to within 64 KiB for each, and how many they may.
func (st *Store) Memory() (held, most int64) {
	for _, s := range st.list() {
		held += s.held.Load()
	}
	return held, int64(st.limits.Memory)
}

// fit makes the sessions that hold most forget their oldest, until all together hold no more than the store may.
func (st *Store) fit() {
	for {
		var total, most int64
		var largest *Session
		for _, s := range st.list() {
			held := s.held.Load()
			if total += held; held > most {
				most, largest = held, s
			}
		}
		if total <= int64(st.limits.Memory) || !largest.shed() {
			return
		}
	}
}

// shed drops the oldest of what takes most, and says whether there was something to drop.
func (s *Session) shed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch()
	const slice = 4 * heldStep
	before := s.bytes()
	switch log := &s.calls.log; {
	case s.calls.stacks.silent() > 0 && s.calls.stacks.silent()*stackCost > max(log.bytes(), s.packets.bytes, s.output.bytes, s.goroutines.bytes):
		s.forgetGoroutines(slice / stackCost)
	case len(log.chunks) > 1 && log.bytes() >= max(s.calls.funcs.took, s.packets.bytes, s.output.bytes, s.goroutines.bytes):
		log.drop()
	case s.calls.funcs.took > max(s.packets.bytes, s.output.bytes, s.goroutines.bytes):
		s.calls.funcs.forget()
	case s.goroutines.bytes > max(s.packets.bytes, s.output.bytes):
		s.goroutines.fit(maxOrigins, s.goroutines.bytes-slice)
	case s.packets.bytes >= s.output.bytes:
		s.packets.fit(s.packets.bytes - slice)
	default:
		s.output.fit(s.output.bytes - slice)
	}
	s.hold()
	return s.bytes() < before
}
