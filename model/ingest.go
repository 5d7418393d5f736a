package model

import (
	"errors"
	"time"

	"goapptrace/protocol"
)

var (
	errNoContents = errors.New("no contents")
	errTag        = errors.New("unknown tag")
	errNoFrames   = errors.New("no frames")
)

// Packet takes in a packet in either direction, and keeps record. Contents that make no sense are counted as malformed.
func (s *Session) Packet(record protocol.Record) {
	defer s.begin()()
	s.advance(record.At)
	s.row.Packets++
	s.row.Bytes += uint64(len(record.Raw))
	var t protocol.PacketType
	if record.Packet != nil {
		t = record.Packet.PacketType()
	}
	s.ping = t == protocol.TypePing
	next, before := s.calls.log.total+1, s.ledger
	if record.Dir == protocol.In {
		s.clock.heard = record.At
	}
	summary, err := s.ingest(record)
	s.calls.log.link(s.packets.ring.last+1, next)
	if err != nil {
		s.row.Malformed++
		summary = "malformed: " + protocol.Text(err.Error())
	}
	row := PacketRow{
		Type: t, Summary: clip(summary, maxSummary), Missing: s.ledger.missing - before.missing, Lost: s.ledger.lost - before.lost,
	}
	batch, ok := record.Packet.(*protocol.FuncLogBatchPacket)
	if ok {
		row.Batch = batch.Seq
	}
	if p := s.packets.add(record, row); ok && batch.Count > 0 && err == nil {
		p.from, p.until = s.clock.wall(batch.Base).UnixNano(), s.clock.wall(max(batch.Base, batch.End)).UnixNano()
	}
}

// advance moves the meters on to the time of a packet, ahead of its contents.
func (s *Session) advance(at time.Time) {
	s.calls.funcs.trends.advance(at, s.calls.funcs.stats)
	s.look(at)
	w, due := s.step.step(at)
	if !due {
		return
	}
	s.callRate.advance(s.calls.log.total+s.calls.funcs.counted, w)
	s.byteRate.advance(s.row.Bytes, w)
	s.packets.advance(w)
	stats := s.calls.funcs.stats
	for i := range stats {
		stats[i].rate.advance(stats[i].begun(), w)
	}
}

// ingest takes in the contents of a packet and says what they are, on one line.
func (s *Session) ingest(r protocol.Record) (protocol.Text, error) {
	switch p := r.Packet.(type) {
	case *protocol.FuncLogBatchPacket:
		return s.batch(p, r.At)
	case *protocol.RawFuncLogPacket:
		return s.rawFuncLog(p, r.At)
	case *protocol.SymbolPacket:
		n, err := s.calls.funcs.add(p.Symbols, s.row.Version)
		s.calls.probes.rename(s)
		return plural(uint64(n), "function"), err
	case *protocol.CountersPacket:
		return s.counters(p)
	case *protocol.GoroutinesPacket:
		return s.origins(p)
	case *protocol.DetailsPacket:
		return s.details(p)
	case *protocol.AckPacket:
		return s.ack(p), nil
	case *protocol.LogPacket:
		return s.logLine(p, r.At), nil
	case nil:
		return "", errNoContents
	}
	return summarize(r.Packet), nil
}

// eventsAtOnce is how many events of a batch are taken in before others have their turn: those of a large program miss the cache,
// and take several times as long as those of a small one.
const eventsAtOnce = 256

// batch takes in the events of 1.1.
func (s *Session) batch(p *protocol.FuncLogBatchPacket, at time.Time) (protocol.Text, error) {
	missing := gap{next: s.calls.log.total + 1, at: s.calls.last, from: s.calls.last, batches: s.ledger.batch(p.Seq)}
	for _, n := range p.LostEvents {
		missing.lost = add(missing.lost, n)
	}
	if !missing.empty() {
		s.calls.lossy = max(s.calls.lossy, p.End)
	}
	r := p.Reader()
	for n := 1; r.Next(); n++ {
		if s.calls.event(&r.Event); n%eventsAtOnce == 0 {
			s.calls.log.link(s.packets.ring.last+1, missing.next)
			s.mu.giveWay()
		}
	}
	missing.to = max(s.calls.last, p.End)
	if r.Err != nil {
		missing.lost = 0 // not to be trusted
		s.gaps.add(missing)
		return "", r.Err
	}
	s.calls.last = missing.to
	s.clock.see(s.calls.last, at)
	for i, fn := range p.LostFuncs {
		f := &s.calls.funcs.stats[s.calls.funcs.index(fn)]
		f.lost = add(f.lost, p.LostEvents[i])
	}
	if p.Count > 0 {
		missing.at = p.Base
	}
	s.ledger.lost = add(s.ledger.lost, missing.lost)
	s.gaps.add(missing)
	return summarizeBatch(p, missing.lost), nil
}

// rawFuncLog takes in an event of 1.0.
func (s *Session) rawFuncLog(p *protocol.RawFuncLogPacket, at time.Time) (protocol.Text, error) {
	e := p.FuncLog
	switch {
	case e == nil:
		return "", errNoContents
	case e.Tag != protocol.TagFuncStart && e.Tag != protocol.TagFuncEnd:
		return "", errTag
	case len(e.Frames) == 0:
		return "", errNoFrames
	}
	s.clock.known = true // the offset is zero: these times are Unix times
	fn := s.calls.funcs.atLine(e.Frames[0])
	s.calls.see(e.Timestamp)
	s.clock.see(s.calls.last, at)
	g := uint64(e.GID)
	switch {
	case e.Tag == protocol.TagFuncStart:
		s.calls.enter(g, fn, e.Timestamp, e.TxID)
	case e.TxID != 0:
		s.calls.leaveTx(g, e.TxID, e.Timestamp)
	default:
		s.calls.leave(g, fn, e.Timestamp, EndReturn)
	}
	return e.Tag + "  " + s.calls.funcs.symbols[fn].name + "  g" + protocol.Text(decimal(g)), nil
}

// ack takes in what became of a command, and notes it there.
func (s *Session) ack(p *protocol.AckPacket) protocol.Text {
	outcome, summary := protocol.Text("acknowledged"), plural(p.Matched, "function")
	if p.Error != "" {
		summary = "failed: " + clip(p.Error, maxSummary)
		outcome = summary
	}
	s.packets.acknowledge(p.ID, outcome)
	return summary
}
