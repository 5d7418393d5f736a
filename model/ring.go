package model

import (
	"slices"
	"unsafe"
)

// ringBlock is how many items of a ring are allocated together: with as many, packets, lines and origins leave little unused of
// what the allocator gives.
const ringBlock = 36

// ring is a queue that takes no more room than its items and a block or two. Its items are numbered from 1, in the order in
// which they came, and stay where they are.
type ring[T any] struct {
	blocks []*[ringBlock]T // oldest first
	spare  *[ringBlock]T   // empty, for the next one
	gone   uint64          // how many blocks there were before them
	n      int
	last   uint64 // number of the newest
}

// slotCost is how many bytes of memory a ring takes for each item, with the list of its blocks.
func slotCost[T any]() int {
	const word, bare = int(unsafe.Sizeof(uintptr(0))), 512
	size := int(unsafe.Sizeof([ringBlock]T{}))
	if size > bare {
		size += word // which the allocator puts before what has pointers
	}
	return (taken(size) + word) / ringBlock
}

// first is the number of the oldest item; last+1 when there is none.
func (r *ring[T]) first() uint64 { return r.last + 1 - uint64(r.n) }

func (r *ring[T]) push(v T) *T {
	if r.last%ringBlock == 0 {
		if r.spare == nil {
			r.spare = new([ringBlock]T)
		}
		r.blocks, r.spare = append(r.blocks, r.spare), nil
	}
	r.n++
	r.last++
	p := r.slot(r.last)
	*p = v
	return p
}

// slot is where the item with the number is.
func (r *ring[T]) slot(seq uint64) *T { return &r.blocks[(seq-1)/ringBlock-r.gone][(seq-1)%ringBlock] }

// drop removes the oldest item and returns it.
func (r *ring[T]) drop() T {
	var zero T
	seq := r.first()
	p := r.slot(seq)
	v := *p
	*p = zero
	r.n--
	if seq%ringBlock == 0 {
		r.spare, r.blocks[0] = r.blocks[0], nil
		r.blocks = r.blocks[1:]
		r.gone++
	}
	return v
}

// at is the item with the number, nil when it is not in the ring.
func (r *ring[T]) at(seq uint64) *T {
	if seq < r.first() || seq > r.last {
		return nil
	}
	return r.slot(seq)
}

// window picks the numbers of up to before matching items ahead of anchor and up to after from it on, in order.
// An anchor of zero stands for the end.
func (r *ring[T]) window(anchor uint64, before, after int, match func(*T) bool) []uint64 {
	if anchor == 0 || anchor > r.last {
		anchor = r.last + 1
	}
	first := r.first()
	anchor = max(anchor, first)
	var seqs []uint64
	for seq := anchor - 1; seq >= first && seq > 0 && len(seqs) < before; seq-- {
		if match(r.at(seq)) {
			seqs = append(seqs, seq)
		}
	}
	slices.Reverse(seqs)
	for seq, found := anchor, 0; seq <= r.last && found < after; seq++ {
		if match(r.at(seq)) {
			seqs = append(seqs, seq)
			found++
		}
	}
	return seqs
}

func (r *ring[T]) count(match func(*T) bool) int {
	n := 0
	for seq := r.first(); seq <= r.last; seq++ {
		if match(r.at(seq)) {
			n++
		}
	}
	return n
}
