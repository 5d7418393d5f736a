// Package hook records the calls of the program that it is compiled into.
//
// An instrumented function begins with
//
//	if t := hook.Enter(&f[12]); t.Open() { defer t.Leave() }
//
// where f is an array of [Func]. The program's agent owns the one [Consumer], with which it takes what was
// recorded, and decides with [SetMode] whether anything is. Until then a program that was started with
// GOAPPTRACE_SERVER records from this package's init on, so that the init functions of its packages are seen.
//
// The hooks never block, never take a lock, never allocate after a function's first call, and never print. They
// are safe wherever Go code can run: in package init, under panic and Goexit, in callbacks from C, on new threads.
//
// # How it works
//
// Every P of the scheduler has a ring of its own, written only by the goroutine that is pinned to the P, so that
// a hook needs no atomic read-modify-write. A ring without room never makes anyone wait: the event is
// dropped and counted against its function. A call whose Enter was dropped or suppressed records no Leave
// either, and the last quarter of a ring is kept for Leaves, so that losing an Enter is the usual way to lose.
// Every event that a hook set out to record is therefore either drained, in a ring, or counted as lost.
//
// A function can be counted instead ([Func.SetDetail]): its calls record no events, but when one ends, it is added
// up in a cell that belongs to the function and the P. A call is counted or streamed as a whole, from how its
// function was traced when it began.
//
// Beside its events, a streamed call can have notes ([Call.Note], [NoteReader]), and a goroutine tells where it comes from with its
// first Enter ([ReadOrigins]). Both lie in rings of their own; what is lost there is no event, and is counted apart.
package hook

// Call is a call that was entered. It lives in the frame of the function that is called, so that it follows its
// goroutine wherever that runs, and costs no memory of ours.
type Call struct {
	f     *Func
	start int64 // ns: when a counted call began, and the negative time of its Enter for a streamed one
}

// Open says whether there is something to leave.
func (c Call) Open() bool { return c.f != nil }

// Streamed says whether the call has events of its own, to which a note can be added.
func (c Call) Streamed() bool { return c.start < 0 }

// Enter notes that the function of f was entered. If the result is open, the caller must defer one of its Leave
// methods.
//
//go:norace
func Enter(f *Func) Call {
	if mode != ModeOn || f.word >= offBit {
		return Call{}
	}
	return f.enter()
}

//go:norace
//go:nocheckptr
//go:noinline
func (f *Func) enter() Call {
	if answering() {
		return Call{}
	}
	w := load(&f.word)
	if w-1 >= maxFuncs { // no plain ID: counted, called for the first time, or just switched off
		if w = f.admit(w); w&countBit != 0 {
			return Call{f, nanotime()}
		}
		if w == 0 {
			return Call{}
		}
	}
	start := f.record(KindEnter, true)
	if start == 0 {
		return Call{}
	}
	return Call{f, -start}
}

// Leave ends the call as it began, whatever has become of its function meanwhile: one whose Enter was recorded
// records its end, so that no call stays open in the stream, and one that is counted is added up. Only
// a deferred Leave can tell a panic from a return.
//
//go:norace
func (c Call) Leave() {
	if mode != ModeOff {
		c.leave()
	}
}

//go:norace
//go:noinline
func (c Call) leave() {
	if c.start > 0 {
		c.count()
		return
	}
	c.f.record(KindLeave, false)
}

// LeaveError is Leave for a function whose last result is the error that err points to.
//
//go:norace
func (c Call) LeaveError(err *error) {
	if mode != ModeOff {
		c.leaveError(err)
	}
}

//go:norace
//go:noinline
func (c Call) leaveError(err *error) {
	const toDeferred = 5 // runtime.Callers, calledByPanic, unwound, leaveError, LeaveError
	if c.start > 0 {
		c.count()
		return
	}
	kind, sure := KindLeave, false
	if *err != nil {
		kind = KindLeaveError
		if sure = errorTexts; sure {
			if unwound(toDeferred) {
				kind = KindLeavePanic
			} else {
				c.noteError(*err)
			}
		}
	}
	c.f.record(kind, sure)
}

// End is Leave for who knows how the call ended.
//
//go:norace
func (c Call) End(kind Kind) {
	switch {
	case mode == ModeOff:
	case c.start > 0:
		c.count()
	default:
		c.f.record(kind, true)
	}
}

// record writes an event to the ring of the P that it runs on, and returns its time, or counts it as lost, and
// returns 0. Unless the kind is sure, it looks whether the call is left by a panic; then its caller's caller must be what
// was deferred.
//
// The M and the P stay the same from procPin to procUnpin. In between nothing may block, allocate or grow the
// stack, and only there may the M be looked at: a goroutine that is preempted between getm and the load of
// m.curg reads the M of another.
//
//go:norace
//go:nocheckptr
func (f *Func) record(kind Kind, sure bool) int64 {
	const toDeferred = 5 // runtime.Callers, calledByPanic, record, leave, Leave
	var g uint64
	if !goidKnown {
		g = stackGoid()
	}
	if !panicKnown && !sure && calledByPanic(toDeferred) {
		kind = KindLeavePanic
	}
	for {
		p := procPin()
		var r *ring
		if p < maxRings {
			r = rings[p]
		}
		if r == nil {
			procUnpin()
			if !addRing(p) {
				f.loseStray(kind)
				return 0
			}
			continue
		}
		h := r.head
		if int32(h-r.check) >= 0 {
			switch r.room(kind) {
			case roomNudge:
				procUnpin()
				nudge()
				continue
			case roomScarce:
				f.press()
			case roomNone:
				if kind == KindEnter {
					f.press()
				}
				f.lose(r, kind)
				procUnpin()
				nudge()
				return 0
			}
		}
		if goidKnown {
			running := currentG()
			if !sure && panicKnown && panicking(running) {
				procUnpin()
				if sure = true; calledByPanic(toDeferred) {
					kind = KindLeavePanic
				}
				continue
			}
			g = goid(running)
			if kind == KindEnter && originKnown {
				if o := originRings[p]; o == nil {
					procUnpin()
					if !addOriginRing(p) {
						originKnown = false
					}
					continue
				} else if !o.knows(g) {
					o.note(running)
				}
			}
		}
		now := nanotime()
		e := r.slot(h)
		e.what = g<<goidShift | uint64(f.id)<<kindBits | uint64(kind)
		e.time = now
		store(&r.head, h+1)
		procUnpin()
		return now
	}
}
