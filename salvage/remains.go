package salvage

import (
	"fmt"

	"goapptrace/protocol"
)

const (
	// maxBatch bounds the columns of a batch in bytes, and maxSymbols the functions in a packet.
	maxBatch   = 64 << 10
	maxSymbols = 1 << 12

	eventsPerCall = 2
)

// Remains is what a program recorded, and never sent.
type Remains struct {
	Packets []protocol.Packet // as they would have come
	Events  uint64            // in the packets
}

// Remains reads what the viewer that has the receipt did not get. The program must be dead.
func (f *File) Remains(r *Receipt) (*Remains, error) {
	s, err := f.stageOf(r)
	if err != nil {
		return nil, err
	}
	extents, err := f.extents()
	if err != nil {
		return nil, err
	}
	functions, err := f.functions(extents)
	if err != nil {
		return nil, err
	}
	texts, err := f.texts(extents)
	if err != nil {
		return nil, err
	}
	var rings []cursor
	for _, e := range extents {
		if e.kind != extentRing {
			continue
		}
		ring, err := f.openRing(e, s)
		if err != nil {
			return nil, err
		}
		rings = append(rings, ring)
	}
	b := builder{seq: r.batch}
	b.symbols(functions, texts, r.functions)
	merge(rings, b.event)
	if b.err != nil {
		return nil, b.err
	}
	b.losses(functions, r)
	b.flush()
	b.counters(functions, s.drained)
	return &b.remains, nil
}

// builder makes the packets.
type builder struct {
	remains Remains
	seq     uint64
	batch   protocol.BatchBuilder
	lost    bool  // the batch tells of losses
	last    int64 // time of the latest event
	err     error
}

func (b *builder) add(p protocol.Packet) { b.remains.Packets = append(b.remains.Packets, p) }

func (b *builder) event(e protocol.Event) {
	if e.Func == 0 {
		b.err = fmt.Errorf("%w: an event has no function", errCorrupt)
		return
	}
	b.batch.Add(e)
	b.last = e.Time
	b.remains.Events++
	if b.batch.Size() >= maxBatch || b.batch.Len() >= protocol.MaxBatchEvents {
		b.flush()
	}
}

// flush ends the batch.
func (b *builder) flush() {
	if b.batch.Len() == 0 && !b.lost {
		return
	}
	b.seq++
	p := *b.batch.Packet(b.seq, b.last)
	b.add(&p)
	b.batch, b.lost = protocol.BatchBuilder{}, false
}

// losses adds those to the batch that the viewer doesn't know.
func (b *builder) losses(functions []*function, r *Receipt) {
	for _, fn := range functions {
		if n := less(fn.enters+fn.leaves, r.lost[fn.id]); n > 0 {
			b.batch.Lose(fn.id, n)
			b.lost = true
		}
	}
}

// symbols names the functions that the viewer doesn't know.
func (b *builder) symbols(functions []*function, texts texts, known uint64) {
	p := new(protocol.Symbols)
	for _, fn := range functions {
		if fn.id <= known || !texts.add(p, fn) {
			continue
		}
		if len(p.Funcs) >= maxSymbols {
			b.add(&protocol.SymbolPacket{Symbols: p})
			p = new(protocol.Symbols)
		}
	}
	if len(p.Funcs) > 0 {
		b.add(&protocol.SymbolPacket{Symbols: p})
	}
}

// counters are the last word on all totals.
func (b *builder) counters(functions []*function, drained uint64) {
	p := &protocol.CountersPacket{Emitted: drained + b.remains.Events}
	var enters, leaves uint64
	for _, fn := range functions {
		enters += fn.enters
		leaves += fn.leaves
		p.Emitted += fn.enters + fn.leaves + eventsPerCall*fn.calls
		if fn.calls > 0 {
			p.Funcs = append(p.Funcs, fn.id)
			p.Calls = append(p.Calls, fn.calls)
			p.TotalNS = append(p.TotalNS, fn.total)
			p.MaxNS = append(p.MaxNS, fn.longest)
		}
	}
	p.Lose(protocol.CauseCalls, enters)
	p.Lose(protocol.CauseLeaves, leaves)
	b.add(p)
}
