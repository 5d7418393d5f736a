package cli

import (
	"fmt"
	"strings"

	"goapptrace/linefmt"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// head writes how a call looks where it begins.
func (f *plainFeed) head(c *call, opening string) {
	f.buf = append(f.buf, f.name(c.fn)...)
	f.buf = append(f.buf, '(')
	f.buf = append(f.buf, safe.Text(c.told().args)...)
	f.buf = append(f.buf, ')')
	f.buf = append(f.buf, opening...)
}

// ending writes how a call ended.
func (f *plainFeed) ending(c *call, how ending) {
	told := c.told()
	if told.results != "" {
		f.buf = append(append(f.buf, " = "...), safe.Text(told.results)...)
	}
	if !c.announced {
		f.buf = append(f.buf, ';')
	}
	switch {
	case how == panicked:
		f.buf = append(f.buf, " panicked"...)
	case how == unknown:
		f.buf = append(f.buf, " end lost"...)
	case how == stillOpen:
		f.buf = append(f.buf, " open"...)
	case told.err != "":
		f.buf = append(append(f.buf, " error: "...), safe.Text(told.err)...)
	case how == failed:
		f.buf = append(f.buf, " error"...)
	}
}

// duration writes a time that a loss may have touched.
func (f *plainFeed) duration(ns uint64, lossy bool) {
	mark := len(f.buf)
	f.buf = linefmt.AppendDuration(f.buf, ns)
	if lossy {
		linefmt.MarkAbout(f.buf[mark-1:])
	}
}

// line writes what a goroutine logged, as a comment within the call that it is in.
func (f *plainFeed) line(p *protocol.LogPacket) {
	if f.printer.quota.spent() {
		return
	}
	g, level := f.gs[p.G], 0
	if g != nil {
		if c := innermost(g); c != nil {
			level = c.level + 1
			f.announceOnce(g, c)
		}
	}
	f.begin(p.G, p.Time)
	f.noDuration()
	f.indent(level)
	f.buf = append(append(f.buf, "/* "...), safe.Text(p.Stream)...)
	if p.Level != "" {
		f.buf = append(append(f.buf, ' '), safe.Text(p.Level)...)
	}
	f.buf = append(append(f.buf, ": "...), safe.Text(protocol.Text(strings.TrimSuffix(string(p.Message), "\n")))...)
	for i := range min(len(p.Keys), len(p.Values)) {
		f.buf = fmt.Appendf(f.buf, " %s=%s", safe.Text(p.Keys[i]), safe.Text(p.Values[i]))
	}
	f.finish(" */\n")
}
