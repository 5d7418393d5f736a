package model

import (
	"strings"

	"goapptrace/protocol"
)

// packet is one entry of the packet log.
type packet struct {
	row    PacketRow
	record protocol.Record
	search string // what a filter looks at, in lower case
}

// cost estimates the bytes that the packet keeps in memory: its frame, and the contents that were decoded from it.
func (p *packet) cost() int { return 2*len(p.record.Raw) + 2*len(p.search) + 256 }

// packetLog is the newest packets.
type packetLog struct {
	ring     ring[packet]
	bytes    int
	most     int
	mostCost int
}

func (l *packetLog) add(record protocol.Record, t protocol.PacketType, summary protocol.Text) {
	p := packet{
		record: record,
		search: strings.ToLower(t.String() + " " + record.Dir.String() + " " + string(summary)),
		row: PacketRow{
			Seq: l.ring.last + 1, At: record.At, Dir: record.Dir, Type: t, Bytes: len(record.Raw), Summary: summary,
		},
	}
	l.ring.push(p)
	l.bytes += p.cost()
	for l.ring.n > 1 && (l.ring.n > l.most || l.bytes > l.mostCost) {
		old := l.ring.drop()
		l.bytes -= old.cost()
	}
}

func (l *packetLog) page(q PacketQuery) PacketPage {
	filter := strings.ToLower(q.Filter)
	match := func(p *packet) bool { return strings.Contains(p.search, filter) }
	page := PacketPage{Matches: l.ring.n}
	if l.ring.n > 0 {
		page.First, page.Last = l.ring.first(), l.ring.last
	}
	if filter != "" {
		page.Matches = l.ring.count(match)
	}
	for _, seq := range l.ring.window(q.Anchor, q.Before, q.After, match) {
		page.Rows = append(page.Rows, l.ring.at(seq).row)
	}
	return page
}
