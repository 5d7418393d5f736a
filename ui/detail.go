package ui

import (
	"encoding/binary"
	"strconv"
	"strings"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// packetDetail shows a packet's fields, and its bytes beside or below them.
type packetDetail struct {
	*sheet
	session *model.Session
	row     model.PacketRow
	record  protocol.Record
}

func newPacketDetail(e *env, session *model.Session, row model.PacketRow, record protocol.Record) pane {
	if row.Type == protocol.TypeClientHello {
		record.Raw = protocol.MaskSecret(record.Raw)
	}
	d := &packetDetail{session: session, row: row, record: record}
	d.sheet = newSheet(e, "Packet "+formatGrouped(row.Seq)+" "+e.glyphs.Dot+" "+row.Type.String(), d.write)
	d.still = true
	return d
}

func (d *packetDetail) write(width int, _ moment) []string {
	least := d.leastFields()
	for _, n := range []int{16, 8} {
		if fields := width - hexdumpWidth(n) - 3; fields >= least {
			return d.sideBySide(d.fields(fields), d.env.hexdump(d.record.Raw, n), fields)
		}
	}
	n := 16
	if width < hexdumpWidth(n) {
		n = 8
	}
	heading := d.env.styles.List.Heading.Render("bytes")
	return append(append(d.fields(width), "", heading), d.env.hexdump(d.record.Raw, n)...)
}

// leastFields is the room that the fields need beside the bytes: more where functions have names.
func (d *packetDetail) leastFields() int {
	switch d.record.Packet.(type) {
	case *protocol.FuncLogBatchPacket, *protocol.CountersPacket, *protocol.DetailsPacket, *protocol.GoroutinesPacket:
		return 60
	}
	return 38
}

func (d *packetDetail) sideBySide(left, right []string, width int) []string {
	lines := make([]string, max(len(left), len(right)))
	middle := " " + d.env.styles.Pane.Border.Render(d.env.glyphs.Border.Vertical) + " "
	for i := range lines {
		var l, r string
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		lines[i] = safe.Fit(l, width) + middle + r
	}
	return lines
}

// fields are the frame, the packet's fields and, where these are numbers of functions, what the functions are called.
func (d *packetDetail) fields(width int) []string {
	lines := d.env.entries(append(d.frame(), d.own()...), width)
	for _, block := range d.blocks(width) {
		if len(block) > 0 {
			lines = append(append(lines, ""), block...)
		}
	}
	return lines
}

// own are the packet's fields, without those that the blocks below them tell better.
func (d *packetDetail) own() []entry {
	switch p := d.record.Packet.(type) {
	case *protocol.DetailsPacket:
		return []entry{{label: "Lost", value: formatGrouped(p.Lost)}}
	case *protocol.GoroutinesPacket:
		return nil
	}
	return packetFields(d.record.Packet)
}

// frame tells how the packet crossed the wire.
func (d *packetDetail) frame() []entry {
	raw, text := d.record.Raw, d.env.styles.Text
	arrow, paint := d.env.direction(d.record.Dir)
	who := " from the program"
	if d.record.Dir == protocol.Out {
		who = " to the program"
	}
	entries := []entry{
		{"at", d.record.At.Format("2006-01-02 15:04:05.000000"), text.Time},
		{"direction", arrow + who, paint},
		{"frame", formatGrouped(uint64(len(raw))) + " bytes", text.Number},
	}
	if len(raw) >= 4 {
		length := formatGrouped(uint64(binary.BigEndian.Uint32(raw)))
		entries = append(entries, entry{"length", length + " after the 4 bytes of the length itself", text.Number})
	}
	if header, err := protocol.DecodeHeader(raw); err == nil {
		packet := "not told"
		if header.PacketLength > 0 {
			packet = formatGrouped(uint64(header.PacketLength)) + " bytes"
		}
		number := strconv.FormatInt(int64(header.PacketType), 10)
		entries = append(entries,
			entry{"header", "packet type " + number + ", " + header.PacketType.String(), text.Type},
			entry{"packet", packet, text.Number})
	}
	return entries
}

func (d *packetDetail) copyText() string {
	var b strings.Builder
	for _, entry := range append(d.frame(), packetFields(d.record.Packet)...) {
		b.WriteString(entry.label + "\t" + entry.value + "\n")
	}
	return b.String()
}
