package hook

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// What is recorded lies in a file that the program shares with its viewer, if they run on one machine and the launcher
// has named a place for it in GOAPPTRACE_RINGS. The kernel keeps the file whatever becomes of the program, so that the viewer
// can salvage (package salvage reads what is laid out here) what nobody had the time to send: after SIGKILL, a
// fatal error, or an os.Exit in code that has no hooks. Memory that finds no room there is anonymous, as everywhere else.

// sharedHead is the beginning of the file. All numbers are in the machine's own order; offsets and sizes of extents are in units of 4 KiB.
type sharedHead struct {
	magic  uint64 // written last
	wall   int64  // Unix time, ns, and
	mono   int64  // events' time, at one instant
	stages [2]stage
	used   uint32 // extents given out; those of kind 0 don't count
	_      uint32
	exe    [2048]byte // path of the executable, up to the first zero

	_       [4096 - 2048 - 80]byte
	extents [maxExtents]extent
}

const (
	sharedMagic = 0x31_73676e6972_6167 // "garings1" on a little-endian machine
	sharedUnit  = 4096
	maxExtents  = 1 << 12
)

// stage says what a viewer has that received so many batches: drained events, those of each ring up to its staged position.
// There are two, for the batch that is being written to the socket, and for the one before.
type stage struct {
	session uint64 // the connection, numbered from 1; 0 if the stage means nothing
	seq     uint64 // of the batch
	drained uint64 // events in the batches up to that one
}

// extent is a piece of the file that one structure lies in.
type extent struct {
	kind, index   uint32
	offset, units uint32
}

// The kinds of extents, and what their index says.
const (
	extentRing   = 1 // a ring and then its events; number of the P
	extentCounts = 2 // a countPage; (ID of its first function - 1) / pageCells
	extentFuncs  = 3 // a funcPage; (ID of its first function - 1) / pageEntries
	extentTexts  = 4 // texts; 0, 1, ...
)

// shared is the head of the file, nil without one.
var shared *sharedHead

// Shared says whether what is recorded can be salvaged when the program has ended.
func Shared() bool { return shared != nil }

// share allocates memory for a structure in the file if there is one that has room, and elsewhere otherwise.
func share(kind, index uint32, bytes uintptr) unsafe.Pointer {
	if shared != nil {
		if p := extend(kind, index, bytes); p != nil {
			return p
		}
	}
	return allocate(bytes)
}

// list notes an extent in the head, unless there are too many.
func (h *sharedHead) list(kind, index uint32, offset, bytes uint64) bool {
	slot := atomic.AddUint32(&h.used, 1) - 1
	if slot >= maxExtents {
		return false
	}
	e := &h.extents[slot]
	e.index, e.offset, e.units = index, uint32(offset/sharedUnit), uint32(bytes/sharedUnit)
	store(&e.kind, kind)
	return true
}

// prepareRing makes the ring of this P. To reserve its space in the file may take some milliseconds.
func prepareRing() {
	p := procPin()
	procUnpin()
	addRing(p)
}

// Prepare makes the rings of all Ps ahead of time, if they lie in the file: no hook shall have to wait for that.
func Prepare() {
	if shared == nil {
		return
	}
	for p := range min(runtime.GOMAXPROCS(0), maxRings) {
		if ringOf(p) == nil {
			addRing(p)
		}
	}
}

// Begin says that a connection begins, numbered from 1: nothing has been sent on it yet.
func (c *Consumer) Begin(connection uint64) {
	c.Abandon()
	c.Stage(connection, 0)
}

// Stage says that batch number seq of the connection is about to be written, and with it everything that Drain has handed
// out. Before the next call the batch must have been written as a whole. If the program dies, the viewer knows by the last
// batch that it received whether it has to go by this stage or the one before.
//
//go:norace
func (c *Consumer) Stage(connection, seq uint64) {
	if shared == nil {
		return
	}
	slot := seq % 2
	s := &shared.stages[slot]
	store64(&s.session, 0)
	for i := range rings {
		if r := ringOf(i); r != nil {
			store(&r.staged[slot], r.taken)
		}
	}
	store64(&s.drained, c.totals.Drained)
	store64(&s.seq, seq)
	store64(&s.session, connection)
}

// Abandon says that the connection is about to be left by a program that lives on: there is nothing to salvage.
//
//go:norace
func (c *Consumer) Abandon() {
	if shared != nil {
		store64(&shared.stages[0].session, 0)
		store64(&shared.stages[1].session, 0)
	}
}
