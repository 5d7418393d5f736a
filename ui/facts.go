package ui

import (
	"strconv"

	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// facts adds who the tracee says that it is, and the ledger.
func (p *handshakePane) facts() {
	if p.row.State == protocol.StateRefused {
		p.fact("peer", safe.String(p.row.Remote))
		return
	}
	p.lines = append(p.lines, "")
	if h := p.row.Hello; h != nil {
		p.fact("host", safe.Text(h.Host))
		p.fact("go", safe.Text(h.GoVersion))
		p.fact("module", safe.Text(h.ModulePath)+" "+safe.Text(h.ModuleVersion))
		p.fact("binary", safe.ClipLeft(safe.Text(h.ExecPath), p.told()-8))
		p.fact("build", safe.Text(h.Revision))
		if h.Epoch > 0 {
			p.fact("again", "connection "+strconv.FormatInt(h.Epoch+1, 10)+" of this process")
		}
	}
	p.fact("peer", safe.String(p.row.Remote))
	p.number("calls", p.row.Calls)
	p.number("counted", p.row.Counted)
	p.number("open", uint64(max(p.row.Open, 0)))
	p.number("dropped", p.row.RetainedOut)
	p.number("orphans", p.row.Orphans)
	p.number("unkept", p.row.Unkept)
	if n := p.row.Unhooked; n > 0 {
		p.fact("small", formatGrouped(n)+", without hooks")
	}
	p.number("packets", p.row.Packets)
	p.number("no sense", p.row.Malformed)
	if n := p.row.DetailsLost; n > 0 {
		p.fact("details", formatGrouped(n)+" lost: arguments, results or errors")
	}
	if p.row.Settled && p.row.Emitted > 0 && p.row.Difference == 0 {
		p.fact("ledger", "exact")
	}
	if p.row.Bytes > 0 {
		p.fact("bytes", formatBytes(p.row.Bytes))
	}
}

// factLabel is the width of the names of facts.
const factLabel = 8

// fact adds a line with a value, unless there is none.
func (p *handshakePane) fact(name, value string) {
	if value == "" || value == " " {
		return
	}
	value = p.env.clip(value, p.told()-factLabel)
	p.lines = append(p.lines, p.indent()+p.env.styles.Text.Dim.Render(safe.Pad(name, factLabel))+value)
}

// number adds a count, unless it is 0: in full where there is room.
func (p *handshakePane) number(name string, n uint64) {
	if n == 0 {
		return
	}
	value := formatGrouped(n)
	if len(value) > p.told()-factLabel {
		value = formatCount(n)
	}
	p.fact(name, value)
}
