package model

import "unsafe"

// The log is made of chunks. A chunk is filled as plain columns; once it is full and its calls are over, they are
// packed (see [sealed]).
const (
	chunkBits = 12
	chunkLen  = 1 << chunkBits
	chunkMask = chunkLen - 1
)

// call is what is kept of a call. Times are ns of the tracee's clock.
type call struct {
	start  int64
	lasted int64 // without meaning while the call is open
	g      uint64
	fn     uint32 // index into the function table
	depth  uint16
	end    CallEnd
}

// columns are the calls of a chunk that isn't sealed.
type columns struct {
	starts [chunkLen]int64
	lasted [chunkLen]int64
	funcs  [chunkLen]uint32
	gs     [chunkLen]uint16 // indexes into gIDs
	depths [chunkLen]uint16
	ends   [chunkLen]CallEnd
	gIDs   []uint64 // goroutines that occur in the chunk
}

// columnsSize is about how many bytes columns take.
const columnsSize = chunkLen * (8 + 8 + 4 + 2 + 2 + 1)

// addG enters a goroutine into the list and returns its index.
func (c *columns) addG(id uint64) uint16 {
	c.gIDs = append(c.gIDs, id)
	return uint16(len(c.gIDs) - 1)
}

// chunk holds up to chunkLen calls in the order of their starts.
type chunk struct {
	n        int
	open     int // calls that are not over
	presence funcSketch
	raw      *columns // nil once sealed
	sealed   *sealed  // nil before
	details  details
	links    []link

	asked uint64 // the filters that no finished call of the full chunk passes, see [callFilters]
}

// add appends an open call. The chunk must be neither full nor sealed.
func (c *chunk) add(fn uint32, g uint16, depth uint16, start int64) {
	i, raw := c.n&chunkMask, c.raw
	c.n++
	c.open++
	raw.starts[i], raw.funcs[i], raw.gs[i], raw.depths[i], raw.ends[i] = start, fn, g, depth, EndOpen
	c.presence.add(fn)
}

// end ends the open call i.
func (c *chunk) end(i int, lasted int64, end CallEnd) {
	c.open--
	c.asked = 0
	if c.raw == nil {
		c.sealed.end(i, lasted, end)
		return
	}
	c.raw.lasted[i&chunkMask], c.raw.ends[i&chunkMask] = lasted, end
}

// call is call i.
func (c *chunk) call(i int) call {
	if c.raw == nil {
		return c.sealed.call(i)
	}
	r := c.raw
	return call{
		start: r.starts[i], lasted: r.lasted[i], g: r.gIDs[r.gs[i]], fn: r.funcs[i], depth: r.depths[i], end: r.ends[i],
	}
}

// fn is the function of call i.
func (c *chunk) fn(i int) uint32 {
	if c.raw == nil {
		return c.sealed.fn(i)
	}
	return c.raw.funcs[i]
}

// g is the goroutine of call i.
func (c *chunk) g(i int) uint64 { return c.gOf(c.gIndex(i)) }

// gIndex is the index of call i's goroutine among those of the chunk.
func (c *chunk) gIndex(i int) uint64 {
	if c.raw != nil {
		return uint64(c.raw.gs[i])
	}
	k := i / blockLen
	return unpack(c.sealed.column(k, colG), i%blockLen, c.sealed.blocks[k].widths[colG])
}

// gOf is the goroutine with the index.
func (c *chunk) gOf(index uint64) uint64 {
	if c.raw != nil {
		return c.raw.gIDs[index]
	}
	return c.sealed.look(&c.sealed.gs, index)
}

// bytes is about how much memory the chunk takes.
func (c *chunk) bytes() int {
	own := taken(int(unsafe.Sizeof(*c))) + c.details.bytes + linkSize*cap(c.links)
	if c.raw == nil {
		return own + c.sealed.bytes()
	}
	return own + columnsSize
}

// funcSketch says which functions may occur: exact up to 512 functions, with false hits beyond.
type funcSketch [8]uint64

func (s *funcSketch) add(fn uint32) { s[fn>>6&7] |= 1 << (fn & 63) }

func (s *funcSketch) meets(o *funcSketch) bool {
	for i := range s {
		if s[i]&o[i] != 0 {
			return true
		}
	}
	return false
}
