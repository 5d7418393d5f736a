package model

import "math"

// Calls are stored in chunks of columns: 25 bytes a call instead of the 100 of a slice of rows, and a scan for
// one function reads only the column of functions.
const (
	chunkBits = 12
	chunkLen  = 1 << chunkBits
	chunkMask = chunkLen - 1
)

// chunk holds up to chunkLen calls in the order of their starts.
type chunk struct {
	n        int
	starts   [chunkLen]int64  // ns, clock of the tracee
	lasted   [chunkLen]int64  // ns; without meaning while the call is open
	funcs    [chunkLen]uint32 // indexes into the function table
	gs       [chunkLen]uint16 // indexes into names
	depths   [chunkLen]uint16
	ends     [chunkLen]CallEnd
	gIDs     []uint64 // goroutines that occur in the chunk
	presence funcSketch
}

// add appends an open call and returns its index. The chunk must not be full.
func (c *chunk) add(fn uint32, g uint16, depth uint16, start int64) int {
	i := c.n & chunkMask
	c.n++
	c.starts[i], c.funcs[i], c.gs[i], c.depths[i], c.ends[i] = start, fn, g, depth, EndOpen
	c.presence.add(fn)
	return i
}

// addG enters a goroutine into the chunk's list and returns its index.
func (c *chunk) addG(id uint64) uint16 {
	c.gIDs = append(c.gIDs, id)
	return uint16(len(c.gIDs) - 1)
}

func (c *chunk) end(i int, lasted int64, end CallEnd) {
	c.lasted[i&chunkMask], c.ends[i&chunkMask] = lasted, end
}

func (c *chunk) reset() {
	c.n, c.gIDs, c.presence = 0, c.gIDs[:0], funcSketch{}
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

// callLog is the newest calls, in chunks. Calls are numbered from 1.
type callLog struct {
	chunks []*chunk // in order, all full but the last
	keep   int      // chunks
	base   uint64   // number of the first chunk: calls before base*chunkLen+1 are dropped
	total  uint64   // calls ever added
}

// tail is the chunk that has room for the next call; its serial number tells whether it is still the same one.
func (l *callLog) tail() (c *chunk, serial uint64) {
	if n := len(l.chunks); n > 0 && l.chunks[n-1].n < chunkLen {
		return l.chunks[n-1], l.base + uint64(n)
	}
	return l.grow(), l.base + uint64(len(l.chunks))
}

// grow adds a chunk, made of the oldest one when as many as may be kept exist.
func (l *callLog) grow() *chunk {
	c := new(chunk)
	if len(l.chunks) >= l.keep {
		c = l.chunks[0]
		c.reset()
		copy(l.chunks, l.chunks[1:])
		l.chunks = l.chunks[:len(l.chunks)-1]
		l.base++
	}
	l.chunks = append(l.chunks, c)
	return c
}

// at finds a call by its number; ok is false when it was dropped or never was.
func (l *callLog) at(seq uint64) (c *chunk, i int, ok bool) {
	if seq < l.first() || seq > l.total || l.total == 0 {
		return nil, 0, false
	}
	return l.chunks[(seq-1)>>chunkBits-l.base], int((seq - 1) & chunkMask), true
}

// first is the number of the oldest call retained, 1 when there is none yet.
func (l *callLog) first() uint64 { return l.base<<chunkBits + 1 }

// since is end minus start in ns, 0 when the clock went backwards or the numbers are nonsense.
func since(start, end int64) int64 {
	if end < start {
		return 0
	}
	if d := end - start; d >= 0 {
		return d
	}
	return 0
}

// sum adds durations and stops at the largest.
func sum(a, b int64) int64 {
	if c := a + b; c >= 0 {
		return c
	}
	return math.MaxInt64
}
