package agent

import "goapptrace/tracee/hook"

// noted is the call that a note is about.
type noted struct {
	g     uint64
	start int64
}

func callOf(g uint64, c openCall) noted { return noted{g, c.start} }

// heldNotes are notes about calls of which the filter doesn't know yet whether they are streamed.
type heldNotes struct {
	held map[noted][]hook.Note
	out  []hook.Note // about calls that are
	lost uint64      // that there were too many of
}

// maxHeldNotes bounds the calls that have notes: half a kilobyte each, as arguments and results go.
const maxHeldNotes = 1 << 14

// hear takes notes, before the events that end the calls they are about.
func (f *filter) hear(notes []hook.Note) {
	for _, n := range notes {
		if s := f.stacks[n.G]; s.keeps(n.Time) {
			f.notes.out = append(f.notes.out, n)
		} else {
			f.notes.hold(n)
		}
	}
}

// keeps says whether the call that began then is streamed.
func (s *openCalls) keeps(start int64) bool {
	if s == nil {
		return false
	}
	for _, c := range s.calls[:s.kept] {
		if c.start == start {
			return true
		}
	}
	return false
}

func (h *heldNotes) hold(n hook.Note) {
	if h.held == nil {
		h.held = make(map[noted][]hook.Note)
	}
	key := noted{n.G, n.Time}
	if len(h.held) >= maxHeldNotes && h.held[key] == nil {
		h.lost++
		return
	}
	h.held[key] = append(h.held[key], n)
}

func (h *heldNotes) keep(c noted) {
	if len(h.held) > 0 {
		h.out = append(h.out, h.held[c]...)
		delete(h.held, c)
	}
}

func (h *heldNotes) drop(c noted) {
	if len(h.held) > 0 {
		delete(h.held, c)
	}
}

// take returns the notes about calls that began before end, and forgets them.
func (h *heldNotes) take(end int64, to []hook.Note) []hook.Note {
	later := h.out[:0]
	for _, n := range h.out {
		if n.Time < end {
			to = append(to, n)
		} else {
			later = append(later, n)
		}
	}
	h.out = later
	return to
}
