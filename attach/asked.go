package attach

import (
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
)

// mostRows bounds what one question gets. No screen is that high.
const mostRows = 2048

type (
	none   struct{}
	number struct{ N uint64 }

	// maybe is an answer that there may be none of.
	maybe[R any] struct {
		R  R
		OK bool
	}
	stretch struct{ First, Last time.Time }
	numbers struct{ First, Last uint64 }
	most    struct {
		Seq  uint64
		Most int
	}
	moment struct {
		G  uint64
		At time.Time
	}
	stack struct {
		Info model.GoroutineInfo
		Open []model.CallRow
	}
	callers struct {
		Rows  []model.CallRow
		Whole bool
	}
	slice   struct{ From, Limit int }
	spawned struct{ Lines []model.SpawnLine }
)

// perhaps makes an answer of two values.
//
//nolint:unparam // it returns what its callers do
func perhaps[R any](r R, ok bool) (maybe[R], error) { return maybe[R]{r, ok}, nil }

// The questions about sessions that are answered at once, as the methods of [model.Session] do.
var (
	askHandshake = ofSession("handshake", func(_ *desk, s *model.Session, _ none, _ time.Time) (protocol.Transcript, error) {
		return s.Handshake(), nil
	})
	askExtent = ofSession("extent", func(_ *desk, s *model.Session, _ none, now time.Time) (maybe[stretch], error) {
		first, last, ok := s.Extent(now)
		return perhaps(stretch{first, last}, ok)
	})
	askKnown = ofLog("known", func(_ *desk, s *model.Session, a number, _ time.Time) ([]string, error) {
		known := s.Known(query.Field(a.N))
		return known[:min(len(known), mostNames)], nil
	})
	askCalls = ofSession("calls", func(_ *desk, s *model.Session, q model.CallQuery, now time.Time) (model.CallPage, error) {
		q.Now, q.Before, q.After = now, rows(q.Before), rows(q.After)
		return callsInTurns(s, q), nil
	})
	askCall = ofSession("call", func(_ *desk, s *model.Session, a number, now time.Time) (maybe[model.CallRow], error) {
		return perhaps(s.Call(a.N, now))
	})
	askCallAt = ofSession("callAt", func(_ *desk, s *model.Session, a moment, _ time.Time) (maybe[uint64], error) {
		return perhaps(s.CallAt(a.G, a.At))
	})
	askCallers = ofLog("callers", func(_ *desk, s *model.Session, a most, now time.Time) (callers, error) {
		list, whole := s.Callers(a.Seq, rows(a.Most), now)
		return callers{list, whole}, nil
	})
	askLastCall = ofSession("lastCall", func(_ *desk, s *model.Session, a number, _ time.Time) (maybe[uint64], error) {
		return perhaps(s.LastCall(a.N))
	})
	askEnd = ofSession("findEnd", func(_ *desk, s *model.Session, q model.EndQuery, _ time.Time) (maybe[uint64], error) {
		return perhaps(endInTurns(s, q))
	})
	askKin = ofLog("findKin", func(_ *desk, s *model.Session, q model.KinQuery, now time.Time) (maybe[uint64], error) {
		q.Now = now
		return perhaps(s.FindKin(q))
	})
	askFunctions = ofLog("functions", func(_ *desk, s *model.Session, q model.FuncQuery, now time.Time) (model.FuncPage, error) {
		q.Now, q.Limit = now, rows(q.Limit)
		return s.Functions(q), nil
	})
	askFunction = ofSession("function", func(_ *desk, s *model.Session, a number, now time.Time) (maybe[model.FuncRow], error) {
		return perhaps(s.Function(a.N, now))
	})
	askFunctionName = ofSession("functionName", func(_ *desk, s *model.Session, a number, _ time.Time) (maybe[protocol.Text], error) {
		return perhaps(s.FunctionName(a.N))
	})
	askFuncNames = ofSession("funcNames", func(_ *desk, s *model.Session, a slice, _ time.Time) ([]model.FuncName, error) {
		return s.FuncNames(max(a.From, 0), max(min(a.Limit, mostNames), 0)), nil
	})
	askFuncCall = ofLog("funcCall", func(_ *desk, s *model.Session, q model.FuncCallQuery, _ time.Time) (maybe[model.CallRow], error) {
		return perhaps(s.FuncCall(q))
	})
	askGoroutine = ofSession("goroutine", func(_ *desk, s *model.Session, a number, _ time.Time) (maybe[model.GoroutineRow], error) {
		return perhaps(s.Goroutine(a.N))
	})
	askGoroutineInfo = ofLog("goroutineInfo", func(_ *desk, s *model.Session, a number, now time.Time) (maybe[stack], error) {
		info, open, ok := s.GoroutineInfo(a.N, now)
		return perhaps(stack{info, open[max(0, len(open)-mostRows):]}, ok)
	})
	askGoroutineNames = ofLog("goroutineNames", func(_ *desk, s *model.Session, _ none, _ time.Time) ([]model.GoroutineName, error) {
		names := s.GoroutineNames()
		return names[:min(len(names), mostNames)], nil
	})
	askPackets = ofLog("packets", func(_ *desk, s *model.Session, q model.PacketQuery, _ time.Time) (model.PacketPage, error) {
		q.Before, q.After = rows(q.Before), rows(q.After)
		return s.Packets(q), nil
	})
	askPacket = ofSession("packet", func(_ *desk, s *model.Session, a number, _ time.Time) (maybe[record], error) {
		r, ok := s.PacketAt(a.N)
		if ok && r.Raw == nil && r.Packet != nil {
			raw, err := protocol.AppendFrame(nil, r.Packet)
			return maybe[record]{record{r.At, r.Dir, raw}, err == nil}, nil
		}
		return perhaps(record{r.At, r.Dir, r.Raw}, ok)
	})
	askPacketKinds = ofLog("packetKinds", func(_ *desk, s *model.Session, span model.Span, now time.Time) ([]model.PacketKind, error) {
		return s.PacketKinds(span, now), nil
	})
	askPacketOfCall = ofSession("packetOfCall", func(_ *desk, s *model.Session, a number, _ time.Time) (maybe[uint64], error) {
		return perhaps(s.PacketOfCall(a.N))
	})
	askCallsOfPacket = ofSession("callsOfPacket", func(_ *desk, s *model.Session, a number, _ time.Time) (maybe[numbers], error) {
		first, last, ok := s.CallsOfPacket(a.N)
		return perhaps(numbers{first, last}, ok)
	})
	askLines = ofLog("lines", func(_ *desk, s *model.Session, q model.OutputQuery, _ time.Time) (model.OutputPage, error) {
		q.Before, q.After = rows(q.Before), rows(q.After)
		return s.Lines(q), nil
	})
)

// mostNames bounds lists to choose from.
const mostNames = 1 << 13

// record is a packet's bytes: the other end takes them apart again.
type record struct {
	At  time.Time
	Dir protocol.Direction
	Raw []byte
}

// mostSlices is how many slices of the log one question about calls gets: as many as a screen asks for when a key waits for it.
const mostSlices = 40

// slicesFor is how many whoever asks for n gets, who may ask for all with none.
func slicesFor(n int) int {
	if n <= 0 {
		return mostSlices
	}
	return min(n, mostSlices)
}

// callsInTurns is a page of calls, each slice of which has its own turn. The viewer asks on for what it hasn't come to.
func callsInTurns(s *model.Session, q model.CallQuery) (page model.CallPage) {
	left := slicesFor(q.Slices)
	q.Slices = 1
	for page.Unseen = 1; page.Unseen > 0 && left > 0; left-- {
		turn(func() { page = s.Calls(q) })
	}
	return page
}

// endInTurns looks for the end of a call, each slice of the log in its own turn.
func endInTurns(s *model.Session, q model.EndQuery) (seq uint64, ok bool) {
	for next := q.From; ; q.From = next {
		turn(func() { seq, next = s.SeekEnd(q) })
		if seq != 0 || next == 0 {
			return seq, seq != 0
		}
	}
}

func rows(n int) int { return max(0, min(n, mostRows)) }
