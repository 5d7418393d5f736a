package model

import (
	"strings"
	"time"

	"goapptrace/protocol"
)

// packet is one entry of the packet log.
type packet struct {
	row    PacketRow
	record protocol.Record
	search string // what a filter looks for texts in, in lower case
	from   int64  // Unix ns from which on it tells of the program, and until when: that of its coming, unless it has events
	until  int64
	verdict
}

// small is the size in bytes of a frame about which it doesn't matter how its contents were allocated.
const small = 256

var packetCost = slotCost[packet]()

// cost is the bytes that the packet keeps in memory: its frame, and the contents that were decoded from it.
func (p *packet) cost() int {
	own := packetCost + taken(len(p.search)) + taken(len(p.row.Summary)) + taken(cap(p.record.Raw))
	if len(p.record.Raw) < small {
		return own + len(p.record.Raw)
	}
	return own + takenBy(p.record.Packet)
}

// kept says whether there is more than the row.
func (p *packet) kept() bool { return p.record.Packet != nil || p.record.Raw != nil }

// meets says whether the packet lies in a span: one whose last event is at the very beginning of that does.
func (p *packet) meets(s Span) bool {
	return s.All() || time.Unix(0, p.from).Before(s.To) && !time.Unix(0, p.until).Before(s.From)
}

// index brings search up to date.
func (p *packet) index() {
	p.verdict = verdict{}
	p.search = strings.ToLower(p.row.Type.String() + " " + p.row.Dir.String() + " " + string(p.row.Summary))
}

// bulky is the size in bytes of a frame from which its contents go before its row does: otherwise a busy second of
// batches would push out the hello, the symbols and the commands.
const bulky = 1024

// packetLog is the newest packets, and what all of them add up to.
type packetLog struct {
	kinds    []packetKind
	ring     ring[packet]
	emptied  uint64 // up to this one, bulky packets have lost their contents
	bytes    int
	most     int
	mostCost int
	filter   logFilter
}

// add keeps a packet whose row has what only the session knows.
func (l *packetLog) add(record protocol.Record, row PacketRow) *packet {
	row.Seq, row.At, row.Dir, row.Bytes, row.Kept = l.ring.last+1, record.At, record.Dir, len(record.Raw), true
	at := record.At.UnixNano()
	p := l.ring.push(packet{record: record, row: row, from: at, until: at})
	p.index()
	l.bytes += p.cost()
	l.fit(l.mostCost)
	l.kind(row.Type, row.Dir).add(&row)
	return p
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
	p.record.Packet, p.record.Raw, p.row.Kept = nil, nil, false
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
		return p.meets(q.Span) && l.filter.ask(&line, &p.verdict)
	}
	page := PacketPage{Matches: l.ring.n}
	if l.ring.n > 0 {
		page.First, page.Last = l.ring.first(), l.ring.last
	}
	if q.Filter != nil || !q.Span.All() {
		page.Matches = l.ring.count(match)
	}
	for _, seq := range l.ring.window(q.Anchor, q.Before, q.After, match) {
		page.Rows = append(page.Rows, l.ring.at(seq).row)
	}
	return page
}

// Packets is a window of the packet log.
func (s *Session) Packets(q PacketQuery) PacketPage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.packets.page(q, string(s.row.App), s.id)
}

// PacketAt is the packet numbered seq. Its contents are not to be changed. There is none when it is no longer kept,
// or when it was so large that only its row is.
func (s *Session) PacketAt(seq uint64) (protocol.Record, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.packets.ring.at(seq); p != nil && p.kept() {
		return p.record, true
	}
	return protocol.Record{}, false
}

// Wall is the wall time of a monotonic time of the tracee, in ns, as its packets have them.
func (s *Session) Wall(t int64) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock.wall(t)
}

// FunctionName is the name of the function that a tracee numbers id, if it has told.
func (s *Session) FunctionName(id uint64) (name protocol.Text, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fn := s.calls.funcs.known(id)
	if fn == overflowIndex {
		return "", false
	}
	return s.calls.funcs.symbols[fn].name, true
}
