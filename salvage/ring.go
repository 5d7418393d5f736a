package salvage

import (
	"fmt"

	"goapptrace/protocol"
)

// Offsets in a ring, and in an event.
const (
	ringPosition = 0 // head
	ringEvents   = 12
	ringStart    = 16
	ringStaged   = 20 // two
	ringFields   = 28

	eventSize = 16
	kindBits  = 2
	idBits    = 22

	maxRing = 1 << 26 // events
)

// cursor is the events of one ring that nobody has seen.
type cursor struct {
	slots    []byte // of the whole ring
	mask     uint32
	pos, end uint32
}

// openRing finds what a ring holds beyond its position in the stage.
func (f *File) openRing(e extent, s stage) (cursor, error) {
	b, err := f.read(e.offset, min(e.size, ringFields))
	if err != nil {
		return cursor{}, err
	}
	if len(b) < ringFields {
		return cursor{}, fmt.Errorf("%w: a ring has no room for itself", errCorrupt)
	}
	size, start := u32(b[ringEvents:]), u32(b[ringStart:])
	c := cursor{mask: size - 1, pos: u32(b[ringStaged+4*s.slot:]), end: u32(b[ringPosition:])}
	switch {
	case size == 0 && c.end == 0: // the program died while it made it
		return cursor{}, nil
	case size == 0 || size&c.mask != 0 || size > maxRing || int64(start)+int64(size)*eventSize > e.size:
		return cursor{}, fmt.Errorf("%w: a ring of %d events has no room for them", errCorrupt, size)
	case c.end-c.pos > size:
		return cursor{}, fmt.Errorf("%w: a ring of %d events is said to hold %d", errCorrupt, size, c.end-c.pos)
	case c.end == c.pos:
		return c, nil
	}
	c.slots, err = f.read(e.offset+int64(start), int64(size)*eventSize)
	return c, err
}

func (c *cursor) empty() bool { return c.pos == c.end }

func (c *cursor) time() int64 { return int64(u64(c.slots[(c.pos&c.mask)*eventSize:])) }

func (c *cursor) next() protocol.Event {
	at := (c.pos & c.mask) * eventSize
	what := u64(c.slots[at+8:])
	e := protocol.Event{
		Time: c.time(),
		Func: what >> kindBits & (1<<idBits - 1),
		G:    what >> (kindBits + idBits),
		Kind: protocol.EventKind(what & (1<<kindBits - 1)),
	}
	c.pos++
	return e
}

// merge calls yield for the events of all rings, in the order of their times; those of one ring keep their order.
func merge(rings []cursor, yield func(protocol.Event)) {
	var live []*cursor
	for i := range rings {
		if !rings[i].empty() {
			live = append(live, &rings[i])
		}
	}
	for len(live) > 0 {
		first, until := earliest(live)
		for c := live[first]; !c.empty() && c.time() <= until; {
			yield(c.next())
		}
		if live[first].empty() {
			live[first] = live[len(live)-1]
			live = live[:len(live)-1]
		}
	}
}

// earliest is the ring whose event comes first, and the last time for which it stays so.
func earliest(live []*cursor) (first int, until int64) {
	until = 1<<63 - 1
	for i := 1; i < len(live); i++ {
		if a, b := live[i].time(), live[first].time(); a < b {
			first, until = i, b
		} else {
			until = min(until, a)
		}
	}
	return first, until
}
