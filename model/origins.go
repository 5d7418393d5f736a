package model

import (
	"hash/maphash"
	"math/bits"

	"goapptrace/protocol"
)

// origin is where a goroutine comes from.
type origin struct {
	g      uint64
	parent uint64
	site   uint64 // 0 when unknown
	first  int64  // about when it was heard of, tracee's time
	span   protocol.Text
	next   uint64 // in the same chain of a table, 0 for none
}

var originCost, chainCost = slotCost[origin](), slotCost[uint64]()

// cost is the bytes that an origin keeps in memory, beside its chain.
func (o *origin) cost() int { return originCost + taken(len(o.span)) }

// originTable finds origins by goroutine. It is a hash table that grows by a chain at a time: a map takes a tenth of a busy
// session's budget more from one moment on to the next, which can't be told from outside.
type originTable struct {
	all    ring[origin] // in the order in which they were heard of
	chains ring[uint64] // the number of each one's first, 0 for none
	seed   maphash.Seed // so that nobody can choose goroutines of one chain
}

// room is the bytes that chains take, which stay when origins go.
func (t *originTable) room() int { return t.chains.n * chainCost }

func newOriginTable() originTable { return originTable{seed: maphash.MakeSeed()} }

// get finds a goroutine's origin, nil when there is none. It stays where it is until it is dropped.
func (t *originTable) get(g uint64) *origin {
	if t.all.n == 0 {
		return nil
	}
	for seq := *t.chain(g); seq != 0; {
		o := t.all.slot(seq)
		if o.g == g {
			return o
		}
		seq = o.next
	}
	return nil
}

// add makes an origin the newest. There is to be none of the same goroutine.
func (t *originTable) add(o origin) *origin {
	if uint64(t.all.n) >= t.chains.last {
		t.widen()
	}
	chain := t.chain(o.g)
	o.next, *chain = *chain, t.all.last+1
	return t.all.push(o)
}

// drop removes the oldest.
func (t *originTable) drop() origin {
	seq := t.all.first()
	o := t.all.slot(seq)
	link := t.chain(o.g)
	for *link != seq {
		link = &t.all.slot(*link).next
	}
	*link = o.next
	return t.all.drop()
}

// chain is that of a goroutine. While there are between 2^k and 2^(k+1) chains, the low k+1 bits of its hash tell which, or the
// low k when there is no such chain yet.
func (t *originTable) chain(g uint64) *uint64 {
	wide := uint64(1) << bits.Len64(t.chains.last-1)
	i := maphash.Comparable(t.seed, g) & (wide - 1)
	if i >= t.chains.last {
		i -= wide / 2
	}
	return t.chains.slot(i + 1)
}

// widen adds a chain, and shares with it the one whose goroutines it may be that of now.
func (t *originTable) widen() {
	i := t.chains.last
	t.chains.push(0)
	if i == 0 {
		return
	}
	old := t.chains.slot(i - 1<<(bits.Len64(i)-1) + 1)
	seq := *old
	*old = 0
	for seq != 0 {
		o := t.all.slot(seq)
		chain := t.chain(o.g)
		seq, o.next, *chain = o.next, *chain, seq
	}
}
