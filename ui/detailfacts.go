package ui

import (
	"time"

	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// detailNames say what a text in a DetailsPacket is.
var detailNames = map[byte]string{
	protocol.DetailArgs: "arguments", protocol.DetailResults: "results", protocol.DetailError: "error", protocol.DetailSpan: "works on",
}

// details lists what a packet tells of single calls: goroutine, start in the tracee's time, what it is, and the text.
func (d *packetDetail) details(p *protocol.DetailsPacket, width int) []string {
	const kind = len("arguments")
	text := d.env.styles.Text
	var lines []string
	for i := range min(len(p.Gs), len(p.Starts), len(p.Kinds), len(p.Texts)) {
		if i == mostEvents {
			return append(lines, d.more(uint64(len(p.Gs)-mostEvents)))
		}
		begin := safe.Fit(d.env.goroutine(p.Gs[i]), 6) + "  " +
			text.Time.Render(safe.PadLeft(time.Duration(p.Starts[i]).String(), 14)) + "  " +
			text.Type.Render(safe.Pad(detailNames[p.Kinds[i]], kind)) + "  "
		rest := max(0, width-safe.Width(begin))
		lines = append(lines, begin+d.env.clip(clean(oneLineOf(p.Texts[i]), rest), rest))
	}
	return lines
}

// goroutines lists where goroutines come from, as far as the session knows it by now.
func (d *packetDetail) goroutines(p *protocol.GoroutinesPacket, width int) []string {
	var lines []string
	for i, id := range p.IDs {
		if i == mostEvents {
			return append(lines, d.more(uint64(len(p.IDs)-mostEvents)))
		}
		if row, ok := d.session.Goroutine(id); ok {
			lines = append(lines, d.env.started(row, width))
		}
	}
	return lines
}
