package session

import (
	"container/heap"
	"sync"
)

// gate bounds what comes in through one listener: strangers at the TCP port must not keep the user's own
// programs out of the socket.
type gate struct {
	limits Limits

	mu       sync.Mutex
	crowds   map[source]*crowd
	ranking  ranking
	sessions int
	waiting  int
	lastTurn uint64
	closed   bool
}

// crowd is all that comes from one source.
type crowd struct {
	source         source
	all            int // connections, sessions among them
	waiting        int
	oldest, newest *arrival // of those that wait
	rank           int      // in the gate's ranking, while any waits
}

// place is what the gate keeps of an arrival.
type place struct {
	stage        stage
	turn         uint64
	crowd        *crowd
	older, newer *arrival
	session      *Session // what became of it
}

type stage uint8

const (
	outside  stage = iota // not let in, or gone
	waiting               // before the end of its handshake
	admitted              // a session
	evicted               // had to make way
)

func newGate(limits Limits) *gate {
	return &gate{limits: limits, crowds: make(map[source]*crowd)}
}

// enter lets a wait for its handshake, or says why not. The victim, if any, has lost its place by that and is to be told so.
func (g *gate) enter(a *arrival, from source) (victim *arrival, refused Cause) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil, CauseShutdown
	}
	c := g.crowds[from]
	switch {
	case c != nil && c.all >= g.limits.PerAddress:
		if victim = c.oldest; victim == nil {
			return nil, CausePerAddress
		}
	case g.waiting >= g.limits.Unauthenticated:
		victim = g.ranking[0].oldest
	}
	if victim != nil {
		g.remove(victim)
		victim.place.stage = evicted
	}
	g.add(a, from)
	return victim, ""
}

// start notes that a became a session, unless it has lost its place.
func (g *gate) start(a *arrival, s *Session) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if a.place.stage != waiting || g.closed {
		return false
	}
	a.place.session = s
	return true
}

// admit counts a among the established sessions from now on, or says why not.
func (g *gate) admit(a *arrival) (refused Cause) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case a.place.stage != waiting:
		return CauseEvicted
	case g.sessions >= g.limits.Sessions:
		return CauseSessions
	}
	g.unwait(a)
	a.place.stage = admitted
	g.sessions++
	return ""
}

// lost says whether a had to make way.
func (g *gate) lost(a *arrival) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return a.place.stage == evicted
}

// leave gives a's place to others. It tells what took it from a, if anything did.
func (g *gate) leave(a *arrival) (taken Cause) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch a.place.stage {
	case evicted:
		return CauseEvicted
	case admitted:
		g.sessions--
		g.depart(a)
	case waiting:
		g.remove(a)
	}
	if g.closed {
		return CauseShutdown
	}
	return ""
}

// close lets nobody in any more, and returns those that haven't become sessions.
func (g *gate) close() (silent []*arrival) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	for _, c := range g.crowds {
		for a := c.oldest; a != nil; a = a.place.newer {
			if a.place.session == nil {
				silent = append(silent, a)
			}
		}
	}
	return silent
}

// count says how many are established, and how many before that.
func (g *gate) count() (sessions, waiting int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.sessions, g.waiting
}

func (g *gate) add(a *arrival, from source) {
	c := g.crowds[from]
	if c == nil {
		c = &crowd{source: from}
		g.crowds[from] = c
	}
	g.lastTurn++
	a.place = place{stage: waiting, turn: g.lastTurn, crowd: c, older: c.newest}
	if c.newest == nil {
		c.oldest = a
	} else {
		c.newest.place.newer = a
	}
	c.newest = a
	c.all++
	c.waiting++
	g.waiting++
	if c.waiting == 1 {
		heap.Push(&g.ranking, c)
	} else {
		heap.Fix(&g.ranking, c.rank)
	}
}

// remove takes one that waits out of the gate.
func (g *gate) remove(a *arrival) {
	g.unwait(a)
	g.depart(a)
}

// unwait takes a out of the row of those that wait.
func (g *gate) unwait(a *arrival) {
	c, older, newer := a.place.crowd, a.place.older, a.place.newer
	if older == nil {
		c.oldest = newer
	} else {
		older.place.newer = newer
	}
	if newer == nil {
		c.newest = older
	} else {
		newer.place.older = older
	}
	a.place.older, a.place.newer = nil, nil
	c.waiting--
	g.waiting--
	if c.waiting == 0 {
		heap.Remove(&g.ranking, c.rank)
	} else {
		heap.Fix(&g.ranking, c.rank)
	}
}

// depart takes a, which doesn't wait any more, out of its crowd.
func (g *gate) depart(a *arrival) {
	c := a.place.crowd
	a.place.stage = outside
	if c.all--; c.all == 0 {
		delete(g.crowds, c.source)
	}
}

// ranking is a heap of the crowds of which some wait, that with the most on top; of several such crowds, the one with the oldest.
type ranking []*crowd

func (r *ranking) Len() int { return len(*r) }

func (r *ranking) Less(i, j int) bool {
	a, b := (*r)[i], (*r)[j]
	if a.waiting != b.waiting {
		return a.waiting > b.waiting
	}
	return a.oldest.place.turn < b.oldest.place.turn
}

func (r *ranking) Swap(i, j int) {
	all := *r
	all[i], all[j] = all[j], all[i]
	all[i].rank, all[j].rank = i, j
}

// Push implements [heap.Interface].
func (r *ranking) Push(x any) {
	c := x.(*crowd)
	c.rank = len(*r)
	*r = append(*r, c)
}

// Pop implements [heap.Interface].
func (r *ranking) Pop() any {
	last := len(*r) - 1
	c := (*r)[last]
	(*r)[last] = nil
	*r = (*r)[:last]
	return c
}
