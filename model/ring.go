package model

import "slices"

// ring is a queue that grows as needed. Its items are numbered from 1, in the order in which they came.
type ring[T any] struct {
	items []T // len is a power of two, or zero
	head  int // index of the oldest
	n     int
	last  uint64 // number of the newest
}

// first is the number of the oldest item; last+1 when there is none.
func (r *ring[T]) first() uint64 { return r.last + 1 - uint64(r.n) }

func (r *ring[T]) push(v T) *T {
	if r.n == len(r.items) {
		r.grow()
	}
	p := &r.items[(r.head+r.n)&(len(r.items)-1)]
	*p = v
	r.n++
	r.last++
	return p
}

func (r *ring[T]) grow() {
	items := make([]T, max(16, 2*len(r.items)))
	n := copy(items, r.items[r.head:])
	copy(items[n:], r.items[:r.head])
	r.items, r.head = items, 0
}

// drop removes the oldest item and returns it.
func (r *ring[T]) drop() T {
	var zero T
	v := r.items[r.head]
	r.items[r.head] = zero
	r.head = (r.head + 1) & (len(r.items) - 1)
	r.n--
	return v
}

// at is the item with the number, nil when it is not in the ring.
func (r *ring[T]) at(seq uint64) *T {
	first := r.first()
	if seq < first || seq > r.last {
		return nil
	}
	return &r.items[(r.head+int(seq-first))&(len(r.items)-1)]
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
