package model

// life is what is known of how a goroutine has spent its time. Times are ns of the tracee's clock.
type life struct {
	first   int64 // when its first call began
	last    int64 // when its last outermost call ended
	inCalls int64 // all of these together
	calls   uint64

	firstCall, lastCall uint64 // their numbers

	group  *group // nil until somebody asks, see [Session.group]
	errors uint32
	panics uint32
	outer  uint32 // function of its last outermost call
	cut    bool   // the session ended while it had open calls
}

// stackCost is about what a goroutine takes, in bytes, beside the frames of its open calls.
const stackCost, frameCost = 192, 40

// number takes in that the call with the number has begun.
func (l *life) number(seq uint64) {
	if l.lastCall = seq; l.firstCall == 0 {
		l.firstCall = seq
	}
}

// rest takes in that the outermost call has ended.
func (l *life) rest(fn uint32, lasted, t int64) {
	l.outer, l.last = fn, t
	l.inCalls = sum(l.inCalls, lasted)
}

// end takes in how a call has ended.
func (l *life) end(end CallEnd) {
	switch end {
	case EndError:
		l.errors = more(l.errors)
	case EndPanic:
		l.panics = more(l.panics)
	}
}

// more counts, up to the largest number.
func more(n uint32) uint32 { return max(n, n+1) }

// state is what a goroutine is doing. When it is in no call, only the end of what it began with tells that it is over.
func (s *Session) state(st *stack) GoroutineState {
	g := s.group(st)
	switch {
	case len(st.frames) > 0:
		return GoroutineLive
	case st.life.cut:
		return GoroutineCut
	case !g.told || st.life.calls == 0:
		return GoroutineQuiet
	case s.calls.funcs.symbols[st.life.outer].name == g.entry:
		return GoroutineEnded
	}
	return GoroutineIdle
}

// spent is how long a goroutine has been there by now, and for how long of that it was in traced calls.
func (l *life) spent(st *stack, state GoroutineState, now int64) (age, inCalls int64) {
	end := now
	if state == GoroutineEnded || state == GoroutineCut {
		end = l.last
	}
	inCalls = l.inCalls
	if len(st.frames) > 0 {
		inCalls = sum(inCalls, since(st.frames[0].start, end))
	}
	age = since(l.first, end)
	return age, min(inCalls, age)
}

// forgetGoroutines drops n goroutines without open calls. Of the twice as many that were heard of first, those that have ended,
// or may have, go before the others: else of a program that loses origins only these would be left.
func (s *Session) forgetGoroutines(n int) {
	t := &s.calls.stacks
	n = min(n, t.silent())
	oldest := t.oldest(2 * n)
	for _, idle := range []bool{false, true} {
		for i, st := range oldest {
			if n > 0 && st != nil && (idle || s.state(st) != GoroutineIdle) {
				st.life.group.forgotten++
				t.drop(st)
				oldest[i] = nil
				n--
			}
		}
	}
	for _, st := range oldest {
		if st != nil {
			t.order.push(st)
		}
	}
}
