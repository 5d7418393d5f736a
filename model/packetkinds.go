package model

import (
	"cmp"
	"slices"
	"time"

	"goapptrace/protocol"
)

// packetKind adds up packets.
type packetKind struct {
	PacketKind
	packets, bytes meter
}

func (k *packetKind) add(row *PacketRow) {
	k.Packets++
	k.Bytes += uint64(row.Bytes)
	k.Largest, k.Last = max(k.Largest, row.Bytes), row.At
}

// kind is where packets of a type in a direction are added up. There are no more than two for each type.
func (l *packetLog) kind(t protocol.PacketType, dir protocol.Direction) *packetKind {
	i := slices.IndexFunc(l.kinds, func(k packetKind) bool { return k.Type == t && k.Dir == dir })
	if i < 0 {
		i = len(l.kinds)
		l.kinds = append(l.kinds, packetKind{PacketKind: PacketKind{Type: t, Dir: dir}})
	}
	return &l.kinds[i]
}

// advance moves the rates on.
func (l *packetLog) advance(w weights) {
	for i := range l.kinds {
		k := &l.kinds[i]
		k.packets.advance(k.Packets, w)
		k.bytes.advance(k.Bytes, w)
	}
}

// PacketKinds adds up the session's packets by type and direction, those of most bytes first, with their rates at the time now.
// In a span it is the retained packets there, and the rates are means.
func (s *Session) PacketKinds(span Span, now time.Time) []PacketKind {
	s.mu.Lock()
	defer s.mu.Unlock()
	var kinds []PacketKind
	if span.All() {
		w := s.step.weights(now)
		for i := range s.packets.kinds {
			k := s.packets.kinds[i]
			k.PacketsPerSecond, k.BytesPerSecond = k.packets.at(k.Packets, w), k.bytes.at(k.Bytes, w)
			kinds = append(kinds, k.PacketKind)
		}
	} else {
		kinds = s.packets.kindsIn(span)
	}
	slices.SortFunc(kinds, func(a, b PacketKind) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Dir, b.Dir))
	})
	return kinds
}

// kindsIn adds up what is retained of a span.
func (l *packetLog) kindsIn(span Span) (kinds []PacketKind) {
	var in packetLog
	for seq := l.ring.first(); seq <= l.ring.last; seq++ {
		if p := l.ring.at(seq); p.meets(span) {
			in.kind(p.row.Type, p.row.Dir).add(&p.row)
		}
	}
	seconds := max(span.Length().Seconds(), 1e-9)
	for i := range in.kinds {
		k := in.kinds[i].PacketKind
		k.PacketsPerSecond, k.BytesPerSecond = float64(k.Packets)/seconds, float64(k.Bytes)/seconds
		kinds = append(kinds, k)
	}
	return kinds
}
