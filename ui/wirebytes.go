package ui

import (
	"fmt"
	"strings"

	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// wireBytes is the window on a packet's bytes.
type wireBytes struct {
	at     int   // the byte that the cursor is on
	scroll int   // lines that the wheel has turned away from what is marked
	rows   []int // in view, see [hexdump.around]
}

// drawBytes draws the bytes with those of the chosen part marked.
func (p *wirePane) drawBytes(area rect) (lines []string) {
	if area.height <= 0 {
		return nil
	}
	h := hexdump{env: p.env, data: p.shown.parts.Frame, row: p.areas.row, cursor: -1}
	if i := p.tree.chosen(); i >= 0 {
		h.marks, h.lead, _ = p.shown.parts.Where(i)
	}
	all := (len(h.data) + h.row - 1) / h.row
	b := &p.bytes
	switch {
	case p.part == wireHex:
		h.cursor = b.at
		b.rows = consecutive(b.top(h.row, area.height), area.height, all)
	default:
		b.rows = h.around(area.height)
		if b.scroll != 0 && len(b.rows) > 0 {
			b.rows = consecutive(b.rows[0]+b.scroll, area.height, all)
		}
	}
	for _, row := range b.rows {
		lines = append(lines, " "+h.draw(row))
	}
	return lines
}

// top is the row to begin with, so that the cursor is in view and moves as little as it can.
func (b *wireBytes) top(row, height int) int {
	at := b.at / row
	top := at - height/2
	if len(b.rows) > 0 && b.rows[len(b.rows)-1]-b.rows[0] < len(b.rows) { // else some are left out
		top = b.rows[0]
	}
	return min(max(top, at-height+1), at)
}

// step takes the byte cursor on, and the field cursor to what the byte belongs to.
func (p *wirePane) step(n int) {
	p.bytes.at = min(max(p.bytes.at+n, 0), len(p.shown.parts.Frame)-1)
	if i := p.shown.parts.PartAt(p.bytes.at); i >= 0 {
		p.tree.choose(i)
	}
}

// enterBytes puts the byte cursor on the value of the chosen part.
func (p *wirePane) enterBytes() {
	i := p.tree.chosen()
	if p.focus(wireHex); p.part != wireHex || i < 0 {
		return
	}
	stretches, lead, exact := p.shown.parts.Where(i)
	p.bytes.at = int(stretches[0].From)
	if exact && lead < stretches[0].Len {
		p.bytes.at += int(lead)
	}
	p.bytes.at = min(p.bytes.at, len(p.shown.parts.Frame)-1)
}

// byteAt is the byte drawn at a place of the area, -1 for none.
func (p *wirePane) byteAt(x, y int) int {
	if y < 0 || y >= len(p.bytes.rows) || p.bytes.rows[y] < 0 || p.shown.parts == nil {
		return -1
	}
	const offset = len(" 000000 ")
	n := p.areas.row
	for i := range n {
		digits, character := offset+3*i+i/8, offset+3*n+(n-1)/8+2+i
		if x > digits && x <= digits+2 || x == character {
			if at := p.bytes.rows[y]*n + i; at < len(p.shown.parts.Frame) {
				return at
			}
		}
	}
	return -1
}

// rule is the line between the log and what is inside of the packet: which one, and where the chosen field lies.
func (p *wirePane) rule() string {
	row, text, border := p.shown.row, p.env.styles.Text, p.env.styles.Pane.Border
	dash := p.env.glyphs.Border.Horizontal
	left, where := "", ""
	if row.Seq != 0 {
		arrow, _ := p.env.direction(row.Dir)
		left = " #" + formatGrouped(row.Seq) + " " + arrow + " " + row.Type.String() + " " + p.env.glyphs.Dot + " " + formatBytes(uint64(row.Bytes)) + " "
	}
	if p.shown.parts != nil {
		where = " " + p.where() + " "
	}
	if p.shown.salvaged {
		left += p.env.glyphs.Dot + " salvaged, never sent "
	}
	left = p.env.clip(left, p.width-2)
	fillers := p.width - 2 - safe.Width(left) - safe.Width(where)
	if fillers < 0 {
		where, fillers = "", p.width-2-safe.Width(left)
	}
	return border.Render(dash) + text.Strong.Render(left) + border.Render(strings.Repeat(dash, max(0, fillers))) +
		text.Dim.Render(where) + border.Render(dash)
}

// where says which bytes are marked.
func (p *wirePane) where() string {
	i := p.tree.chosen()
	if i < 0 {
		return ""
	}
	stretches, lead, exact := p.shown.parts.Where(i)
	switch first := stretches[0]; {
	case !exact && p.shown.parts.Parts[i].Kind == protocol.PartAbsent:
		return "not sent: no bytes of its own"
	case !exact:
		return "where exactly is unknown: all of it"
	case len(stretches) > 1:
		var at []string
		for _, s := range stretches {
			at = append(at, fmt.Sprintf("%#x", s.From))
		}
		return "at " + strings.Join(at, ", ")
	default:
		first.From, first.Len = first.From+lead, first.Len-lead
		if first.Len == 0 {
			return fmt.Sprintf("empty, at %#x", first.From)
		}
		return fmt.Sprintf("%s at %#x", countOf(uint64(first.Len), "bytes"), first.From)
	}
}
