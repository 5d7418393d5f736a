package ui

import (
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
)

// packetLog is the log of packets, as they crossed the wire: what the pane below the tabs and the Packets tab share.
type packetLog struct {
	logPane[model.PacketRow]
	bindings packetsKeys
}

type packetsKeys struct{ Open, Follow key.Binding }

var packetColumns = []tableColumn{
	{title: "time", min: 9, want: 12, most: 15, rank: 1},
	{title: "", min: 1, want: 1, most: 1},
	{title: "type", min: 12, want: 13, most: 13},
	{title: "summary", min: 20, want: 30, most: 120},
	{title: "size", min: 7, want: 7, most: 7, right: true, rank: 2},
	{title: "number", short: "#", min: 8, want: 8, most: 10, right: true, rank: 3},
}

func (p *packetLog) init(e *env) {
	p.bindings = packetsKeys{
		Open:   bind("enter", "open", "enter"),
		Follow: bind("G", "follow", "G", "end"),
	}
	p.logPane = newLogPane(e, query.Packets, packetColumns, logHooks[model.PacketRow]{
		number: func(row model.PacketRow) uint64 { return row.Seq },
		query:  p.query,
		draw:   p.draw,
		ahead:  p.ahead,
		above:  p.above,
		below:  func() string { return "" },
	})
}

func (p *packetLog) query(s Session, anchor uint64, before, after int) ([]model.PacketRow, uint64, uint64) {
	page := s.Packets(model.PacketQuery{Filter: p.compiled, Span: p.at.span, Anchor: anchor, Before: before, After: after})
	return page.Rows, page.First, page.Last
}

// above tells of the packets before the oldest: their numbers began with 1.
func (p *packetLog) above() string {
	if p.first <= 1 {
		return ""
	}
	return p.env.styles.Text.Dim.Render(p.env.glyphs.Ellipsis + " " + formatCount(p.first-1) + " older packets no longer kept")
}

// ahead is the line for what is missing ahead of the row at index i; empty for nothing.
func (p *packetLog) ahead(i int) string {
	if i == len(p.list.rows) {
		return ""
	}
	row := p.list.rows[i]
	var parts []string
	if n := row.Missing; n > 0 {
		text := formatGrouped(n) + " " + plural(n, "batches") + " missing: number " + formatGrouped(row.Batch-1)
		if n > 1 {
			text = formatGrouped(n) + " batches missing: numbers " + formatGrouped(row.Batch-n) + " to " + formatGrouped(row.Batch-1)
		}
		parts = append(parts, text)
	}
	if row.Lost > 0 {
		parts = append(parts, formatGrouped(row.Lost)+" "+plural(row.Lost, "events")+" lost in the program")
	}
	if len(parts) == 0 {
		return ""
	}
	return p.env.gapLine(strings.Join(parts, ", "), p.table.width-2)
}

func (p *packetLog) draw(i int) string {
	row, text := p.list.rows[i], p.env.styles.Text
	r := p.table.row(p.chosen(row))
	r.own(formatClock(row.At, r.room()), text.Time)
	arrow, paint := p.env.direction(row.Dir)
	r.own(arrow, paint)
	r.match(row.Type.String(), p.needle(), text.Type)
	r.match(clean(row.Summary, r.room()), p.needle(), text.Plain)
	size := text.Number
	if !row.Kept {
		size = text.Dim
	}
	r.own(formatBytes(uint64(row.Bytes)), size)
	r.own("#"+strconv.FormatUint(row.Seq, 10), text.Dim)
	return r.String()
}

// direction is the arrow for who sent a packet: from the left to us, or from us.
func (e *env) direction(d protocol.Direction) (arrow string, paint Paint) {
	if d == protocol.Out {
		return e.glyphs.Out, e.styles.Text.Warn
	}
	return e.glyphs.In, e.styles.Text.Good
}

// packetsPane is the log of packets below the tabs.
type packetsPane struct{ packetLog }

func newPacketsPane(e *env) pane {
	p := new(packetsPane)
	p.init(e)
	return p
}

func (p *packetsPane) title() string { return "Packets" }

func (p *packetsPane) keys() []key.Binding {
	return append([]key.Binding{p.bindings.Open, p.bindings.Follow}, p.moves.list()...)
}

func (p *packetsPane) update(msg tea.Msg) (tea.Cmd, bool) {
	handled, again := p.move(msg)
	press, ok := msg.(tea.KeyPressMsg)
	if !again && (!ok || !key.Matches(press, p.bindings.Open)) {
		return nil, handled
	}
	row, ok := p.list.selected()
	if !ok {
		return nil, true
	}
	return func() tea.Msg { return showPacketMsg{number: row.Seq} }, true
}

func (p *packetsPane) copyText() string {
	row, ok := p.list.selected()
	if !ok {
		return ""
	}
	return strings.Join([]string{
		row.At.Format("15:04:05.000000"), row.Dir.String(), row.Type.String(), string(row.Summary),
		formatBytes(uint64(row.Bytes)), "#" + strconv.FormatUint(row.Seq, 10),
	}, "  ")
}
