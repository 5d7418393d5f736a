package cli

import (
	"slices"

	"goapptrace/protocol"
	"goapptrace/session"
)

// Bounds on what is held back.
const (
	mostHeld      = 1 << 10
	mostHeldBytes = 8 << 20
)

// held is what has come and isn't told yet. The tracee goes around: it sends events in a batch or several, and behind them what it
// knows of calls and what was logged. Of calls that were made meanwhile, it sends that the next time around, and so calls wait
// until two rounds are over, which a batch behind details shows. If nothing does, they wait from one tick to the next but one.
type held struct {
	events []session.Event
	bytes  int
	ripe   int                   // events that were there at the tick before
	round  int                   // events of the last complete round and those before it
	told   bool                  // there are details behind the latest batch
	lines  []*protocol.LogPacket // among events, in the order of their times
}

// take takes in an event that is told later, and tells those whose time has come.
func (t *trace) take(ev session.Event) {
	h := &t.held
	if ev.Record == nil { // it keeps its place among what is held
		if h.events = append(h.events, ev); len(h.events) == 1 {
			t.release(1)
		}
		return
	}
	switch p := ev.Record.Packet.(type) {
	case *protocol.FuncLogBatchPacket:
		if h.told {
			t.turn()
		}
	case *protocol.DetailsPacket:
		h.told = true
		t.details(p)
	case *protocol.LogPacket:
		i, _ := slices.BinarySearchFunc(h.lines, p.Time, func(l *protocol.LogPacket, time int64) int {
			if l.Time <= time {
				return -1
			}
			return 1
		})
		h.lines = slices.Insert(h.lines, i, p)
	}
	h.events = append(h.events, ev)
	if h.bytes += len(ev.Record.Raw); len(h.events) >= mostHeld || h.bytes > mostHeldBytes {
		t.release(len(h.events))
	}
}

// ripen tells what was there at the tick before. It says whether something is left.
func (t *trace) ripen() (more bool) {
	t.release(t.held.ripe)
	t.held.ripe = len(t.held.events)
	return t.held.ripe > 0
}

// turn begins another round.
func (t *trace) turn() {
	t.release(t.held.round)
	t.held.round, t.held.told = len(t.held.events), false
	t.detailsLost += t.notes.turn()
}

// release tells the first n events that are held.
func (t *trace) release(n int) {
	h := &t.held
	for _, ev := range h.events[:n] {
		if ev.Record != nil {
			h.bytes -= len(ev.Record.Raw)
		}
		t.tell(ev)
	}
	h.events = slices.Delete(h.events, 0, n)
	h.ripe, h.round = max(0, h.ripe-n), max(0, h.round-n)
	if len(h.events) == 0 {
		h.told = false
		t.detailsLost += t.notes.turn() + t.notes.turn()
	}
}

// linesUntil tells what was logged before a time.
func (t *trace) linesUntil(time int64) {
	for len(t.held.lines) > 0 && t.held.lines[0].Time < time {
		t.out.line(t.held.lines[0])
		t.held.lines = t.held.lines[1:]
	}
}

// line tells a line that was logged, unless its place was among the events before.
func (t *trace) line(p *protocol.LogPacket) {
	if i := slices.Index(t.held.lines, p); i >= 0 {
		t.held.lines = slices.Delete(t.held.lines, i, i+1)
		t.out.line(p)
	}
}

// batchEvents takes in a batch of version 1.1.
func (t *trace) batchEvents(p *protocol.FuncLogBatchPacket) {
	lossy := len(p.LostEvents) > 0
	if t.batch != 0 && p.Seq > t.batch+1 {
		t.out.gap(t.batch+1, p.Seq-1)
		lossy = true
	}
	if lossy {
		t.lossy = max(t.lossy, p.End)
	}
	t.batch = max(t.batch, p.Seq)
	for i := range min(len(p.LostFuncs), len(p.LostEvents)) {
		t.loss(p.LostFuncs[i], p.LostEvents[i])
	}
	r := p.Reader()
	for r.Next() {
		if len(t.held.lines) > 0 {
			t.linesUntil(r.Event.Time)
		}
		t.event(r.Event)
	}
}
