package cli

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"goapptrace/linefmt"
	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
	"goapptrace/session"
	"goapptrace/ui/safe"
)

// Times of the printers.
const (
	idle       = 50 * time.Millisecond // how long a line may wait to be written
	flushBytes = 32 << 10              // how much may wait
)

// aboutSession begins the lines about a session.
const aboutSession = "# session "

const plainHeader = "#          time  goroutine    duration  call\n"

// plainPrinter prints calls in the manner of uftrace: a call that traced functions are called from opens with
// "name() {" and ends with "}", any other is one line. Lines that begin with # are about the trace.
type plainPrinter struct {
	out    *lineWriter
	filter *query.Filter
	quota  *quota
}

func (p *plainPrinter) listening(addrs, notices []string) {
	var lines []byte
	for _, addr := range addrs {
		lines = fmt.Appendf(lines, "# listening on %s\n", safe.String(addr))
	}
	p.out.write(0, append(lines, plainHeader...), nil)
}

func (p *plainPrinter) exited(id uint64, e model.Exit) {
	who := "# the program: "
	if id != 0 {
		who = fmt.Sprintf(aboutSession+"%d: ", id)
	}
	p.out.write(id, []byte(who+exitText(e)+"\n"), nil)
}

func (p *plainPrinter) open(id uint64, remote string) feed {
	f := &plainFeed{printer: p}
	f.trace = newTrace(f, id, remote, p.filter)
	return f
}

// plainFeed prints one session.
type plainFeed struct {
	*trace
	printer *plainPrinter
	buf     []byte
	ticks   uint // ticks so far
	pending bool // there may be calls without an opening line

	clockText linefmt.Clock
}

func (f *plainFeed) take(ev session.Event) { f.trace.take(ev) }

// tick opens the calls that have gone on since the tick before.
func (f *plainFeed) tick(time.Time) time.Duration {
	f.ticks-- // what is told now has waited for a tick
	more := f.ripen()
	f.ticks++
	if f.pending && !f.printer.quota.spent() {
		f.pending = false
		for _, g := range sortedGoroutines(f.gs) {
			f.openLong(g)
		}
	}
	f.ticks++
	f.flush()
	if f.pending || more {
		return idle
	}
	return 0
}

// openLong prints the opening line of g's innermost call if it is older than a tick.
func (f *plainFeed) openLong(g *goroutine) {
	c := innermost(g)
	switch {
	case c == nil || c.announced:
	case c.tick == f.ticks:
		f.pending = true
	default:
		f.announce(g, c)
	}
}

// innermost is the innermost call of g that isn't hidden, nil if all are.
func innermost(g *goroutine) *call {
	n := len(g.stack) - 1
	if n < 0 {
		return nil
	}
	c := &g.stack[n]
	if c.hidden {
		if c.outer < 0 {
			return nil
		}
		c = &g.stack[c.outer]
	}
	return c
}

// enter opens the call that the new one was called from.
func (f *plainFeed) enter(g *goroutine) {
	c := &g.stack[len(g.stack)-1]
	if c.hidden {
		return
	}
	c.tick = f.ticks
	f.pending = true
	if c.outer < 0 || f.printer.quota.spent() {
		return
	}
	f.announceOnce(g, &g.stack[c.outer])
}

// announceOnce opens a call that isn't.
func (f *plainFeed) announceOnce(g *goroutine, c *call) {
	if !c.announced {
		f.announce(g, c)
	}
}

func (f *plainFeed) announce(g *goroutine, c *call) {
	c.announced = true
	f.begin(g.id, c.start)
	f.noDuration()
	f.indent(c.level)
	f.head(c, " {")
	if span := c.told().span; span != "" {
		f.buf = fmt.Appendf(f.buf, "  /* %s */", safe.Text(span))
	}
	f.finish("\n")
}

func (f *plainFeed) leave(g *goroutine, c *call, end int64, how ending) {
	if how == stillOpen && !f.sieve.late() || !f.sieve.shows(g, c, end, how) || !f.printer.quota.take() {
		return
	}
	at := end
	if !c.announced {
		at = c.start
	}
	f.begin(g.id, at)
	if !how.known() {
		f.noDuration()
	} else {
		f.duration(uint64(max(0, end-c.start)), c.lossy)
	}
	f.indent(c.level)
	if c.announced {
		f.buf = append(f.buf, "} /* "...)
		f.buf = append(f.buf, f.name(c.fn)...)
		f.ending(c, how)
		f.finish(" */\n")
		return
	}
	f.head(c, "")
	f.ending(c, how)
	if span := c.told().span; span != "" {
		f.buf = fmt.Appendf(f.buf, "  /* %s */", safe.Text(span))
	}
	f.finish("\n")
}

func (f *plainFeed) goroutine(uint64, uint64, *site) {}

// begin writes the columns before the duration.
func (f *plainFeed) begin(g uint64, at int64) {
	f.buf = f.clockText.Append(f.buf, at+f.clock)
	f.buf = append(f.buf, "  "...)
	mark := len(f.buf)
	f.buf = append(f.buf, 'g')
	f.buf = strconv.AppendUint(f.buf, g, 10)
	f.buf = linefmt.AlignRight(f.buf, mark, 9)
	f.buf = append(f.buf, "  "...)
}

func (f *plainFeed) noDuration() { f.buf = append(f.buf, "          "...) }

func (f *plainFeed) indent(level int) {
	const mostIndent = 100
	for range 1 + min(level, mostIndent) {
		f.buf = append(f.buf, "  "...)
	}
}

func (f *plainFeed) finish(end string) {
	f.buf = append(f.buf, end...)
	if len(f.buf) >= flushBytes {
		f.flush()
	}
}

func (f *plainFeed) flush() {
	if len(f.buf) == 0 {
		return
	}
	title := f.title
	if bytes.HasPrefix(f.buf, []byte(aboutSession)) {
		title = nil // it says so itself
	}
	f.printer.out.write(f.id, f.buf, title)
	f.buf = f.buf[:0]
}

// title stands where the lines of another session end and this one's begin.
func (f *plainFeed) title() []byte {
	return fmt.Appendf(nil, aboutSession+"%d: %s\n", f.id, f.who())
}

func (f *plainFeed) who() string {
	if app := f.app(); app != "" {
		return safe.Text(app)
	}
	if f.remote != "" {
		return safe.String(f.remote)
	}
	return "a peer without a name"
}

// name is fn's name as it is printed.
func (f *plainFeed) name(fn *function) []byte {
	if fn.head == nil {
		fn.head = []byte(safe.Text(fn.name))
	}
	return fn.head
}

func (f *plainFeed) packet(*protocol.Record) {}

func (f *plainFeed) lost(fn *function, n uint64) {
	of := "of unknown functions"
	if fn != nil {
		of = "of " + string(f.name(fn))
	}
	f.buf = fmt.Appendf(f.buf, aboutSession+"%d: %d events lost here, %s\n", f.id, n, of)
	f.finish("")
}

func (f *plainFeed) gap(from, to uint64) {
	f.buf = fmt.Appendf(f.buf, aboutSession+"%d: %s missing here, numbered from %d\n", f.id, plural(to-from+1, "batch"), from)
	f.finish("")
}
