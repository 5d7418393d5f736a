package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"goapptrace/linefmt"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// mostFunctions is how many functions a summary names.
const mostFunctions = 20

// state prints what a session's new state means to the reader.
func (f *plainFeed) state(time.Time) {
	switch f.current {
	case protocol.StateEstablished:
		f.buf = fmt.Appendf(f.buf, aboutSession+"%d: %s%s\n", f.id, f.who(), f.origin())
	case protocol.StateRefused:
		f.buf = fmt.Appendf(f.buf, aboutSession+"%d: %s refused: %s%s\n", f.id, f.who(), f.why(), f.fix())
	case protocol.StateClosed:
		f.buf = fmt.Appendf(f.buf, aboutSession+"%d: closed\n", f.id)
	case protocol.StateLost:
		f.buf = fmt.Appendf(f.buf, aboutSession+"%d: lost: %s\n", f.id, f.why())
	default:
		return
	}
	if f.crash != "" {
		f.buf = fmt.Appendf(f.buf, aboutSession+"%d: crashed: %s\n", f.id, headline(f.crash))
	}
	f.flush()
}

func (f *plainFeed) origin() string {
	if f.hello == nil {
		return ""
	}
	s := ", protocol " + f.version.String()
	if f.hello.PID != 0 {
		s = ", pid " + strconv.FormatInt(f.hello.PID, 10) + s
	}
	if f.hello.GoVersion != "" {
		s += ", " + safe.Text(f.hello.GoVersion)
	}
	return s
}

func (f *plainFeed) why() string { return cmp.Or(safe.Text(f.reason), "no reason known") }

func (f *plainFeed) fix() string {
	if f.failed == nil || f.failed.Fix == "" {
		return ""
	}
	return "; " + safe.String(f.failed.Fix)
}

// end prints what is known of calls that never returned, and the summary.
func (f *plainFeed) end(time.Time) {
	f.release(len(f.held.events))
	if !f.printer.quota.spent() {
		for _, g := range sortedGoroutines(f.gs) {
			if c := innermost(g); c != nil {
				f.announceOnce(g, c)
			}
		}
	}
	open := f.open
	f.pairing.end()
	if f.hello != nil && f.current != protocol.StateRefused {
		f.summary(open)
	}
	f.flush()
}

func (f *plainFeed) summary(open int) {
	list := byTotal(f.funcs)
	f.buf = fmt.Appendf(f.buf, "#\n"+aboutSession+"%d: %s: %s of %s; %s lost\n", f.id, f.who(),
		plural(f.begun(), "call"), plural(uint64(len(list)), "function"), plural(f.lostEvents(), "event"))
	for _, cause := range f.causes() {
		f.buf = fmt.Appendf(f.buf, "# lost by %s: %d\n", safe.String(cause), f.lostCauses[cause])
	}
	if open > 0 {
		f.buf = fmt.Appendf(f.buf, "# %s had not returned\n", plural(uint64(open), "call"))
	}
	if f.unkept > 0 {
		f.buf = fmt.Appendf(f.buf, "# %s too deep, or too many at once, to be followed\n", plural(f.unkept, "call"))
	}
	if f.unpaired > 0 {
		f.buf = fmt.Appendf(f.buf, "# %s could not be paired\n", plural(f.unpaired, "event"))
	}
	if f.detailsLost > 0 {
		f.buf = fmt.Appendf(f.buf, "# %s of calls lost\n", plural(f.detailsLost, "detail"))
	}
	if f.unhooked > 0 {
		f.buf = fmt.Appendf(f.buf, "# %s no hooks: --all\n", have(f.unhooked, "small function"))
	}
	if len(list) == 0 {
		return
	}
	f.buf = append(f.buf, "#       calls       total        self        mean         max  function\n"...)
	for _, fn := range list[:min(len(list), mostFunctions)] {
		f.row(fn)
	}
	if more := len(list) - mostFunctions; more > 0 {
		f.buf = fmt.Appendf(f.buf, "# and %s\n", plural(uint64(more), "more function"))
	}
}

func (f *plainFeed) row(fn *function) {
	f.buf = append(f.buf, '#')
	mark := len(f.buf)
	f.buf = strconv.AppendUint(f.buf, fn.calls, 10)
	f.buf = linefmt.AlignRight(f.buf, mark, 12)
	for _, d := range []struct {
		ns    uint64
		of    uint64 // calls
		lossy bool
	}{
		{fn.total, fn.timed, fn.lost > 0},
		{fn.self, fn.timed - fn.count.calls, fn.lost+fn.touched > 0},
		{fn.mean(), fn.timed, fn.lost > 0},
		{fn.max, fn.timed, fn.lost > 0},
	} {
		f.buf = append(f.buf, "  "...)
		if d.of == 0 {
			f.noDuration()
			continue
		}
		f.duration(d.ns, d.lossy)
	}
	f.buf = append(f.buf, "  "...)
	f.buf = append(f.buf, f.name(fn)...)
	if fn.panics > 0 {
		f.buf = fmt.Appendf(f.buf, ", %s", plural(fn.panics, "panic"))
	}
	if fn.errors > 0 {
		f.buf = fmt.Appendf(f.buf, ", %s", plural(fn.errors, "error"))
	}
	if fn.lost > 0 {
		f.buf = fmt.Appendf(f.buf, ", %s lost", plural(fn.lost, "event"))
	}
	f.finish("\n")
}

// causes lists the causes of losses, the greatest first.
func (t *trace) causes() []string {
	list := make([]string, 0, len(t.lostCauses))
	for cause, n := range t.lostCauses {
		if n > 0 {
			list = append(list, cause)
		}
	}
	slices.SortFunc(list, func(a, b string) int {
		return cmp.Or(cmp.Compare(t.lostCauses[b], t.lostCauses[a]), cmp.Compare(a, b))
	})
	return list
}

// have is "1 call has", "2 calls have".
func have(n uint64, what string) string {
	if n == 1 {
		return "1 " + what + " has"
	}
	return plural(n, what) + " have"
}

// plural is "1 call", "2 calls".
func plural(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	if strings.HasSuffix(what, "ch") {
		what += "e"
	}
	return strconv.FormatUint(n, 10) + " " + what + "s"
}
