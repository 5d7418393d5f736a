package model

import (
	"math"
	"math/bits"
	"slices"
	"sort"
	"unsafe"
)

// The columns of a block.
const (
	colStart  = iota // ns since the block's first
	colLasted        // ns; all ones: see late
	colFunc          // index into the chunk's functions, or into the table when these are too many for a list
	colG             // index into the chunk's goroutines
	colDepth
	colEnd // see endCodes
	numCols
)

// endCodes are how ends are packed, so that they mostly take no room, and one bit among calls of which some return errors.
// Calls that are open are late.
var endCodes = [...]uint64{EndReturn: 0, EndOpen: 0, EndError: 1, EndPanic: 2, EndUnknown: 3}

// packedEnds are the ends by their codes.
var packedEnds = [4]CallEnd{EndReturn, EndError, EndPanic, EndUnknown}

// block is where 64 calls lie: one column behind the other, each as many words long as its values have bits.
type block struct {
	base   int64 // earliest start
	at     uint32
	widths [numCols]uint8
}

// late is a call whose duration doesn't stand in its column: it was open when the chunk was sealed,
// or so long that the column would have become too wide.
type late struct {
	lasted int64
	i      uint16
	end    CallEnd
}

// lateBits is what a late call costs.
const lateBits = 8 * unsafe.Sizeof(late{})

// dictionary is a chunk's list of functions or goroutines. An empty one maps each number to itself.
type dictionary struct {
	base  uint64
	at    uint32
	n     uint16 // up to chunkLen
	width uint8
}

// sealed is a full chunk in five to ten bytes a call. Any value is reached without reading another.
type sealed struct {
	blocks    [chunkLen / blockLen]block
	words     []uint64
	late      []late     // by i
	funcs, gs dictionary // goroutines in order
	least     dictionary // by index of the goroutine: the depth of its shallowest call
	from, to  int64      // earliest start, and latest end of the calls that are over
	first     bool       // of its slab
	wasted    uint32     // words that the slab before has left over
}

// sealedSize is what a sealed takes besides its slices: memory comes in steps.
const sealedSize = 1792 // bytes

func (s *sealed) bytes() int {
	return sealedSize + 8*(len(s.words)+int(s.wasted)) + int(unsafe.Sizeof(late{}))*cap(s.late)
}

func (s *sealed) look(d *dictionary, i uint64) uint64 {
	if d.n == 0 {
		return i
	}
	return d.base + unpack(s.words[d.at:], int(i), d.width)
}

// column is the words from a block's column on.
func (s *sealed) column(k, col int) []uint64 {
	b := &s.blocks[k]
	at := b.at
	for _, w := range b.widths[:col] {
		at += uint32(w)
	}
	return s.words[at:]
}

func (s *sealed) fn(i int) uint32 {
	b := &s.blocks[i/blockLen]
	at := b.at + uint32(b.widths[colStart]) + uint32(b.widths[colLasted])
	return uint32(s.look(&s.funcs, unpack(s.words[at:], i%blockLen, b.widths[colFunc])))
}

func (s *sealed) start(i int) int64 {
	b := &s.blocks[i/blockLen]
	return b.base + int64(unpack(s.words[b.at:], i%blockLen, b.widths[colStart]))
}

func (s *sealed) call(i int) call {
	b := &s.blocks[i/blockLen]
	var v [numCols]uint64
	at := b.at
	for col, w := range b.widths {
		v[col] = unpack(s.words[at:], i%blockLen, w)
		at += uint32(w)
	}
	c := call{
		start: b.base + int64(v[colStart]), lasted: int64(v[colLasted]),
		g: s.look(&s.gs, v[colG]), fn: uint32(s.look(&s.funcs, v[colFunc])),
		depth: uint16(v[colDepth]), end: packedEnds[v[colEnd]&3],
	}
	if v[colLasted] == 1<<b.widths[colLasted]-1 {
		l := s.lateAt(i)
		c.lasted, c.end = l.lasted, l.end
	}
	return c
}

func (s *sealed) lateAt(i int) *late {
	return &s.late[sort.Search(len(s.late), func(k int) bool { return int(s.late[k].i) >= i })]
}

// end ends a call that was open when the chunk was sealed.
func (s *sealed) end(i int, lasted int64, end CallEnd) {
	l := s.lateAt(i)
	l.lasted, l.end = lasted, end
	s.to = max(s.to, after(s.start(i), lasted))
}

// holds says whether a function of the set occurs.
func (s *sealed) holds(set func(fn uint32) bool) bool {
	if s.funcs.n == 0 {
		for i := range chunkLen {
			if set(s.fn(i)) {
				return true
			}
		}
		return false
	}
	for i := range uint64(s.funcs.n) {
		if set(uint32(s.look(&s.funcs, i))) {
			return true
		}
	}
	return false
}

// sealer packs chunks. It keeps its memory between them.
type sealer struct {
	slab   []uint64
	words  []uint64
	least  []uint64
	gs     []uint64 // that occur in the chunk, in order
	gIndex []uint64 // by the columns' index: that in gs
	late   []late
	funcs  []uint64 // that occur in the chunk
	index  []uint16 // by function: 1 + its index in funcs; 0 for none
	listed bool     // whether the chunk gets a list of its functions
	values [numCols][blockLen]uint64
}

// seal packs full columns, for a log that holds so many bytes.
func (p *sealer) seal(c *columns, held int) *sealed {
	s := new(sealed)
	p.words, p.late = p.words[:0], p.late[:0]
	p.list(c)
	p.order(c)
	for k := range s.blocks {
		s.blocks[k] = p.block(c, k*blockLen)
	}
	if p.listed {
		s.funcs = p.dictionary(p.funcs)
	}
	s.gs = p.dictionary(p.gs)
	s.least = p.dictionary(p.shallowest(c))
	s.from, s.to = c.times()
	for _, fn := range p.funcs {
		p.index[fn] = 0
	}
	s.wasted, s.first = p.makeRoom(held)
	s.words = p.store()
	s.late = slices.Clone(p.late)
	return s
}

// A slab is room for the words of several chunks: single ones would waste a tenth, as memory comes in steps.
// Since the oldest chunks go first, slabs that are partly in use are few.
const leastSlab, mostSlab = 1 << 12, 1 << 17 // words

// makeRoom begins a slab if there is no room for the words in the last one, and says how many words are left over there: some
// hundredths of all, by how large chunks are just now. A slab is a sixteenth of what the log holds, within bounds.
func (p *sealer) makeRoom(held int) (wasted uint32, begun bool) {
	if p.room() >= len(p.words) {
		return 0, false
	}
	wasted = uint32(p.room())
	size := min(max(held/16/8, leastSlab), mostSlab)
	p.slab = make([]uint64, 0, max(size, len(p.words)))
	return wasted, true
}

// store copies the words to where they stay.
func (p *sealer) store() []uint64 {
	n := len(p.slab)
	p.slab = append(p.slab, p.words...)
	return slices.Clip(p.slab[n:])
}

// room is how many words the slab can still take.
func (p *sealer) room() int { return cap(p.slab) - len(p.slab) }

// block packs the 64 calls from call i on.
func (p *sealer) block(c *columns, i int) block {
	b := block{base: slices.Min(c.starts[i : i+blockLen]), at: uint32(len(p.words))}
	v := &p.values
	for k := range blockLen {
		v[colStart][k] = uint64(c.starts[i+k] - b.base)
		v[colFunc][k] = uint64(c.funcs[i+k])
		if p.listed {
			v[colFunc][k] = uint64(p.index[c.funcs[i+k]]) - 1
		}
		v[colG][k] = p.gIndex[c.gs[i+k]]
		v[colDepth][k] = uint64(c.depths[i+k])
		v[colEnd][k] = endCodes[c.ends[i+k]]
	}
	b.widths[colLasted] = p.durations(c, i)
	for col := range v {
		if col != colLasted {
			b.widths[col] = width(v[col][:])
		}
		p.words = pack(p.words, &v[col], b.widths[col])
	}
	return b
}

// list lists the functions that occur, and finds out whether that saves room.
func (p *sealer) list(c *columns) {
	p.funcs = p.funcs[:0]
	last := slices.Max(c.funcs[:])
	if n := int(last) + 1 - len(p.index); n > 0 {
		p.index = append(p.index, make([]uint16, n)...)
	}
	for _, fn := range c.funcs {
		if p.index[fn] == 0 {
			p.funcs = append(p.funcs, uint64(fn))
			p.index[fn] = uint16(len(p.funcs))
		}
	}
	n, own := len(p.funcs), bits.Len32(last)
	p.listed = n*own+chunkLen*bits.Len(uint(n)) < chunkLen*own
}

// durations fills the column of durations of the 64 calls from call i on, and says how wide it is.
func (p *sealer) durations(c *columns, i int) uint8 {
	var wide [65]int // calls by the bits that they need, all ones not being used
	for k := range blockLen {
		if c.ends[i+k] != EndOpen {
			wide[bits.Len64(uint64(c.lasted[i+k])+1)]++
		}
	}
	w := cheapest(&wide)
	mark := uint64(1)<<w - 1
	for k := range blockLen {
		v := uint64(c.lasted[i+k])
		if c.ends[i+k] == EndOpen || v >= mark {
			v = mark
			p.late = append(p.late, late{lasted: c.lasted[i+k], i: uint16(i + k), end: c.ends[i+k]})
		}
		p.values[colLasted][k] = v
	}
	return w
}

// cheapest is the width that costs least when wider values are late.
func cheapest(wide *[65]int) uint8 {
	best, least, over := 64, blockLen*64, 0
	for w := 63; w >= 0; w-- {
		over += wide[w+1]
		if cost := blockLen*w + int(lateBits)*over; cost < least {
			best, least = w, cost
		}
	}
	return uint8(best)
}

// shallowest is the least depth of each goroutine's calls, in their order.
func (p *sealer) shallowest(c *columns) []uint64 {
	p.least = p.least[:0]
	for range p.gs {
		p.least = append(p.least, maxDepth)
	}
	for i, g := range c.gs {
		at := p.gIndex[g]
		p.least[at] = min(p.least[at], uint64(c.depths[i]))
	}
	return p.least
}

// order puts the goroutines in order, so that one of them is found without a look at each. One that was forgotten and came
// again occurs in the columns' list twice.
func (p *sealer) order(c *columns) {
	p.gs = append(p.gs[:0], c.gIDs...)
	slices.Sort(p.gs)
	p.gs = slices.Compact(p.gs)
	p.gIndex = p.gIndex[:0]
	for _, g := range c.gIDs {
		at, _ := slices.BinarySearch(p.gs, g)
		p.gIndex = append(p.gIndex, uint64(at))
	}
}

// times are the earliest start, and the latest end of the calls that are over.
func (c *columns) times() (from, to int64) {
	from, to = c.starts[0], math.MinInt64
	for i, start := range c.starts {
		from = min(from, start)
		if c.ends[i] != EndOpen {
			to = max(to, after(start, c.lasted[i]))
		}
	}
	return from, to
}

// dictionary packs a list.
func (p *sealer) dictionary(list []uint64) dictionary {
	d := dictionary{at: uint32(len(p.words)), n: uint16(len(list)), base: slices.Min(list)}
	d.width = uint8(bits.Len64(slices.Max(list) - d.base))
	for len(list) > 0 {
		n := min(len(list), blockLen)
		var values [blockLen]uint64
		for k, v := range list[:n] {
			values[k] = v - d.base
		}
		p.words = pack(p.words, &values, d.width)
		list = list[n:]
	}
	return d
}

// width is how many bits the largest value needs.
func width(values []uint64) uint8 {
	var all uint64
	for _, v := range values {
		all |= v
	}
	return uint8(bits.Len64(all))
}
