package ui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/chart"
)

// wireKinds adds the packets up by type and direction, in place of their log.
type wireKinds struct {
	shown    bool
	table    table
	bindings kindsKeys
	rows     []model.PacketKind
	cursor   kindID
	moved    bool // the cursor was; else it stays on the first
	top      int
	height   int
}

type kindsKeys struct{ Filter key.Binding }

// kindID tells the rows apart.
type kindID struct {
	t   protocol.PacketType
	dir protocol.Direction
}

var kindColumns = []tableColumn{
	{title: "", min: 1, want: 1, most: 1},
	{title: "type", min: 13, want: 13, most: 13},
	{title: "packets", short: "pkts", min: 5, want: 7, most: 7, right: true},
	{title: "packets/s", short: "pkts/s", min: 7, want: 9, most: 9, right: true},
	{title: "bytes", min: 7, want: 7, most: 7, right: true, rank: 3},
	{title: "bytes/s", min: 9, want: 9, most: 9, right: true},
	{title: "share", min: 6, want: 6, most: 6, right: true, rank: 2},
	{title: "", min: 6, want: 12, most: 24, rank: 5},
	{title: "mean", min: 7, want: 7, most: 7, right: true, rank: 4},
	{title: "largest", min: 7, want: 7, most: 7, right: true, rank: 6},
	{title: "last", min: 7, want: 7, most: 7, right: true, rank: 1},
}

func idOf(k model.PacketKind) kindID { return kindID{k.Type, k.Dir} }

// load gets the figures. In a paused view they stay as they are.
func (k *wireKinds) load(at moment) {
	switch {
	case at.session == nil:
		k.rows = nil
	case !at.paused || k.rows == nil:
		k.rows = at.session.PacketKinds(at.span, at.now)
	}
	if i := k.index(); len(k.rows) > 0 {
		k.cursor = idOf(k.rows[i])
	}
}

// index is the chosen row.
func (k *wireKinds) index() int {
	for i, row := range k.rows {
		if k.moved && idOf(row) == k.cursor {
			return i
		}
	}
	return 0
}

func (k *wireKinds) move(n int) {
	if len(k.rows) == 0 {
		return
	}
	k.moved = true
	k.cursor = idOf(k.rows[min(max(k.index()+n, 0), len(k.rows)-1)])
}

func (k *wireKinds) view(e *env, at moment, height int) string {
	const around = 2 // the titles, and the sum
	lines := []string{k.table.head(4, "")}
	k.height = max(1, height-around)
	i := k.index()
	k.top = max(0, min(min(max(k.top, i-k.height+1), i), len(k.rows)-k.height))
	var all uint64
	for _, row := range k.rows {
		all += row.Bytes
	}
	for j := k.top; j < min(len(k.rows), k.top+k.height); j++ {
		lines = append(lines, k.line(e, at.now, &k.rows[j], all, j == i && k.moved))
	}
	if len(k.rows) == 0 {
		lines = append(lines, k.table.note("no packets yet", e.styles.Text.Dim))
	}
	for len(lines) < height-1 {
		lines = append(lines, k.table.pad(""))
	}
	if height > around {
		lines = append(lines[:height-1], k.table.pad(k.sum(e, at)))
	}
	return k.table.fill(lines, height)
}

func (k *wireKinds) line(e *env, now time.Time, row *model.PacketKind, all uint64, chosen bool) string {
	text := e.styles.Text
	r := k.table.row(chosen)
	arrow, paint := e.direction(row.Dir)
	share := float64(row.Bytes) / float64(max(all, 1))
	r.own(arrow, paint)
	r.own(row.Type.String(), text.Type)
	r.own(formatCount(row.Packets), text.Plain)
	r.own(perSecond(row.PacketsPerSecond), text.Plain)
	r.own(formatBytes(row.Bytes), text.Number)
	r.own(formatBytes(uint64(row.BytesPerSecond+0.5))+"/s", text.Number)
	r.own(formatPercent(share), text.Plain)
	r.cell(chart.Bar(share, r.room(), e.glyphs.ASCII), e.styles.List.Bar)
	r.own(formatBytes(row.Bytes/max(row.Packets, 1)), text.Number)
	r.own(formatBytes(uint64(row.Largest)), text.Number)
	r.own(formatAge(now.Sub(row.Last)), text.Time)
	return r.String()
}

// perSecond writes a rate of few packets with a digit behind the point.
func perSecond(rate float64) string {
	if rate < 99.95 {
		return significant(rate) + "/s"
	}
	return formatRate(rate)
}

// formatPercent writes a share in at most six cells.
func formatPercent(share float64) string { return significant(100*share) + " %" }

// sum is what all types add up to, in both directions.
func (k *wireKinds) sum(e *env, at moment) string {
	var packets, bytes [2]uint64
	for _, row := range k.rows {
		packets[row.Dir] += row.Packets
		bytes[row.Dir] += row.Bytes
	}
	in := countOf(packets[protocol.In], "packets") + ", " + formatBytes(bytes[protocol.In])
	out := countOf(packets[protocol.Out], "packets") + ", " + formatBytes(bytes[protocol.Out])
	text := "from the program " + in + "; to it " + out
	if !at.span.All() {
		text = "retained, in the range: " + text
	}
	return e.styles.Text.Dim.Render(e.clip(text, k.table.width-2))
}

func (p *wirePane) inKinds(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	k := &p.kinds
	switch {
	case key.Matches(msg, k.bindings.Filter):
		k.narrow(p)
		return nil, true
	case key.Matches(msg, p.bindings.Log):
		k.shown = false
		return nil, true
	}
	n, ok := p.moves.lines(msg, k.height)
	if ok {
		k.move(n)
	}
	return nil, ok
}

// narrow goes back to the log, with a filter for the chosen type and direction.
func (k *wireKinds) narrow(p *wirePane) {
	if len(k.rows) == 0 {
		return
	}
	row := k.rows[k.index()]
	k.shown = false
	p.setFilter(strings.Join([]string{"type =", row.Type.String(), "and dir =", row.Dir.String()}, " "))
}

// pointer chooses a row, and with a second click shows its packets.
func (k *wireKinds) pointer(p *wirePane, y, lines int) {
	i := y - 1 + k.top
	switch {
	case lines != 0:
		k.move(lines)
	case i < k.top || i >= len(k.rows):
	case k.moved && i == k.index():
		k.narrow(p)
	default:
		k.moved, k.cursor = true, idOf(k.rows[i])
	}
}
