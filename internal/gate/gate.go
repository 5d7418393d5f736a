// Package gate bounds what strangers can take of a listener: how many connections there are before they have said who they
// are, how many an address has, how many are admitted, and how often an address may fail.
//
// A connection that was accepted asks [Gate.Enter] for a [Place], tells it of its first byte ([Place.Talk]) and of its success
// ([Place.Admit]) or failure ([Place.Fail]), and gives it back with [Place.Leave].
package gate

import (
	"container/heap"
	"errors"
	"sync"
	"time"
)

// Why a connection is not let in, or not admitted.
var (
	ErrPerAddress = errors.New("its address has as many connections as are allowed")
	ErrPenalty    = errors.New("its address failed too often")
	ErrEvicted    = errors.New("it made way for another one")
	ErrFull       = errors.New("as many are in as are allowed")
	ErrClosed     = errors.New("nobody is let in any more")
)

// Limits are those of a gate. All have to be set.
type Limits struct {
	Unauthenticated int // places of connections that aren't admitted: one more takes that of another
	PerAddress      int // places of an address
	Admitted        int // places of those who are

	Penalty          time.Duration // what a failure costs its address, worked off as time passes; negative for nothing
	PenaltyStart     time.Duration // the sum from which on the address stays out for as long, and twice as long each time again
	PenaltyMax       time.Duration // the longest time that it stays out
	PenaltyAddresses int           // how many addresses are remembered for their failures
}

// Gate is where connections come in. Its methods, and those of its places, may be called from any goroutine.
type Gate struct {
	limits    Limits
	penalties penalties

	mu       sync.Mutex
	crowds   map[Source]*crowd
	ranking  ranking
	waiting  int // places of those that aren't admitted
	admitted int
	turn     uint64 // of the last that came
	closed   bool
}

// crowd is all that comes from one source.
type crowd struct {
	source          Source
	all             int // places
	silent, talking row // of those that aren't admitted
	rank            int // in the gate's ranking, while there are such
}

func (c *crowd) waiting() int { return c.silent.n + c.talking.n }

// victim is who has to make way: the oldest that says nothing, or else the oldest that gets nowhere; nil if there is neither.
func (c *crowd) victim() *Place {
	if c.silent.oldest != nil {
		return c.silent.oldest
	}
	return c.talking.oldest
}

// Place is that of one connection.
type Place struct {
	gate  *Gate
	evict func()
	crowd *crowd

	// Under the gate's lock.
	stage        stage
	turn         uint64 // of its coming
	older, newer *Place // in a row of its crowd
}

type stage uint8

const (
	silent stage = iota
	talking
	admitted
	evicted
	left
)

// New returns a gate with limits.
func New(limits Limits) *Gate {
	return &Gate{limits: limits, penalties: penalties{limits: limits}, crowds: make(map[Source]*crowd)}
}

// Enter gives a connection from a source a place, or says why not. If the place is taken away before it was admitted, evict is
// called, which has to end the connection and must not wait.
func (g *Gate) Enter(from Source, evict func()) (*Place, error) {
	if g.penalties.shut(from, time.Now()) {
		return nil, ErrPenalty
	}
	victim, place, err := g.enter(from, evict)
	if victim != nil {
		victim.evict()
	}
	return place, err
}

func (g *Gate) enter(from Source, evict func()) (victim, place *Place, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.crowds[from]
	switch {
	case g.closed:
		return nil, nil, ErrClosed
	case c != nil && c.all >= g.limits.PerAddress:
		if victim = c.victim(); victim == nil {
			return nil, nil, ErrPerAddress
		}
	case g.waiting >= g.limits.Unauthenticated:
		victim = g.ranking[0].victim()
	}
	if victim != nil {
		g.takeAway(victim)
	}
	if c = g.crowds[from]; c == nil {
		c = &crowd{source: from}
		g.crowds[from] = c
	}
	g.turn++
	place = &Place{gate: g, evict: evict, crowd: c, turn: g.turn}
	c.silent.push(place)
	c.all++
	g.waiting++
	g.rank(c)
	return victim, place, nil
}

// takeAway takes p's place away.
func (g *Gate) takeAway(p *Place) {
	g.unwait(p)
	p.stage = evicted
	g.depart(p)
}

// rank puts c where it belongs after one more has come or one has gone.
func (g *Gate) rank(c *crowd) {
	switch n := c.waiting(); {
	case n == 0:
		heap.Remove(&g.ranking, c.rank)
	case c.rank < len(g.ranking) && g.ranking[c.rank] == c:
		heap.Fix(&g.ranking, c.rank)
	default:
		heap.Push(&g.ranking, c)
	}
}

// unwait takes p out of those that aren't admitted.
func (g *Gate) unwait(p *Place) {
	if p.stage == silent {
		p.crowd.silent.remove(p)
	} else {
		p.crowd.talking.remove(p)
	}
	g.waiting--
	g.rank(p.crowd)
}

// depart takes p out of its crowd.
func (g *Gate) depart(p *Place) {
	if p.crowd.all--; p.crowd.all == 0 {
		delete(g.crowds, p.crowd.source)
	}
}

// Talk notes that the connection has said something: those that don't make way first. It is false when the place was taken away.
func (p *Place) Talk() bool {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	if p.stage == silent {
		p.crowd.silent.remove(p)
		p.stage = talking
		p.crowd.talking.push(p)
		p.gate.rank(p.crowd)
	}
	return p.stage == talking || p.stage == admitted
}

// Admit makes the place one that can't be taken away any more. The error is [ErrEvicted] or [ErrFull].
func (p *Place) Admit() error {
	g := p.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case p.stage == evicted || p.stage == left:
		return ErrEvicted
	case p.stage == admitted:
		return nil
	case g.admitted >= g.limits.Admitted:
		return ErrFull
	}
	g.unwait(p)
	p.stage = admitted
	g.admitted++
	return nil
}

// Fail holds a failure against the address. It says for how long the address stays out by that, 0 for not at all.
func (p *Place) Fail() time.Duration { return p.gate.penalties.punish(p.crowd.source, time.Now()) }

// Leave gives the place to others. It may be called again.
func (p *Place) Leave() {
	g := p.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	switch p.stage {
	case evicted, left:
		return
	case admitted:
		g.admitted--
	default:
		g.unwait(p)
	}
	p.stage = left
	g.depart(p)
}

// Evicted says whether the place was taken away.
func (p *Place) Evicted() bool {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	return p.stage == evicted
}

// Close lets nobody in any more.
func (g *Gate) Close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
}

// EvictSilent takes the places of those away that have said nothing.
func (g *Gate) EvictSilent() {
	g.mu.Lock()
	var victims []*Place
	for _, c := range g.crowds {
		for p := c.silent.oldest; p != nil; p = p.newer {
			victims = append(victims, p)
		}
	}
	for _, p := range victims {
		g.takeAway(p)
	}
	g.mu.Unlock()
	for _, p := range victims {
		p.evict()
	}
}

// Count is how many are admitted, and how many are not yet.
func (g *Gate) Count() (admitted, waiting int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.admitted, g.waiting
}
