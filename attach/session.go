package attach

import (
	"maps"
	"slices"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
	"goapptrace/ui"
)

// farSession is a session of a store elsewhere. There is one for each, and one for its commands.
type farSession struct {
	client  *Client
	id      uint64
	life    uint64 // of the client's, which it belongs to
	patient bool   // it waits for its answers
	waits   *farSession
}

// Await implements [ui.Session].
func (s *farSession) Await() ui.Session { return s.waits }

// ID implements [ui.Session], as do the next.
func (s *farSession) ID() uint64 { return s.id }

// news is what is known of the session without asking.
func (s *farSession) news() (n sessionNews, joined uint64) {
	c := s.client
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.life == c.life {
		n = c.rows[s.id]
	}
	return n, c.joined
}

// Changed also grows when there is a new connection: the other end has dropped what it had begun.
func (s *farSession) Changed() uint64 {
	n, joined := s.news()
	return n.Changed + joined<<48
}

func (s *farSession) Row(time.Time) model.SessionRow {
	n, _ := s.news()
	return n.Row
}

func (s *farSession) Wall(t int64) time.Time {
	n, _ := s.news()
	return n.Zero.Add(time.Duration(t))
}

func (s *farSession) Handshake() protocol.Transcript {
	return ask(s, askHandshake, time.Time{}, none{})
}

func (s *farSession) Extent(now time.Time) (first, last time.Time, ok bool) {
	a := ask(s, askExtent, now, none{})
	return a.R.First, a.R.Last, a.OK
}

func (s *farSession) Known(f query.Field) []string {
	return ask(s, askKnown, time.Time{}, number{uint64(f)})
}

func (s *farSession) Calls(q model.CallQuery) model.CallPage {
	now := q.Now
	q.Now = time.Time{}
	return ask(s, askCalls, now, q)
}

func (s *farSession) Call(seq uint64, now time.Time) (model.CallRow, bool) {
	a := ask(s, askCall, now, number{seq})
	return a.R, a.OK
}

func (s *farSession) CallAt(g uint64, at time.Time) (seq uint64, ok bool) {
	a := ask(s, askCallAt, time.Time{}, moment{g, at})
	return a.R, a.OK
}

func (s *farSession) Callers(seq uint64, n int, now time.Time) (rows []model.CallRow, whole bool) {
	a := ask(s, askCallers, now, most{seq, n})
	return a.Rows, a.Whole
}

func (s *farSession) LastCall(g uint64) (seq uint64, ok bool) {
	a := ask(s, askLastCall, time.Time{}, number{g})
	return a.R, a.OK
}

func (s *farSession) FindEnd(q model.EndQuery) (seq uint64, ok bool) {
	a := ask(s, askEnd, time.Time{}, q)
	return a.R, a.OK
}

func (s *farSession) FindKin(q model.KinQuery) (seq uint64, ok bool) {
	now := q.Now
	q.Now = time.Time{}
	a := ask(s, askKin, now, q)
	return a.R, a.OK
}

func (s *farSession) Functions(q model.FuncQuery) model.FuncPage {
	now := q.Now
	q.Now = time.Time{}
	return ask(s, askFunctions, now, q)
}

func (s *farSession) Function(id uint64, now time.Time) (model.FuncRow, bool) {
	a := ask(s, askFunction, now, number{id})
	return a.R, a.OK
}

func (s *farSession) FunctionName(id uint64) (name protocol.Text, ok bool) {
	a := ask(s, askFunctionName, time.Time{}, number{id})
	return a.R, a.OK
}

func (s *farSession) FuncNames(from, limit int) []model.FuncName {
	return ask(s, askFuncNames, time.Time{}, slice{from, limit})
}

func (s *farSession) FuncCall(q model.FuncCallQuery) (call model.CallRow, ok bool) {
	a := ask(s, askFuncCall, time.Time{}, q)
	return a.R, a.OK
}

func (s *farSession) Goroutines(q model.GoroutineQuery) model.GoroutinePage {
	a := goroutineQuery{
		Filter: q.Filter, Sort: q.Sort, Reverse: q.Reverse, Grouped: q.Grouped, Growing: q.Growing, Offset: q.Offset, Limit: q.Limit,
		Open: slices.Sorted(maps.Keys(q.Open)),
	}
	if q.Within != nil {
		w := s.client.walkOf(q.Within)
		a.Within, a.Span = w.step, w.span
	}
	return ask(s, askGoroutines, q.Now, a)
}

func (s *farSession) Goroutine(id uint64) (row model.GoroutineRow, ok bool) {
	a := ask(s, askGoroutine, time.Time{}, number{id})
	return a.R, a.OK
}

func (s *farSession) GoroutineInfo(g uint64, now time.Time) (info model.GoroutineInfo, open []model.CallRow, ok bool) {
	a := ask(s, askGoroutineInfo, now, number{g})
	return a.R.Info, a.R.Open, a.OK
}

func (s *farSession) GoroutineNames() []model.GoroutineName {
	return ask(s, askGoroutineNames, time.Time{}, none{})
}

func (s *farSession) Packets(q model.PacketQuery) model.PacketPage {
	return ask(s, askPackets, time.Time{}, q)
}

func (s *farSession) PacketAt(seq uint64) (r protocol.Record, ok bool) {
	a := ask(s, askPacket, time.Time{}, number{seq})
	r = protocol.Record{At: a.R.At, Dir: a.R.Dir, Raw: a.R.Raw}
	r.Packet, _ = protocol.DecodeFrame(a.R.Raw) // what makes no sense has no contents, as where it came in
	return r, a.OK
}

func (s *farSession) PacketKinds(span model.Span, now time.Time) []model.PacketKind {
	return ask(s, askPacketKinds, now, span)
}

func (s *farSession) PacketOfCall(seq uint64) (packet uint64, ok bool) {
	a := ask(s, askPacketOfCall, time.Time{}, number{seq})
	return a.R, a.OK
}

func (s *farSession) CallsOfPacket(packet uint64) (first, last uint64, ok bool) {
	a := ask(s, askCallsOfPacket, time.Time{}, number{packet})
	return a.R.First, a.R.Last, a.OK
}

func (s *farSession) Lines(q model.OutputQuery) model.OutputPage {
	return ask(s, askLines, time.Time{}, q)
}
