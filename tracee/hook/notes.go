package hook

import (
	"sync/atomic"
	"unsafe"
)

// NoteKind is what a [Note] tells. The numbers of those about calls are those of the wire.
type NoteKind uint8

// The kinds of notes.
const (
	NoteArgs    NoteKind = 1 // of a call: what it was given
	NoteResults NoteKind = 2 // of a call: what it returned
	NoteError   NoteKind = 3 // of a call: text of the error that it returned
	NoteSpan    NoteKind = 4 // of a call: name of what it does as a whole
	NoteLog     NoteKind = 5 // a line of package log
	NoteSlog    NoteKind = 6 // a record of package log/slog
)

// Note is text about a call, or what the program logged.
type Note struct {
	Kind  NoteKind
	G     uint64   // goroutine, as in an Event
	Time  int64    // of a call's note, the time of the call's Enter; of the others, when they were made; monotonic ns
	Parts []string // one; of a NoteSlog: level, message, and by turns a key and its value
}

// The limits of what a note holds. More is cut off, or left out.
const (
	maxNoteText  = 4 << 10 // bytes of a part
	maxNoteParts = 2 + 2*32
	maxNote      = 16 << 10 // bytes in all
)

// noteHeader lies ahead of a note's parts in a ring. A part is its length in four bytes, with cutBit if it was longer, and then its text.
type noteHeader struct {
	bytes uint32 // of the note, header and all: a multiple of noteAlign
	parts uint16
	kind  NoteKind
	g     uint64
	time  int64
}

const (
	noteHeaderSize = uint32(unsafe.Sizeof(noteHeader{}))
	noteAlign      = 8
	partHeaderSize = 4
	cutBit         = 1 << 31
)

// noteRing holds the notes made on one P. Positions count bytes up and wrap around.
type noteRing struct {
	buf unsafe.Pointer // to noteRingSize bytes outside the Go heap

	// Written by the goroutine that is pinned to the P, read by the reader.
	head uint32
	lost uint32

	_ [64]byte

	tail uint32 // written by the reader
}

const noteRingSize = 256 << 10

// noteRings is indexed by P. A slot is set once, when the first note is made there.
var noteRings [maxRings]*noteRing

// strayNotes counts notes that had no ring to go to.
var strayNotes atomic.Uint64

// Note adds text to a call that has not ended yet. It is kept if the call is streamed and there is room.
//
//go:norace
func (c Call) Note(kind NoteKind, text string) {
	if mode == ModeOn && c.Streamed() {
		first := [1]string{text}
		writeNote(kind, -c.start, first[:], nil)
	}
}

// Span names what the call does as a whole: it is one of the function that is, or works for, the test.
//
//go:norace
func (c Call) Span(test interface{ Name() string }) {
	defer func() { _ = recover() }() // it may be a nil *testing.T
	if mode == ModeOn && c.Streamed() {
		c.Note(NoteSpan, test.Name())
	}
}

// writeNote copies a note of the parts in first and rest to the ring of the P that it runs on, or counts it as lost.
//
//go:norace
//go:nocheckptr
func writeNote(kind NoteKind, time int64, first, rest []string) {
	rest = rest[:min(len(rest), maxNoteParts-len(first))]
	h := noteHeader{kind: kind, time: time, parts: uint16(len(first) + len(rest))}
	h.bytes = (noteHeaderSize + partBytes(first) + partBytes(rest) + noteAlign - 1) &^ (noteAlign - 1)
	if h.bytes > maxNote {
		strayNotes.Add(1)
		return
	}
	if !goidKnown {
		h.g = stackGoid()
	}
	for {
		p := procPin()
		var r *noteRing
		if p < maxRings {
			r = noteRings[p]
		}
		if r == nil {
			procUnpin()
			if !addNoteRing(p) {
				strayNotes.Add(1)
				return
			}
			continue
		}
		used := r.head - load(&r.tail)
		if noteRingSize-used < h.bytes {
			store(&r.lost, r.lost+1)
			procUnpin()
			nudge()
			return
		}
		if goidKnown {
			h.g = goid(currentG()) & maxGoid
		}
		pos := r.put(r.head, unsafe.Slice((*byte)(unsafe.Pointer(&h)), noteHeaderSize))
		pos = r.putParts(pos, first)
		r.putParts(pos, rest)
		store(&r.head, r.head+h.bytes)
		procUnpin()
		if used >= noteRingSize/2 {
			nudge()
		}
		return
	}
}

func partBytes(parts []string) (sum uint32) {
	for _, s := range parts {
		sum += partHeaderSize + uint32(min(len(s), maxNoteText))
	}
	return sum
}

//go:norace
func (r *noteRing) putParts(pos uint32, parts []string) uint32 {
	for _, s := range parts {
		length := uint32(len(s))
		if len(s) > maxNoteText {
			s = s[:maxNoteText]
			length = maxNoteText | cutBit
		}
		pos = r.put(pos, unsafe.Slice((*byte)(unsafe.Pointer(&length)), partHeaderSize))
		pos = r.put(pos, unsafe.Slice(unsafe.StringData(s), len(s)))
	}
	return pos
}

// put copies b to a position, and returns the one behind it.
//
//go:norace
//go:nocheckptr
func (r *noteRing) put(pos uint32, b []byte) uint32 {
	buf := unsafe.Slice((*byte)(r.buf), noteRingSize)
	n := copy(buf[pos%noteRingSize:], b)
	copy(buf, b[n:])
	return pos + uint32(len(b))
}

// get is the reverse of put.
//
//go:norace
//go:nocheckptr
func (r *noteRing) get(pos uint32, b []byte) uint32 {
	buf := unsafe.Slice((*byte)(r.buf), noteRingSize)
	n := copy(b, buf[pos%noteRingSize:])
	copy(b[n:], buf)
	return pos + uint32(len(b))
}

// addNoteRing gives P number p a ring, unless there is one. It says whether there is one now.
//
//go:norace
func addNoteRing(p int) bool {
	if p >= maxRings {
		return false
	}
	slot := (*unsafe.Pointer)(unsafe.Pointer(&noteRings[p]))
	buf := allocate(noteRingSize)
	if buf == nil {
		return false
	}
	if !atomic.CompareAndSwapPointer(slot, nil, unsafe.Pointer(&noteRing{buf: buf})) {
		release(buf, noteRingSize)
	}
	return true
}

// NoteReader takes notes out of the rings. There is one in a program, used by one goroutine at a time. The zero
// value is ready.
type NoteReader struct {
	lost uint64 // notes known to be lost
}

// Read calls yield for the notes that there are until it returns false, those of a goroutine in the order in which they were made unless it
// changed its P meanwhile. Every event that was recorded before such a note is found by a [Consumer.Drain] whose cut is taken
// afterwards; and after an end of a call was drained, Read finds all notes of the call. It says whether it has read all.
func (n *NoteReader) Read(yield func(Note) bool) bool {
	for i := range noteRings {
		if r := noteRingOf(i); r != nil && !r.read(yield) {
			return false
		}
	}
	return true
}

//go:norace
func (r *noteRing) read(yield func(Note) bool) bool {
	for pos, head := r.tail, load(&r.head); pos != head; {
		note, size := r.unpack(pos)
		pos += size
		store(&r.tail, pos)
		if !yield(note) {
			return pos == head
		}
	}
	return true
}

//go:norace
func (r *noteRing) unpack(pos uint32) (Note, uint32) {
	var h noteHeader
	at := r.get(pos, unsafe.Slice((*byte)(unsafe.Pointer(&h)), noteHeaderSize))
	note := Note{Kind: h.kind, G: h.g, Time: h.time, Parts: make([]string, h.parts)}
	for i := range note.Parts {
		var length uint32
		at = r.get(at, unsafe.Slice((*byte)(unsafe.Pointer(&length)), partHeaderSize))
		text := make([]byte, length&^cutBit, length&^cutBit+uint32(len(ellipsis)))
		at = r.get(at, text)
		if length&cutBit != 0 {
			text = append(text, ellipsis...)
		}
		note.Parts[i] = string(text)
	}
	return note, h.bytes
}

// ellipsis stands for what was cut off.
const ellipsis = "…"

// Lost is how many notes found no room since the last call.
func (n *NoteReader) Lost() uint64 {
	sum := strayNotes.Load()
	for i := range noteRings {
		if r := noteRingOf(i); r != nil {
			sum += uint64(load(&r.lost))
		}
	}
	sum, n.lost = sum-n.lost, sum
	return sum
}

// Reset forgets all notes made until now.
func (n *NoteReader) Reset() {
	for i := range noteRings {
		if r := noteRingOf(i); r != nil {
			store(&r.tail, load(&r.head))
		}
	}
	n.Lost()
}

func noteRingOf(p int) *noteRing {
	return (*noteRing)(atomic.LoadPointer((*unsafe.Pointer)(unsafe.Pointer(&noteRings[p]))))
}
