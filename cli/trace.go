package cli

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"goapptrace/protocol"
	"goapptrace/query"
	"goapptrace/session"
)

// feed takes in what happens to one session. One goroutine calls it.
type feed interface {
	// take takes in the next event.
	take(ev session.Event)
	// tick writes what has waited, and says in what time to tick again even if nothing happens; 0 for not at all.
	tick(now time.Time) time.Duration
	// end comes when the session is over.
	end(now time.Time)
}

// listener writes down what a [trace] finds.
type listener interface {
	callSink
	// state tells that the trace's state has changed.
	state(at time.Time)
	// packet tells of every packet, before its contents.
	packet(r *protocol.Record)
	// lost tells of n events, of fn or of unknown functions (nil), that are missing here.
	lost(fn *function, n uint64)
	// gap tells that the batches numbered from up to to, both included, are missing here.
	gap(from, to uint64)
	// goroutine tells where a goroutine comes from; place is nil when that isn't known.
	goroutine(id, parent uint64, place *site)
	// line tells of a line that was logged.
	line(p *protocol.LogPacket)
}

// trace is what printing a session needs to know of it.
type trace struct {
	*pairing
	out    listener
	id     uint64
	remote string

	current protocol.State
	reason  protocol.Text
	crash   protocol.Text  // the runtime's report of a panic or fatal error, or the first line of it
	raised  *uint64        // events salvaged after the program's death; nil when nobody could
	failed  *protocol.Step // of the handshake
	hello   *protocol.ClientHelloPacket
	version protocol.Version

	clock     int64 // to add to an event's time for Unix ns
	packets   uint64
	bytes     uint64
	batch     uint64 // number of the latest
	held      held
	sites     map[uint64]*site // where goroutines are started
	siteBytes int

	missed      uint64            // events that batches reported as lost
	lostCauses  map[string]uint64 // by cause, as counted by the tracee
	emitted     uint64            // events that the tracee's hooks set out to record, by its own count
	detailsLost uint64            // texts about calls
	unhooked    uint64            // functions of the program that have no hook
}

func newTrace(out listener, id uint64, remote string, filter *query.Filter) *trace {
	return &trace{
		out: out, id: id, remote: remote,
		pairing: newPairing(out, newSieve(filter, id)), lostCauses: map[string]uint64{}, sites: map[uint64]*site{},
	}
}

// app is the tracee's name for itself, empty before its hello.
func (t *trace) app() protocol.Text {
	if t.hello == nil {
		return ""
	}
	return t.hello.AppName
}

// tell takes in an event and tells the listener.
func (t *trace) tell(ev session.Event) {
	switch {
	case ev.Step != nil:
		if ev.Step.Outcome == protocol.OutcomeFailed {
			t.failed = ev.Step
		}
	case ev.Hello != nil:
		t.hello, t.version = ev.Hello, ev.Version
		t.sieve.row.app = string(t.app())
		if ev.Hello.WallClock != 0 {
			t.clock = ev.Hello.WallClock - ev.Hello.MonoClock
		}
	case ev.Record != nil:
		t.record(ev.Record)
	default:
		t.current, t.reason, t.crash, t.raised = ev.State, ev.Reason, ev.Crash, ev.Salvaged
		t.out.state(ev.At)
	}
}

func (t *trace) record(r *protocol.Record) {
	t.packets++
	t.bytes += uint64(len(r.Raw))
	t.out.packet(r)
	switch p := r.Packet.(type) {
	case *protocol.SymbolPacket:
		t.symbols(p.Symbols)
	case *protocol.RawFuncLogPacket:
		t.raw(p.FuncLog)
	case *protocol.FuncLogBatchPacket:
		t.batchEvents(p)
	case *protocol.GoroutinesPacket:
		t.goroutines(p)
	case *protocol.LogPacket:
		t.line(p)
	case *protocol.CountersPacket:
		t.counters(p)
	}
}

func (t *trace) loss(id, events uint64) {
	t.missed += events
	var fn *function
	if id != 0 {
		fn = t.function(id)
	}
	if fn != nil {
		fn.lost += events
	}
	t.out.lost(fn, events)
}

// counters takes in totals. There is no more than a packet's worth of them.
func (t *trace) counters(p *protocol.CountersPacket) {
	for i := range min(len(p.Funcs), len(p.Calls), len(p.TotalNS), len(p.MaxNS)) {
		if fn := t.function(p.Funcs[i]); fn != nil {
			fn.add(counted{p.Calls[i], p.TotalNS[i], p.MaxNS[i]})
		}
	}
	t.emitted = max(t.emitted, p.Emitted)
	t.unhooked = max(t.unhooked, p.Unhooked)
	const mostCauses = 64
	for i := range min(len(p.LostCauses), len(p.LostEvents), mostCauses) {
		if cause := string(p.LostCauses[i]); len(t.lostCauses) < mostCauses || t.lostCauses[cause] > 0 {
			t.lostCauses[cause] = p.LostEvents[i]
		}
	}
}

// lostEvents is how many events are missing. Counters and batches tell of the same losses, at different times.
func (t *trace) lostEvents() uint64 {
	var sum uint64
	for _, n := range t.lostCauses {
		sum += n
	}
	return max(sum, t.missed)
}

// counted is how many calls the tracee only counted.
func (t *trace) counted() uint64 {
	var sum uint64
	for _, f := range t.funcs {
		sum += f.count.calls
	}
	return sum
}

// begun is how many calls have begun, those included that the tracee only counted.
func (t *trace) begun() uint64 {
	var sum uint64
	for _, f := range t.funcs {
		sum += f.calls
	}
	return sum
}

func sortedGoroutines(gs map[uint64]*goroutine) []*goroutine {
	return slices.SortedFunc(maps.Values(gs), func(a, b *goroutine) int { return cmp.Compare(a.id, b.id) })
}
