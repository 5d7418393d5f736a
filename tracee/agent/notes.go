package agent

import (
	"goapptrace/protocol"
	"goapptrace/tracee/hook"
)

const (
	// maxNotes bounds what is taken at once, so that events don't wait long behind it.
	maxNotes = 4000

	// maxDetailBytes bounds the texts of a DetailsPacket.
	maxDetailBytes = 64 << 10
)

// noteStream turns notes into the packets of one connection.
type noteStream struct {
	from   *recorded
	secret secretMask
	calls  []hook.Note // about calls whose start the viewer knows, or will before these are sent
	logs   []hook.Note
	lost   uint64 // notes that found no room here
}

// collect takes notes. It returns their number and whether there are no more.
func (n *noteStream) collect() (taken int, all bool) {
	all = n.from.notes.Read(func(note hook.Note) bool {
		taken++
		for i, text := range note.Parts {
			note.Parts[i] = n.secret.hide(text)
		}
		switch {
		case note.Kind == hook.NoteLog || note.Kind == hook.NoteSlog:
			n.logs = append(n.logs, note)
		case note.Time >= n.from.since:
			n.calls = append(n.calls, note)
		}
		return taken < maxNotes
	})
	return taken, all
}

// sendTo sends what was collected.
func (n *noteStream) sendTo(send func(protocol.Packet) error) error {
	lost := n.lost + n.from.notes.Lost()
	for n.lost = 0; len(n.calls) > 0 || lost > 0; lost = 0 {
		p, sent := detailsPacket(n.calls)
		p.Lost = lost
		if err := send(p); err != nil {
			return err
		}
		n.calls = append(n.calls[:0], n.calls[sent:]...)
	}
	for _, note := range n.logs {
		if err := send(logPacket(note)); err != nil {
			return err
		}
	}
	clear(n.logs)
	n.logs = n.logs[:0]
	return nil
}

// detailsPacket tells as many of the notes as fit into a packet, and returns their number.
func detailsPacket(notes []hook.Note) (p *protocol.DetailsPacket, n int) {
	p = &protocol.DetailsPacket{}
	for size := 0; n < len(notes) && size < maxDetailBytes; n++ {
		text := notes[n].Parts[0]
		size += len(text)
		p.Gs = append(p.Gs, notes[n].G)
		p.Starts = append(p.Starts, notes[n].Time)
		p.Kinds = append(p.Kinds, byte(notes[n].Kind))
		p.Texts = append(p.Texts, protocol.Text(text))
	}
	return p, n
}

func logPacket(note hook.Note) *protocol.LogPacket {
	p := &protocol.LogPacket{Time: note.Time, G: note.G}
	if note.Kind == hook.NoteLog {
		p.Stream, p.Message = "log", protocol.Text(note.Parts[0])
		return p
	}
	p.Stream, p.Level, p.Message = "slog", protocol.Text(note.Parts[0]), protocol.Text(note.Parts[1])
	for attrs := note.Parts[2:]; len(attrs) >= 2; attrs = attrs[2:] {
		key, value := attrs[0], attrs[1]
		if hook.Redacted(key) {
			value = redacted
		}
		p.Keys = append(p.Keys, protocol.Text(key))
		p.Values = append(p.Values, protocol.Text(value))
	}
	return p
}
