package model

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// What is asked of a store elsewhere crosses a network. Here is what of it isn't in exported fields. Nothing that is read is
// trusted: it may be a stranger's.

var errCut = errors.New("a value ends too early")

// AppendBinary implements [encoding.BinaryAppender].
func (h *Histogram) AppendBinary(b []byte) ([]byte, error) {
	last := int64(0)
	for bucket := range h.Buckets() {
		b = binary.AppendUvarint(b, uint64(bucket.From-last))
		b = binary.AppendUvarint(b, bucket.Count)
		last = bucket.From
	}
	return b, nil
}

// UnmarshalBinary implements [encoding.BinaryUnmarshaler].
func (h *Histogram) UnmarshalBinary(b []byte) error {
	*h = Histogram{}
	from := int64(0)
	for len(b) > 0 {
		step, n := binary.Uvarint(b)
		if n <= 0 {
			return errCut
		}
		count, m := binary.Uvarint(b[n:])
		if m <= 0 {
			return errCut
		}
		if from += int64(step); from < 0 {
			return fmt.Errorf("%d is no duration", from)
		}
		b = b[n+m:]
		h.addMany(from, count)
	}
	return nil
}

// addMany counts so many durations of the same length.
func (h *Histogram) addMany(ns int64, n uint64) {
	page, step := bucketOf(ns)
	if h.pages>>page&1 == 0 {
		h.grow(page)
	}
	h.n += n
	at := &h.counts[h.index(page)+step]
	sum := uint64(*at) + n
	*at = uint16(sum)
	if over := sum &^ (1<<16 - 1); over > 0 {
		h.carry(page, step, over)
	}
}

// AppendBinary implements [encoding.BinaryAppender].
func (f *FoldSet) AppendBinary(b []byte) ([]byte, error) {
	others := byte(0)
	if f.others {
		others = 1
	}
	b = append(b, others)
	for _, n := range slices.Sorted(maps.Keys(f.but)) {
		b = binary.AppendUvarint(b, n)
	}
	return b, nil
}

// UnmarshalBinary implements [encoding.BinaryUnmarshaler].
func (f *FoldSet) UnmarshalBinary(b []byte) error {
	if len(b) == 0 {
		return errCut
	}
	f.All(b[0] != 0)
	for b = b[1:]; len(b) > 0; {
		n, size := binary.Uvarint(b)
		if size <= 0 {
			return errCut
		}
		f.Set(n, !f.others)
		b = b[size:]
	}
	return nil
}

// Restore makes a tree usable of which only the exported fields were read.
func (t *FlameTree) Restore() error {
	if len(t.Nodes) == 0 {
		return errors.New("a tree of paths without a first node")
	}
	for i := range t.Nodes {
		if p := t.Nodes[i].Parent; i == 0 && p != -1 || i > 0 && (p < 0 || int(p) >= i) {
			return fmt.Errorf("node %d of %d has the parent %d", i, len(t.Nodes), p)
		}
		t.Nodes[i].Base = -1
	}
	t.list()
	return nil
}

// NewSpawnTree makes a tree of lines that were read.
func NewSpawnTree(lines []SpawnLine) (*SpawnTree, error) {
	t := &SpawnTree{Lines: lines, place: make(map[uint64]int, len(lines))}
	for i, l := range lines {
		if l.Parent < -1 || l.Parent >= i || l.End <= i || l.End > len(lines) {
			return nil, fmt.Errorf("line %d of %d has the parent %d and the end %d", i, len(lines), l.Parent, l.End)
		}
		t.place[l.G] = i
	}
	return t, nil
}
