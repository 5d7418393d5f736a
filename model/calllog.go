package model

import "slices"

// callLog is the newest calls, in chunks. Calls are numbered from 1.
type callLog struct {
	chunks []*chunk // in order, all full but the last
	keep   int      // chunks at most; 0 for any number
	base   uint64   // number of the first chunk: calls before base*chunkLen+1 are dropped
	total  uint64   // calls ever added
	held   int      // bytes of all chunks
	dead   int      // words of dropped chunks in a slab that others still use
	spare  *columns // of a chunk that was sealed, for the next one
	sealer sealer
}

// A full chunk is sealed when few of its calls are open, since those cost more once it is, and in any case before
// there are many that aren't sealed.
const (
	fewOpen     = chunkLen / 32
	mostWaiting = 32
)

// tail is the chunk that has room for the next call; its serial number tells whether it is still the same one.
func (l *callLog) tail() (c *chunk, serial uint64) {
	n := len(l.chunks)
	if n > 0 && l.chunks[n-1].n < chunkLen {
		return l.chunks[n-1], l.base + uint64(n)
	}
	return l.grow(), l.base + uint64(len(l.chunks))
}

// grow adds a chunk, in the place of the oldest one when as many as may be kept exist.
func (l *callLog) grow() *chunk {
	l.seal()
	if l.keep > 0 && len(l.chunks) >= l.keep {
		l.drop()
	}
	c := &chunk{raw: l.spare}
	l.spare = nil
	if c.raw == nil {
		c.raw = new(columns)
	}
	l.chunks = append(l.chunks, c)
	l.held += c.bytes()
	return c
}

// seal packs the chunks whose time has come.
func (l *callLog) seal() {
	n := len(l.chunks)
	for i := max(n-mostWaiting-1, 0); i < n; i++ {
		c := l.chunks[i]
		if c.raw == nil || c.n < chunkLen || c.open > fewOpen && i >= n-mostWaiting {
			continue
		}
		l.held -= c.bytes()
		c.sealed = l.sealer.seal(c.raw, l.held)
		l.recycle(c)
		l.held += c.bytes()
	}
}

// recycle takes a chunk's columns for the next one.
func (l *callLog) recycle(c *chunk) {
	if c.raw != nil {
		c.raw.gIDs = c.raw.gIDs[:0]
		l.spare, c.raw = c.raw, nil
	}
}

// drop forgets the oldest chunk.
func (l *callLog) drop() {
	c := l.chunks[0]
	l.held -= c.bytes()
	l.recycle(c)
	l.chunks = slices.Delete(l.chunks, 0, 1)
	l.base++
	l.bury(c.sealed)
}

// bury notes that a dropped chunk's words stay until their slab is used by none.
func (l *callLog) bury(s *sealed) {
	if s != nil {
		l.dead += len(s.words)
	}
	if len(l.chunks) == 0 || l.chunks[0].sealed == nil || l.chunks[0].sealed.first {
		l.dead = 0
	}
}

// bytes is about how much memory the log takes.
func (l *callLog) bytes() int { return l.held + 8*(l.dead+l.sealer.room()) }

// at finds a call by its number; ok is false when it was dropped or never was.
func (l *callLog) at(seq uint64) (c *chunk, i int, ok bool) {
	if seq < l.first() || seq > l.total || l.total == 0 {
		return nil, 0, false
	}
	return l.chunks[(seq-1)>>chunkBits-l.base], int((seq - 1) & chunkMask), true
}

// first is the number of the oldest call retained, 1 when there is none yet.
func (l *callLog) first() uint64 { return l.base<<chunkBits + 1 }
