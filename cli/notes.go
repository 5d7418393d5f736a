package cli

import (
	"cmp"
	"sort"

	"goapptrace/protocol"
)

// Bounds on what waits for its calls.
const (
	mostNotes     = 1 << 17
	mostNoteBytes = 32 << 20
)

// callTexts is what the tracee has told about a call.
type callTexts struct{ args, results, err, span protocol.Text }

// set takes in a text, unless it is of a kind that a later version has.
func (c *callTexts) set(kind byte, text protocol.Text) {
	switch kind {
	case protocol.DetailArgs:
		c.args = text
	case protocol.DetailResults:
		c.results = text
	case protocol.DetailError:
		c.err = text
	case protocol.DetailSpan:
		c.span = text
	}
}

// callKey is how a text names its call.
type callKey struct {
	g     uint64
	start int64
}

// notes are texts about calls whose events are held back, see [trace.take]. Those that have come since the last turn are fresh.
type notes struct{ fresh, stale noteSet }

// noteSet are texts that came within one turn.
type noteSet struct {
	texts map[callKey]*callTexts
	bytes int // of all that came
}

// waiting is of how many calls something is known.
func (n *notes) waiting() int { return len(n.fresh.texts) + len(n.stale.texts) }

// of makes or finds the texts of a call; nil when too much waits.
func (n *notes) of(key callKey, text protocol.Text) *callTexts {
	if n.waiting() >= mostNotes || n.fresh.bytes+n.stale.bytes+len(text) > mostNoteBytes {
		return nil
	}
	if n.fresh.texts == nil {
		n.fresh.texts = map[callKey]*callTexts{}
	}
	n.fresh.bytes += len(text)
	texts := n.fresh.texts[key]
	if texts == nil {
		texts = cmp.Or(n.take(key), new(callTexts))
		n.fresh.texts[key] = texts
	}
	return texts
}

// take hands out what is known of a call that begins.
func (n *notes) take(key callKey) *callTexts {
	for _, set := range []*noteSet{&n.fresh, &n.stale} {
		if texts := set.texts[key]; texts != nil {
			delete(set.texts, key)
			return texts
		}
	}
	return nil
}

// turn forgets what no call has taken since the turn before the last, and returns of how many calls that was.
func (n *notes) turn() uint64 {
	dropped := uint64(len(n.stale.texts))
	clear(n.stale.texts)
	n.stale.bytes = 0
	n.fresh, n.stale = n.stale, n.fresh
	return dropped
}

// details takes in texts about calls that are open, or whose beginning is held back.
func (t *trace) details(p *protocol.DetailsPacket) {
	t.detailsLost += p.Lost
	for i := range min(len(p.Gs), len(p.Starts), len(p.Kinds), len(p.Texts)) {
		texts := t.openTexts(p.Gs[i], p.Starts[i])
		if texts == nil {
			texts = t.notes.of(callKey{p.Gs[i], p.Starts[i]}, p.Texts[i])
		}
		if texts == nil {
			t.detailsLost++
			continue
		}
		texts.set(p.Kinds[i], p.Texts[i])
	}
}

// openTexts is where to put what is known of the open call of goroutine g that began at start; nil when there is none.
func (p *pairing) openTexts(id uint64, start int64) *callTexts {
	g := p.gs[id]
	if g == nil {
		return nil
	}
	i := sort.Search(len(g.stack), func(i int) bool { return g.stack[i].start >= start })
	if i == len(g.stack) || g.stack[i].start != start {
		return nil
	}
	c := &g.stack[i]
	if c.texts == nil {
		c.texts = new(callTexts)
	}
	return c.texts
}
