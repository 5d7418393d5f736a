package model

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"goapptrace/protocol"
)

// Bounds on a [FuncStudy].
const (
	studyColumns = 512
	studySlowest = 10
	studyKin     = 1 << 12 // callers, and callees; further ones are added up as one
)

// FuncStudy works out from the retained calls of one function what made it slow: how long the calls took when, what
// called it, what it called, which calls took longest and how they ended. [FuncStudy.Advance] does that in slices,
// and goes on where it was; [FuncStudy.Picture] asks, at any time.
type FuncStudy struct {
	session *Session
	fn      uint32

	mu      sync.Mutex // taken before the session's
	walk    familyWalk
	begun   bool
	base    int64       // where the first column begins
	unit    int64       // ns of a column
	columns []Histogram // by the calls' starts
	took    Histogram
	longest int64
	total   int64
	open    uint64
	ends    [EndError + 1]uint64
	callers map[uint32]*kinSum
	callees map[uint32]*kinSum
	slowest []slowCall // the slowest first
}

type kinSum struct {
	calls uint64
	time  int64
}

type slowCall struct {
	seq    uint64
	lasted int64
}

// NewFuncStudy begins to look at the calls of a function that were running in a stretch of time.
func NewFuncStudy(s *Session, function uint64, span Span) *FuncStudy {
	t := &FuncStudy{
		session: s, walk: newFamilyWalk(s, span), unit: int64(100 * time.Microsecond),
		callers: map[uint32]*kinSum{}, callees: map[uint32]*kinSum{},
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t.fn = s.calls.funcs.known(function)
	if !span.All() {
		t.begun, t.base, t.unit = true, t.walk.from, max((t.walk.to-t.walk.from)/(studyColumns/2), 1)
	}
	t.walk.listen(t.met, t.take)
	return t
}

// Advance looks at calls up to the one numbered until (0 for all there are) while more says so, some in any case, and looks
// which open ones have ended. It says whether calls are left. The session is locked for a fraction of a millisecond at a time.
func (t *FuncStudy) Advance(now time.Time, until uint64, more func() bool) (left bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.walk.advance(now, until, func() bool {
		t.mu.Unlock() // others may ask meanwhile
		defer t.mu.Lock()
		return more()
	})
}

// met counts a call where it is known, whether it is over or not.
func (t *FuncStudy) met(c *spanCall, k kin) {
	if c.fn == t.fn {
		t.kin(t.callers, k.fn).calls++
		if c.end == EndOpen {
			t.open++
		}
	}
	if k.fn == t.fn {
		t.kin(t.callees, c.fn).calls++
	}
}

// kin is the sums of a caller or callee.
func (t *FuncStudy) kin(of map[uint32]*kinSum, fn uint32) *kinSum {
	k := of[fn]
	if k == nil {
		if len(of) >= studyKin {
			fn = overflowIndex
		}
		if k = of[fn]; k == nil {
			k = new(kinSum)
			of[fn] = k
		}
	}
	return k
}

// take adds up a call that is over.
func (t *FuncStudy) take(c *spanCall, k kin) {
	within := t.walk.within(&c.call)
	if k.fn == t.fn && c.end != EndUnknown {
		callee := t.kin(t.callees, c.fn)
		callee.time = sum(callee.time, within)
	}
	if c.fn != t.fn {
		return
	}
	if c.seq != t.walk.lastSeq {
		t.open--
	}
	if t.ends[c.end]++; c.end == EndUnknown {
		return
	}
	caller := t.kin(t.callers, k.fn)
	caller.time, t.total = sum(caller.time, within), sum(t.total, within)
	t.took.Add(c.lasted)
	t.longest = max(t.longest, c.lasted)
	t.column(c.start).Add(c.lasted)
	t.rank(slowCall{c.seq, c.lasted})
}

// column is that of calls that began at a time. When there is none yet, columns are joined by twos until there is.
func (t *FuncStudy) column(start int64) *Histogram {
	if !t.begun {
		t.begun, t.base = true, start
	}
	at := since(t.base, start) / t.unit
	for at >= studyColumns {
		for i := range t.columns {
			if i%2 == 0 {
				t.columns[i/2] = t.columns[i]
			} else {
				t.columns[i/2].Merge(&t.columns[i])
			}
		}
		n := (len(t.columns) + 1) / 2
		clear(t.columns[n:])
		t.columns, t.unit, at = t.columns[:n], 2*t.unit, at/2
	}
	for int64(len(t.columns)) <= at {
		t.columns = append(t.columns, Histogram{})
	}
	return &t.columns[at]
}

// rank keeps a call if it is among the slowest.
func (t *FuncStudy) rank(c slowCall) {
	n := len(t.slowest)
	if n == studySlowest && t.slowest[n-1].lasted >= c.lasted {
		return
	}
	at, _ := slices.BinarySearchFunc(t.slowest, c, func(a, b slowCall) int {
		return cmp.Or(cmp.Compare(b.lasted, a.lasted), cmp.Compare(a.seq, b.seq))
	})
	t.slowest = slices.Insert(t.slowest, at, c)[:min(n+1, studySlowest)]
}

// FuncPicture is what a [FuncStudy] has found out.
type FuncPicture struct {
	Done     float64       // share of the log that was gone through, 0 to 1
	Older    bool          // calls in the stretch may no longer be retained
	Took     Histogram     // how long calls took
	Longest  time.Duration // of them
	From     time.Time     // where the first of Columns begins
	Unit     time.Duration // of each
	Columns  []Histogram   // by when the calls began
	Callers  []FuncKin     // those that spent most time in the function first
	Callees  []FuncKin     // those that took most of its time first
	Self     time.Duration // that no callee took
	Slowest  []CallRow     // as far as they are retained, the slowest first
	Open     uint64        // calls that are not over
	Returned uint64
	Errors   uint64
	Panics   uint64
	Unknown  uint64 // calls whose end was lost
}

// KinKind tells functions from what else stands in their place.
type KinKind uint8

// The kinds.
const (
	KinFunction KinKind = iota
	KinNone             // no traced function: it was a goroutine's first call
	KinLost             // callers that are no longer retained
)

// FuncKin is a caller or callee with the calls that it made or that were made of it.
type FuncKin struct {
	Kind  KinKind
	ID    uint64 // of a function
	Name  protocol.Text
	Calls uint64
	Time  time.Duration // in those that are over
	Share float64       // of the time of all, 0 to 1
}

// Picture is what is known by now.
func (t *FuncStudy) Picture(now time.Time) FuncPicture {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := FuncPicture{
		Took: t.took.clone(), Longest: time.Duration(t.longest), Unit: time.Duration(t.unit), Open: t.open,
		Returned: t.ends[EndReturn], Errors: t.ends[EndError], Panics: t.ends[EndPanic], Unknown: t.ends[EndUnknown],
	}
	p.Done, p.Older = t.walk.progress()
	for i := range t.columns {
		p.Columns = append(p.Columns, t.columns[i].clone())
	}
	var callees int64
	for _, k := range t.callees {
		callees = sum(callees, k.time)
	}
	p.Self = time.Duration(max(t.total-callees, 0))

	s := t.session
	s.mu.Lock()
	defer s.mu.Unlock()
	p.From = s.clock.wall(t.base)
	p.Callers = s.kinOf(t.callers, t.total)
	p.Callees = s.kinOf(t.callees, max(t.total, callees))
	for _, c := range t.slowest {
		if _, _, kept := s.calls.log.at(c.seq); kept {
			p.Slowest = append(p.Slowest, s.callRow(c.seq, now))
		}
	}
	return p
}

// kinOf lists callers or callees, those with the most time first.
func (s *Session) kinOf(of map[uint32]*kinSum, all int64) []FuncKin {
	list := make([]FuncKin, 0, len(of))
	for fn, k := range of {
		kin := FuncKin{Calls: k.calls, Time: time.Duration(k.time), Share: float64(k.time) / float64(max(all, 1))}
		switch fn {
		case noFunc:
			kin.Kind = KinNone
		case lostFunc:
			kin.Kind = KinLost
		default:
			kin.ID, kin.Name = s.calls.funcs.symbols[fn].id, s.calls.funcs.symbols[fn].name
		}
		list = append(list, kin)
	}
	slices.SortFunc(list, func(a, b FuncKin) int {
		return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(b.Calls, a.Calls), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return list
}
