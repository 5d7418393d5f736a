package model

import (
	"strings"

	"goapptrace/protocol"
)

// packet is one entry of the packet log.
type packet struct {
	row    PacketRow
	record protocol.Record
	search string // what a filter looks for texts in, in lower case
	verdict
}

// cost estimates the bytes that the packet keeps in memory: its frame, and the contents that were decoded from it.
func (p *packet) cost() int { return 2*len(p.record.Raw) + 2*len(p.search) + 256 }

// kept says whether there is more than the row.
func (p *packet) kept() bool { return p.record.Packet != nil || p.record.Raw != nil }

// index brings search up to date.
func (p *packet) index() {
	p.verdict = verdict{}
	p.search = strings.ToLower(p.row.Type.String() + " " + p.row.Dir.String() + " " + string(p.row.Summary))
}

// bulky is the size in bytes of a frame from which its contents go before its row does: otherwise a busy second of
// batches would push out the hello, the symbols and the commands.
const bulky = 1024

// packetLog is the newest packets.
type packetLog struct {
	ring     ring[packet]
	emptied  uint64 // up to this one, bulky packets have lost their contents
	bytes    int
	most     int
	mostCost int
	filter   logFilter
}

func (l *packetLog) add(record protocol.Record, t protocol.PacketType, summary protocol.Text) {
	p := l.ring.push(packet{
		record: record,
		row: PacketRow{
			Seq: l.ring.last + 1, At: record.At, Dir: record.Dir, Type: t, Bytes: len(record.Raw), Summary: summary,
		},
	})
	p.index()
	l.bytes += p.cost()
	l.fit(l.mostCost)
}

// fit drops contents, then packets, until they take no more than so many bytes.
func (l *packetLog) fit(bytes int) {
	for l.bytes > bytes && l.emptied+1 < l.ring.last {
		l.emptied++
		l.empty(l.ring.at(l.emptied))
	}
	for l.ring.n > 1 && (l.ring.n > l.most || l.bytes > bytes) {
		old := l.ring.drop()
		l.bytes -= old.cost()
	}
}

// empty drops a bulky packet's contents.
func (l *packetLog) empty(p *packet) {
	if p == nil || len(p.record.Raw) < bulky {
		return
	}
	l.bytes -= p.cost()
	p.record.Packet, p.record.Raw = nil, nil
	l.bytes += p.cost()
}

// ackReach is how many packets back an acknowledgement looks for its command.
const ackReach = 1024

// acknowledge notes at the command numbered id what became of it.
func (l *packetLog) acknowledge(id uint64, outcome protocol.Text) {
	for seq := l.ring.last; seq+ackReach > l.ring.last; seq-- {
		p := l.ring.at(seq)
		if p == nil {
			return
		}
		if command, ok := commandID(p.record.Packet); ok && command == id {
			l.bytes -= p.cost()
			p.row.Summary = clip(p.row.Summary+"  "+outcome, maxSummary)
			p.index()
			l.bytes += p.cost()
			return
		}
	}
}

// commandID is the number of a command that asks to be acknowledged.
func commandID(p protocol.Packet) (id uint64, ok bool) {
	switch p := p.(type) {
	case *protocol.StartTraceCmdPacket:
		id = p.ID
	case *protocol.StopTraceCmdPacket:
		id = p.ID
	}
	return id, id != 0
}

func (l *packetLog) page(q PacketQuery, app string, session uint64) PacketPage {
	l.filter.update(q.Filter, app)
	line := packetLine{app: app, session: session}
	match := func(p *packet) bool {
		line.packet = p
		return l.filter.ask(&line, &p.verdict)
	}
	page := PacketPage{Matches: l.ring.n}
	if l.ring.n > 0 {
		page.First, page.Last = l.ring.first(), l.ring.last
	}
	if q.Filter != nil {
		page.Matches = l.ring.count(match)
	}
	for _, seq := range l.ring.window(q.Anchor, q.Before, q.After, match) {
		page.Rows = append(page.Rows, l.ring.at(seq).row)
	}
	return page
}
