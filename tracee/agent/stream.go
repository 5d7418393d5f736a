package agent

import (
	"time"

	"goapptrace/protocol"
	"goapptrace/tracee/hook"
)

const (
	// maxBatch bounds a batch's columns in bytes, and symbolBytes the texts of a SymbolPacket: what is sent at
	// once must be small, for the sake of whoever waits behind it.
	maxBatch       = 64 << 10
	maxSymbolBytes = 64 << 10

	drainBuffer = 1024 // events

	countersInterval = time.Second
)

// stream turns what the hooks recorded into the packets of one connection.
type stream struct {
	events  *hook.Consumer
	notes   noteStream
	origins originStream
	symbols *symbolTable
	send    func(protocol.Packet) error

	connection uint64 // number of the connection, from 1; 0 if nothing can be salvaged of it

	buf      []hook.Event
	filter   *filter // nil if every event is streamed
	batch    protocol.BatchBuilder
	seq      uint64
	sentSyms int // symbols that the viewer knows

	last     hook.Totals // when moved was called
	governor governor
	figures  figures
	counted  hook.Totals // as of the last CountersPacket
	countdue time.Time
}

func newStream(from *recorded, symbols *symbolTable, send func(protocol.Packet) error) stream {
	return stream{
		events: &from.events, notes: noteStream{from: from}, origins: newOriginStream(from),
		symbols: symbols, send: send, buf: make([]hook.Event, drainBuffer),
	}
}

// pump sends what there is, and returns the number of events and notes.
func (s *stream) pump() (items int, err error) {
	notes, _ := s.notes.collect()
	events, err := s.pumpEvents(hook.Now()) // a cut behind the notes: what they are about is ahead of them
	if err == nil {
		err = s.sendNotes()
	}
	return notes + events, err
}

// sendNotes sends what was collected, and where goroutines come from that are new.
func (s *stream) sendNotes() error {
	if err := s.origins.sendTo(s.send); err != nil {
		return err
	}
	return s.notes.sendTo(s.send)
}

// pumpEvents sends everything from before the cut, and returns the number of events.
func (s *stream) pumpEvents(cut int64) (events int, err error) {
	drain := s.drain
	if s.filter != nil {
		drain = s.drainFiltered
	}
	events, end, err := drain(cut)
	if err != nil {
		return events, err
	}
	lost := false
	s.events.Losses(func(f *hook.Func, enters, leaves uint64) {
		s.batch.Lose(uint64(f.ID()), enters+leaves)
		s.governor.lose(f.ID(), eventsPerCall*enters+leaves)
		lost = true
	})
	if s.batch.Len() > 0 || lost {
		if err := s.flush(min(end, hook.Now())); err != nil {
			return events, err
		}
	}
	return events, s.count(time.Now(), false)
}

// drain packs all events from before the cut, and returns their number and the time up to which there are no more.
func (s *stream) drain(cut int64) (events int, end int64, err error) {
	for n := len(s.buf); n == len(s.buf); events += n {
		n = s.events.Drain(cut, s.buf)
		s.pack(s.buf[:n])
		if n == len(s.buf) && s.batch.Size() >= maxBatch {
			if err := s.flush(s.buf[n-1].Time); err != nil {
				return events, cut, err
			}
		}
	}
	return events, cut, nil
}

// moved says whether the program has recorded anything since the last call.
func (s *stream) moved() bool {
	before := s.last
	s.last = s.events.Totals()
	return s.last != before
}

func (s *stream) pack(events []hook.Event) {
	for _, e := range events {
		s.governor.of(e.Func).streamed++
		s.add(e)
	}
}

func (s *stream) add(e hook.Event) {
	s.batch.Add(protocol.Event{Time: e.Time, Func: uint64(e.Func), G: e.G, Kind: protocol.EventKind(e.Kind)})
}

// flush sends the batch, complete up to end, and before it the symbols that are new. What the batch holds keeps its place in
// the rings until it has been written, so that it can be salvaged from there.
func (s *stream) flush(end int64) error {
	if err := s.announce(); err != nil {
		return err
	}
	s.seq++
	s.events.Stage(s.connection, s.seq)
	err := s.send(s.batch.Packet(s.seq, end))
	s.batch.Reset()
	if err == nil {
		s.events.Release()
	}
	return err
}

// announce sends the symbols that the viewer doesn't know. Since the functions are asked for after the events were
// drained, they include every one that the events mention.
func (s *stream) announce() error {
	all := s.symbols.update(s.events.Funcs())
	for s.sentSyms < len(all) {
		p, n := symbolPacket(all[s.sentSyms:])
		if err := s.send(p); err != nil {
			return err
		}
		s.sentSyms += n
	}
	return nil
}

// count lets the governor decide now and then, and sends the figures: now and then while they change, and at once when a
// function is traced in another way.
func (s *stream) count(now time.Time, last bool) error {
	if s.events.Crowded() {
		s.governor.alarmed = true
	}
	if last || s.governor.due(now) {
		s.events.Tallies(func(f *hook.Func, t hook.Tally) {
			s.governor.of(f.ID()).calls += s.figures.set(f.ID(), t)
		})
		if s.filter != nil {
			s.filter.tallies(s.figures.drop)
		}
		s.events.Sheds(func(f *hook.Func) {
			s.symbols.update(s.events.Funcs()) // it may have been called for the first time just now
			s.governor.shed(now, f.ID(), s.symbols)
		})
		s.governor.decide(now, s.symbols)
	}
	if err := s.announce(); err != nil { // whatever the figures are about
		return err
	}
	totals := s.events.Totals()
	news := s.figures.compare(s.symbols) || totals != s.counted && !now.Before(s.countdue)
	if !last && !news {
		return nil
	}
	s.counted, s.countdue = totals, now.Add(countersInterval)
	for more := true; more; more = len(s.figures.fresh) > 0 {
		p := s.figures.next()
		addTotals(p, totals)
		if s.filter != nil {
			p.Emitted -= s.filter.held()
		}
		if err := s.send(p); err != nil {
			return err
		}
	}
	return nil
}

func addTotals(p *protocol.CountersPacket, totals hook.Totals) {
	p.Unhooked = hook.AllUnhooked()
	p.Emitted = totals.Drained + totals.Counted + totals.LostEnters + totals.LostLeaves
	p.Lose(protocol.CauseCalls, totals.LostEnters)
	p.Lose(protocol.CauseLeaves, totals.LostLeaves)
}

// finish sends all that is left, and the last totals. The hooks are off.
func (s *stream) finish() error {
	for all := false; !all; {
		_, all = s.notes.collect()
		if _, err := s.pumpEvents(hook.Everything); err != nil {
			return err
		}
		if err := s.sendNotes(); err != nil {
			return err
		}
	}
	return s.count(time.Now(), true)
}
