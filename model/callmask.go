package model

import (
	"sort"

	"goapptrace/protocol"
	"goapptrace/query"
)

// glance is what it takes to learn that a block needs no look at its values, compared with a look at one of them.
const glance = 16

// lateIn are the late calls of block k.
func (s *sealed) lateIn(k int) []late {
	from := sort.Search(len(s.late), func(i int) bool { return int(s.late[i].i) >= k*blockLen })
	to := from
	for to < len(s.late) && int(s.late[to].i) < (k+1)*blockLen {
		to++
	}
	return s.late[from:to]
}

// ended keeps the calls whose ends are in a set.
func (f *callFilter) ended(c *chunk, k int, ends uint8, mask uint64) uint64 {
	if c.raw != nil {
		return f.each(mask, func(i int) bool { return ends>>c.raw.ends[k*blockLen+i]&1 != 0 })
	}
	has := func(code int) uint64 { return -uint64(ends >> packedEnds[code] & 1) } // all bits or none
	kept, words := has(0), c.sealed.column(k, colEnd)
	switch w := c.sealed.blocks[k].widths[colEnd]; w {
	case 0:
		f.work += glance
	case 1: // the column is a mask
		f.work += glance
		kept = has(0)&^words[0] | has(1)&words[0]
	default:
		kept = f.each(mask, func(i int) bool { return has(int(unpack(words, i, w)&3)) != 0 })
	}
	for _, l := range c.sealed.lateIn(k) {
		kept &^= 1 << (l.i % blockLen)
		kept |= uint64(ends>>l.end&1) << (l.i % blockLen)
	}
	return kept & mask
}

// lasting keeps the calls whose durations pass.
func (f *callFilter) lasting(cond *condition, c *chunk, k int, mask uint64) uint64 {
	if r := c.raw; r != nil {
		return f.each(mask, func(i int) bool {
			i += k * blockLen
			if r.ends[i] == EndOpen {
				return cond.has(since(r.starts[i], f.now))
			}
			return cond.has(r.lasted[i])
		})
	}
	kept, w := uint64(0), c.sealed.blocks[k].widths[colLasted]
	if mark := int64(uint64(1)<<w - 1); cond.not || w == 64 || mark > cond.lo {
		words := c.sealed.column(k, colLasted)
		kept = f.each(mask, func(i int) bool { return cond.has(int64(unpack(words, i, w))) })
	}
	f.work += glance
	for _, l := range c.sealed.lateIn(k) {
		lasted := l.lasted
		if l.end == EndOpen {
			lasted = since(c.sealed.start(int(l.i)), f.now)
		}
		bit := uint64(1) << (l.i % blockLen)
		kept &^= bit
		if cond.has(lasted) {
			kept |= bit
		}
	}
	return kept & mask
}

// deep keeps the calls whose depths pass.
func (f *callFilter) deep(cond *condition, c *chunk, k int, mask uint64) uint64 {
	if c.raw != nil {
		return f.each(mask, func(i int) bool { return cond.has(int64(c.raw.depths[k*blockLen+i])) })
	}
	w := c.sealed.blocks[k].widths[colDepth]
	if !cond.not && cond.lo >= 1<<w {
		f.work += glance
		return 0
	}
	words := c.sealed.column(k, colDepth)
	return f.each(mask, func(i int) bool { return cond.has(int64(unpack(words, i, w))) })
}

// detailKinds are the kinds of the texts about calls.
var detailKinds = map[query.Field]byte{
	query.FieldArgs: protocol.DetailArgs, query.FieldResults: protocol.DetailResults,
	query.FieldError: protocol.DetailError, query.FieldSpan: protocol.DetailSpan,
}

// telling keeps the calls of which a text is known that passes; of others it is empty.
func (f *callFilter) telling(cond *condition, c *chunk, k int, mask uint64) uint64 {
	if c.details.texts == nil {
		f.work += glance
		if cond.node.Text("") {
			return mask
		}
		return 0
	}
	const dear = 32 // times a number, and the text's bytes
	kind := detailKinds[cond.node.Field]
	return f.each(mask, func(i int) bool {
		text := c.details.texts[detailKey{uint16(k*blockLen + i), kind}]
		f.work += dear + len(text)
		return cond.node.Text(string(text))
	})
}
