package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strconv"
	"time"

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
	p.out.write(0, appendObject(nil, listeningObject{
		Kind: "listening", V: schema, Addresses: jsonTexts(addrs), Notices: jsonTexts(notices),
	}), nil)
}

func (p *jsonPrinter) exited(e model.Exit) {
	p.out.write(0, appendObject(nil, exitObject{
		Kind: "exit", Status: e.Status, Signal: e.Signal, Crash: jsonText(e.Crash),
	}), nil)
}

func (p *jsonPrinter) open(id uint64, remote string) feed {
	f := &jsonFeed{printer: p}
	f.trace = newTrace(f, id, remote, p.filter)
	f.callPrefix = strconv.AppendUint([]byte(`{"kind":"call","session":`), id, 10)
	f.callPrefix = append(f.callPrefix, `,"goroutine":`...)
	return f
}

// jsonFeed prints one session.
type jsonFeed struct {
	*trace
	printer    *jsonPrinter
	buf        []byte
	callPrefix []byte

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
	o := sessionObject{
		Kind: "session", ID: f.id, State: f.current.String(), Reason: jsonText(f.reason), Salvaged: f.raised,
		AtNS: at.UnixNano(), Remote: jsonText(f.remote),
	}
	if f.failed != nil {
		o.FailedStep, o.Fix = f.failed.Name, jsonText(f.failed.Fix)
	}
	if h := f.hello; h != nil {
		o.App, o.PID, o.Host, o.ExecPath = jsonText(h.AppName), h.PID, jsonText(h.Host), jsonText(h.ExecPath)
		o.GoVersion, o.Module, o.Epoch = jsonText(h.GoVersion), jsonText(h.ModulePath), h.Epoch
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
	b = appendJSONText(b, r.Packet.PacketType().String())
	b = append(b, `,"bytes":`...)
	b = strconv.AppendInt(b, int64(len(r.Raw)), 10)
	b = append(b, `,"at_ns":`...)
	b = strconv.AppendInt(b, r.At.UnixNano(), 10)
	f.buf = append(b, "}\n"...)
	f.flushFull()
}

func (f *jsonFeed) lost(fn *function, n uint64) {
	o := lostObject{Kind: "lost", Session: f.id, Events: n}
	if fn != nil {
		o.Function = jsonText(fn.name)
	}
	f.object(o)
}

func (f *jsonFeed) gap(from, to uint64) {
	f.object(gapObject{Kind: "gap", Session: f.id, From: from, To: to})
}

func (f *jsonFeed) goroutine(id, parent uint64, place *site) {
	o := goroutineObject{Kind: "goroutine", Session: f.id, Goroutine: id, Parent: parent}
	if place != nil {
		o.Entry, o.Creator = jsonText(place.entry), jsonText(place.creator)
		o.File, o.Line = jsonText(place.file), place.line
	}
	f.object(o)
}

func (f *jsonFeed) line(p *protocol.LogPacket) {
	o := logObject{
		Kind: "log", Session: f.id, Goroutine: p.G, AtNS: p.Time + f.clock,
		Stream: jsonText(p.Stream), Level: jsonText(p.Level), Text: jsonText(p.Message),
	}
	for i := range min(len(p.Keys), len(p.Values)) {
		o.Attrs = append(o.Attrs, attrObject{jsonText(p.Keys[i]), jsonText(p.Values[i])})
	}
	f.object(o)
}

func (f *jsonFeed) enter(*goroutine) {}

// endNames are how a call line names its end.
var endNames = [...]string{
	returned:  `,"end":"return"`,
	panicked:  `,"end":"panic"`,
	failed:    `,"end":"error"`,
	unknown:   `,"end":"lost"`,
	stillOpen: `,"end":"open"`,
}

func (f *jsonFeed) leave(g *goroutine, c *call, end int64, how ending) {
	if !f.sieve.shows(g, c, end, how) || !f.printer.quota.take() {
		return
	}
	b := append(f.buf, f.callPrefix...)
	b = strconv.AppendUint(b, g.id, 10)
	b = append(b, callHead(c.fn)...)
	b = strconv.AppendInt(b, c.start+f.clock, 10)
	b = append(b, `,"dur_ns":`...)
	if how.known() {
		b = strconv.AppendInt(b, max(0, end-c.start), 10)
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"depth":`...)
	b = strconv.AppendInt(b, int64(len(g.stack)), 10)
	b = append(b, endNames[how]...)
	if c.texts != nil {
		b = appendTexts(b, c.texts)
	}
	if c.lossy {
		b = append(b, `,"touched":true`...)
	}
	f.buf = append(b, "}\n"...)
	f.flushFull()
}

// appendTexts writes what is known of a call.
func appendTexts(dst []byte, texts *callTexts) []byte {
	for _, t := range []struct {
		name string
		text protocol.Text
	}{{"error", texts.err}, {"args", texts.args}, {"results", texts.results}, {"span", texts.span}} {
		if t.text != "" {
			dst = append(append(append(dst, `,"`...), t.name...), `":`...)
			dst = appendJSONText(dst, string(t.text))
		}
	}
	return dst
}

// callHead is the part of a call line that names the function.
func callHead(fn *function) []byte {
	if fn.head == nil {
		b := appendJSONText([]byte(`,"function":`), string(fn.name))
		b = appendJSONText(append(b, `,"file":`...), string(fn.file))
		b = strconv.AppendUint(append(b, `,"line":`...), fn.line, 10)
		fn.head = append(b, `,"start_ns":`...)
	}
	return fn.head
}

func (f *jsonFeed) writeStats(now time.Time, final bool) {
	f.stats, f.packed = now, f.packets
	o := statsObject{
		Kind: "stats", Session: f.id, AtNS: now.UnixNano(), Final: final,
		Events: f.events, Calls: f.begun(), Open: f.open, Unpaired: f.unpaired, Unkept: f.unkept,
		Counted: f.counted(), Emitted: f.emitted,
		Lost: f.lostEvents(), LostCauses: []causeObject{}, Packets: f.packets, Bytes: f.bytes,
		DetailsLost: f.detailsLost, Unhooked: f.unhooked,
	}
	for _, cause := range f.causes() {
		o.LostCauses = append(o.LostCauses, causeObject{jsonText(cause), f.lostCauses[cause]})
	}
	if final {
		o.Functions = functionObjects(byTotal(f.funcs))
	}
	f.object(o)
}

func functionObjects(list []*function) []functionObject {
	out := make([]functionObject, len(list))
	for i, fn := range list {
		out[i] = functionObject{
			Function: jsonText(fn.name), File: jsonText(fn.file), Line: fn.line, Calls: fn.calls,
			TotalNS: fn.total, SelfNS: fn.self, MeanNS: fn.mean(), MaxNS: fn.max, Panics: fn.panics, Lost: fn.lost,
			P50NS: fn.percentile(0.5), P90NS: fn.percentile(0.9), P99NS: fn.percentile(0.99),
			Errors: fn.errors, Touched: fn.touched,
		}
	}
	return out
}

func (f *jsonFeed) object(o any) {
	f.buf = appendObject(f.buf, o)
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

// appendObject writes o as a line. The objects hold nothing that can't be encoded.
func appendObject(dst []byte, o any) []byte {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(o); err != nil {
		panic(err)
	}
	return append(dst, line.Bytes()...)
}

func jsonTexts(list []string) []jsonText {
	out := make([]jsonText, len(list))
	for i, s := range list {
		out[i] = jsonText(s)
	}
	return out
}
