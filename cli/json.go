package cli

import (
	"cmp"
	"strconv"
	"time"

	"goapptrace/linefmt"
	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
)

// statsEvery is how often a session's stats are written while something happens in it.
const statsEvery = time.Second

// jsonPrinter prints one JSON object a line.
type jsonPrinter struct {
	out    *lineWriter
	filter *query.Filter
	quota  *quota
}

func (p *jsonPrinter) listening(addrs, notices []string) {
	p.out.write(0, linefmt.AppendObject(nil, linefmt.Listening{
		Kind: "listening", V: linefmt.Schema, Addresses: jsonTexts(addrs), Notices: jsonTexts(notices),
	}), nil)
}

func (p *jsonPrinter) exited(id uint64, e model.Exit) {
	p.out.write(0, linefmt.AppendObject(nil, linefmt.Exit{
		Kind: "exit", Session: id, Status: e.Status, Signal: e.Signal, Crash: linefmt.Text(e.Crash),
	}), nil)
}

func (p *jsonPrinter) open(id uint64, remote string) feed {
	f := &jsonFeed{printer: p}
	f.trace = newTrace(f, id, remote, p.filter)
	return f
}

// jsonFeed prints one session.
type jsonFeed struct {
	*trace
	printer *jsonPrinter
	buf     []byte

	stats  time.Time // when they were written last
	packed uint64    // packets at that time
}

// tick writes what has waited, and the stats when it is time for them.
func (f *jsonFeed) tick(now time.Time) time.Duration {
	var again time.Duration
	if f.ripen() {
		again = idle
	}
	if f.packets != f.packed {
		if wait := statsEvery - now.Sub(f.stats); wait > 0 {
			again = cmp.Or(again, wait)
		} else {
			f.writeStats(now, false)
		}
	}
	f.flush()
	return again
}

func (f *jsonFeed) end(now time.Time) {
	f.release(len(f.held.events))
	open := f.open
	f.pairing.end()
	f.open = open // as it was when the session ended
	f.writeStats(now, true)
	f.flush()
}

func (f *jsonFeed) state(at time.Time) {
	o := linefmt.Session{
		Kind: "session", ID: f.id, State: f.current.String(), Reason: linefmt.Text(f.reason), Crash: linefmt.Text(f.crash), Salvaged: f.raised,
		AtNS: at.UnixNano(), Remote: linefmt.Text(f.remote),
	}
	if f.failed != nil {
		o.FailedStep, o.Fix = f.failed.Name, linefmt.Text(f.failed.Fix)
	}
	if h := f.hello; h != nil {
		o.App, o.PID, o.Host, o.ExecPath = linefmt.Text(h.AppName), h.PID, linefmt.Text(h.Host), linefmt.Text(h.ExecPath)
		o.GoVersion, o.Module, o.Epoch = linefmt.Text(h.GoVersion), linefmt.Text(h.ModulePath), h.Epoch
	}
	if f.version != (protocol.Version{}) {
		o.Version = f.version.String()
	}
	f.object(o)
	f.flush()
}

func (f *jsonFeed) packet(r *protocol.Record) {
	b := append(f.buf, `{"kind":"packet","session":`...)
	b = strconv.AppendUint(b, f.id, 10)
	b = append(b, `,"direction":"`...)
	b = append(b, r.Dir.String()...)
	b = append(b, `","type":`...)
	b = linefmt.AppendText(b, r.Packet.PacketType().String())
	b = append(b, `,"bytes":`...)
	b = strconv.AppendInt(b, int64(len(r.Raw)), 10)
	b = append(b, `,"at_ns":`...)
	b = strconv.AppendInt(b, r.At.UnixNano(), 10)
	f.buf = append(b, "}\n"...)
	f.flushFull()
}

func (f *jsonFeed) lost(fn *function, n uint64) {
	o := linefmt.Lost{Kind: "lost", Session: f.id, Events: n}
	if fn != nil {
		o.Function = linefmt.Text(fn.name)
	}
	f.object(o)
}

func (f *jsonFeed) gap(from, to uint64) {
	f.object(linefmt.Gap{Kind: "gap", Session: f.id, From: from, To: to})
}

func (f *jsonFeed) goroutine(id, parent uint64, place *site) {
	o := linefmt.Goroutine{Kind: "goroutine", Session: f.id, Goroutine: id, Parent: parent}
	if place != nil {
		o.Entry, o.Creator = linefmt.Text(place.entry), linefmt.Text(place.creator)
		o.File, o.Line = linefmt.Text(place.file), place.line
	}
	f.object(o)
}

func (f *jsonFeed) line(p *protocol.LogPacket) {
	o := linefmt.Log{
		Kind: "log", Session: f.id, Goroutine: p.G, AtNS: p.Time + f.clock,
		Stream: linefmt.Text(p.Stream), Level: linefmt.Text(p.Level), Text: linefmt.Text(p.Message),
	}
	for i := range min(len(p.Keys), len(p.Values)) {
		o.Attrs = append(o.Attrs, linefmt.Attr{Key: linefmt.Text(p.Keys[i]), Value: linefmt.Text(p.Values[i])})
	}
	f.object(o)
}

func (f *jsonFeed) enter(*goroutine) {}

func (f *jsonFeed) leave(g *goroutine, c *call, end int64, how ending) {
	if !f.sieve.shows(g, c, end, how) || !f.printer.quota.take() {
		return
	}
	told := c.told()
	f.buf = linefmt.AppendCall(f.buf, &linefmt.Call{
		Session: f.id, Goroutine: g.id, Function: callHead(c.fn), StartNS: c.start + f.clock, TookNS: max(0, end-c.start), Timed: how.known(),
		Depth: len(g.stack), End: endWords[how], Error: told.err, Args: told.args, Results: told.results, Span: told.span, Touched: c.lossy,
	})
	f.flushFull()
}

// callHead is the part of a call line that names the function.
func callHead(fn *function) []byte {
	if fn.head == nil {
		fn.head = linefmt.CallFunction(fn.name, fn.file, fn.line)
	}
	return fn.head
}

func (f *jsonFeed) writeStats(now time.Time, final bool) {
	f.stats, f.packed = now, f.packets
	o := linefmt.Stats{
		Kind: "stats", Session: f.id, AtNS: now.UnixNano(), Final: final,
		Events: f.events, Calls: f.begun(), Open: f.open, Unpaired: f.unpaired, Unkept: f.unkept,
		Counted: f.counted(), Emitted: f.emitted,
		Lost: f.lostEvents(), LostCauses: []linefmt.Cause{}, Packets: f.packets, Bytes: f.bytes,
		DetailsLost: f.detailsLost, Unhooked: f.unhooked,
	}
	for _, cause := range f.causes() {
		o.LostCauses = append(o.LostCauses, linefmt.Cause{Cause: linefmt.Text(cause), Events: f.lostCauses[cause]})
	}
	if final {
		o.Functions = functionObjects(byTotal(f.funcs))
	}
	f.object(o)
}

func functionObjects(list []*function) []linefmt.Function {
	out := make([]linefmt.Function, len(list))
	for i, fn := range list {
		out[i] = linefmt.Function{
			Function: linefmt.Text(fn.name), File: linefmt.Text(fn.file), Line: fn.line, Calls: fn.calls,
			TotalNS: fn.total, SelfNS: fn.self, MeanNS: fn.mean(), MaxNS: fn.max, Panics: fn.panics, Lost: fn.lost,
			P50NS: fn.percentile(0.5), P90NS: fn.percentile(0.9), P99NS: fn.percentile(0.99),
			Errors: fn.errors, Touched: fn.touched,
		}
	}
	return out
}

func (f *jsonFeed) object(o any) {
	f.buf = linefmt.AppendObject(f.buf, o)
	f.flushFull()
}

func (f *jsonFeed) flushFull() {
	if len(f.buf) >= flushBytes {
		f.flush()
	}
}

func (f *jsonFeed) flush() {
	if len(f.buf) > 0 {
		f.printer.out.write(f.id, f.buf, nil)
		f.buf = f.buf[:0]
	}
}

func jsonTexts(list []string) []linefmt.Text {
	out := make([]linefmt.Text, len(list))
	for i, s := range list {
		out[i] = linefmt.Text(s)
	}
	return out
}
