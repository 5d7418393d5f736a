package cli

import (
	"cmp"
	"slices"

	"goapptrace/protocol"
)

// mostLines is how many logged lines wait for the events around them.
const mostLines = 1 << 12

// held is a batch whose calls aren't told before the next batch comes, or nothing more for a while: what the tracee says of
// them follows behind it.
type held struct {
	batch *protocol.FuncLogBatchPacket // nil for none
	lines []*protocol.LogPacket        // since then, and those of later times than it
}

// line keeps a logged line for its place among the events.
func (t *trace) line(p *protocol.LogPacket) {
	if len(t.held.lines) >= mostLines {
		t.settle()
	}
	t.held.lines = append(t.held.lines, p)
}

// release tells the calls of the batch that was held back, and what was logged meanwhile.
func (t *trace) release() {
	p := t.held.batch
	if p == nil {
		return
	}
	t.held.batch = nil
	slices.SortStableFunc(t.held.lines, func(a, b *protocol.LogPacket) int { return cmp.Compare(a.Time, b.Time) })
	t.batchEvents(p)
	t.detailsLost += t.notes.drop()
}

// settle tells everything that has waited.
func (t *trace) settle() {
	t.release()
	for _, p := range t.held.lines {
		t.out.line(p)
	}
	t.held.lines = t.held.lines[:0]
}

// writeLines tells what was logged up to a time.
func (t *trace) writeLines(until int64) {
	n := 0
	for n < len(t.held.lines) && t.held.lines[n].Time <= until {
		t.out.line(t.held.lines[n])
		n++
	}
	t.held.lines = slices.Delete(t.held.lines, 0, n)
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
		if len(t.held.lines) > 0 && t.held.lines[0].Time < r.Event.Time {
			t.writeLines(r.Event.Time - 1)
		}
		t.event(r.Event)
	}
	t.writeLines(p.End)
}
