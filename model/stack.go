package model

// Bounds on open calls. Calls beyond them are counted as unkept.
const (
	maxDepth      = 1 << 16 // in one goroutine; a depth fits 16 bits
	maxOpen       = 1 << 21 // in one session
	maxGoroutines = 1 << 17 // with open calls
	maxSilent     = 1 << 14 // goroutines without, that are remembered
	forgetAtOnce  = 1 << 9  // of these, to make room
)

// frame is an open call.
type frame struct {
	seq   uint64
	start int64
	child int64  // ns spent in the calls that it made
	tx    uint64 // 1.0: what its end will be called
	fn    uint32
	inner bool    // the function is open below in the same stack
	hangs bool    // a probe has told that it is open
	last  CallEnd // of the last call that it made
}

// stack is the open calls of one goroutine, and what there was before them.
type stack struct {
	g      uint64
	life   life
	frames []frame // outermost first
	deep   map[uint32]int32

	chunk  uint64 // serial number of the chunk in which the goroutine has index gIndex
	gIndex uint16
	unkept uint32 // open calls above, too deep to be kept
}

// shallow is how many frames are looked through one by one; deep counts the functions of those above, so that
// nobody makes each event cost a walk over 65,536 frames.
const shallow = 64

// holds says whether a call of fn is open.
func (s *stack) holds(fn uint32) bool {
	if s.deep != nil && s.deep[fn] > 0 {
		return true
	}
	for i := min(len(s.frames), shallow) - 1; i >= 0; i-- {
		if s.frames[i].fn == fn {
			return true
		}
	}
	return false
}

func (s *stack) push(f frame) {
	if len(s.frames) >= shallow {
		if s.deep == nil {
			s.deep = map[uint32]int32{}
		}
		s.deep[f.fn]++
	}
	s.frames = append(s.frames, f)
}

// pop removes the top frame.
func (s *stack) pop() {
	n := len(s.frames) - 1
	fn := s.frames[n].fn
	s.frames = s.frames[:n]
	if n >= shallow {
		s.shrink(fn)
	}
}

// shrink forgets a deep frame of fn, and gives memory back once a deep stack has become small.
func (s *stack) shrink(fn uint32) {
	if s.deep[fn]--; s.deep[fn] <= 0 {
		delete(s.deep, fn)
	}
	n := len(s.frames)
	if n == shallow {
		s.deep = nil
	}
	if n < cap(s.frames)/4 {
		s.frames = append(make([]frame, 0, 2*n), s.frames...)
	}
}

// findTx is the index of the frame whose end is called tx, -1 when there is none.
func (s *stack) findTx(tx uint64) int {
	for i := len(s.frames) - 1; i >= 0; i-- {
		if s.frames[i].tx == tx {
			return i
		}
	}
	return -1
}

// stackTable finds the stacks by goroutine.
type stackTable struct {
	byG    map[uint64]*stack
	order  ring[*stack] // the same, about in the order in which they were heard of
	cache  [256]*stack  // by the low bits of g
	live   int          // stacks that are not empty
	frames int          // that all stacks have room for
	forget func(n int)  // drops about n stacks that are empty
}

func newStackTable() stackTable {
	return stackTable{byG: map[uint64]*stack{}}
}

// get finds the stack of goroutine g, nil when it has none.
func (t *stackTable) get(g uint64) *stack {
	if s := t.cache[g&255]; s != nil && s.g == g {
		return s
	}
	s := t.byG[g]
	if s != nil {
		t.cache[g&255] = s
	}
	return s
}

// push opens a call of a stack.
func (t *stackTable) push(s *stack, f frame) {
	t.frames -= cap(s.frames)
	s.push(f)
	t.frames += cap(s.frames)
}

// pop closes the innermost call of a stack.
func (t *stackTable) pop(s *stack) {
	t.frames -= cap(s.frames)
	s.pop()
	t.frames += cap(s.frames)
}

// giveBack frees the room of an empty stack.
func (t *stackTable) giveBack(s *stack) {
	t.frames -= cap(s.frames)
	s.frames = nil
}

// make is get that makes a stack when there is none; nil when there are too many.
func (t *stackTable) make(g uint64) *stack {
	if s := t.get(g); s != nil {
		return s
	}
	if t.live >= maxGoroutines {
		return nil
	}
	if t.silent() >= maxSilent {
		t.forget(forgetAtOnce)
	}
	s := &stack{g: g}
	t.byG[g], t.cache[g&255] = s, s
	t.order.push(s)
	return s
}

// silent is how many stacks are empty.
func (t *stackTable) silent() int { return len(t.byG) - t.live }

// oldest takes up to n empty stacks out of the order, the oldest first.
func (t *stackTable) oldest(n int) []*stack {
	silent := make([]*stack, 0, n)
	for range t.order.n {
		if len(silent) == n {
			break
		}
		if s := t.order.drop(); len(s.frames) == 0 {
			silent = append(silent, s)
		} else {
			t.order.push(s)
		}
	}
	return silent
}

// drop removes an empty stack, which is out of the order.
func (t *stackTable) drop(s *stack) {
	t.giveBack(s)
	delete(t.byG, s.g)
	if t.cache[s.g&255] == s {
		t.cache[s.g&255] = nil
	}
}
