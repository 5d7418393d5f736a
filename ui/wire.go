package ui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
)

// wirePane is the tab of packets: their log, the fields of the chosen one, and the bytes that these lie in.
type wirePane struct {
	packetLog
	bindings wireKeys
	areas    wireAreas
	width    int
	height   int
	part     wirePart
	shown    wireDetail
	tree     wireTree
	bytes    wireBytes
	kinds    wireKinds
	below    []string // what is below the log, painted
	wanted   showPacketMsg
}

// wirePart is what of the pane gets the keys.
type wirePart int

const (
	wireList wirePart = iota
	wireFields
	wireHex
)

// wireDetail is the packet that is shown below the log.
type wireDetail struct {
	session  Session
	row      model.PacketRow // of number 0 for none
	parts    *protocol.Dissection
	salvaged bool      // it never crossed the connection
	since    time.Time // when it came into view
}

// detailPace is how long a packet stays in view, at least, while the newest ones are followed.
const detailPace = 250 * time.Millisecond

func newWirePane(e *env) *wirePane {
	p := &wirePane{bindings: newWireKeys()}
	p.packetLog.init(e)
	p.kinds.table = table{env: e, columns: kindColumns}
	p.kinds.bindings = kindsKeys{Filter: bind("enter", "packets of the type", "enter")}
	p.tree.folds = map[string]bool{}
	return p
}

func (p *wirePane) title() string { return "Packets" }

func (p *wirePane) resize(width, height int) {
	p.width, p.height = width, height
	p.lay()
	p.kinds.table.resize(width)
}

// lay gives the parts their places.
func (p *wirePane) lay() {
	p.areas = layWire(p.width, p.height, p.part)
	p.logPane.resize(p.width, p.areas.list.height)
}

// focus gives the keys to a part. Who looks into a packet doesn't want it to go away.
func (p *wirePane) focus(part wirePart) {
	if part != wireList && p.shown.parts == nil {
		part = wireList
	}
	if part != wireList {
		p.hold()
	}
	if p.part = part; p.areas != layWire(p.width, p.height, part) {
		p.lay()
	}
}

// hold stops following, at the packet that is shown.
func (p *wirePane) hold() {
	if p.list.following && p.shown.row.Seq != 0 {
		p.list.goTo(p.shown.row.Seq)
	}
}

func (p *wirePane) refresh(at moment) {
	if at.session != p.at.session {
		p.part, p.shown = wireList, wireDetail{}
	}
	if p.part == wireList && p.areas != layWire(p.width, p.height, p.part) {
		p.lay()
	}
	if p.kinds.shown {
		p.at, p.kinds.table.focused = at, at.focused
		p.kinds.load(at)
		return
	}
	p.packetLog.refresh(at)
	p.table.focused = at.focused && p.part == wireList
	p.inspect()
	p.arrive()
	p.below = p.compose()
}

// inspect takes the chosen packet apart, if it is another one than before.
func (p *wirePane) inspect() {
	row, ok := p.list.selected()
	d := &p.shown
	switch {
	case p.at.session == nil || !ok && d.row.Seq == 0:
		*d = wireDetail{}
		p.tree.load(nil)
		return
	case !ok || d.session == p.at.session && d.row.Seq == row.Seq:
		return
	case d.session == p.at.session && p.list.following && p.at.now.Sub(d.since) < detailPace && !p.at.now.Before(d.since):
		return
	}
	*d = wireDetail{session: p.at.session, row: row, since: p.at.now}
	if record, ok := p.at.session.PacketAt(row.Seq); ok {
		d.dissect(record)
	}
	p.tree.load(d.parts)
	p.bytes = wireBytes{}
}

// dissect takes a packet apart. One that was salvaged has no bytes: those that it would have had stand for them.
func (d *wireDetail) dissect(record protocol.Record) {
	raw := record.Raw
	switch {
	case raw == nil && record.Packet == nil:
		return
	case raw == nil:
		d.salvaged = true
		var err error
		if raw, err = protocol.AppendFrame(nil, record.Packet); err != nil {
			return
		}
	}
	if d.row.Type == protocol.TypeClientHello {
		raw = protocol.MaskSecret(raw)
	}
	d.parts = protocol.Dissect(raw)
}

// goTo shows a packet, whatever the filter was, and the event in it that began a call, if one is named.
func (p *wirePane) goTo(at moment, to showPacketMsg) tea.Cmd {
	p.kinds.shown = false
	p.refresh(at)
	p.setFilter("")
	if at.session == nil {
		return nil
	}
	page := at.session.Packets(model.PacketQuery{Anchor: to.number, After: 1})
	if len(page.Rows) == 0 || page.Rows[0].Seq != to.number {
		return told(nil, "packet "+formatGrouped(to.number)+" is no longer kept")
	}
	p.kept, p.wanted = false, to
	p.shown = wireDetail{}
	p.list.goTo(to.number)
	return nil
}

// arrive ends what goTo began, as soon as the pane has room for the packet.
func (p *wirePane) arrive() {
	to := p.wanted
	if to.number == 0 || p.list.goal != 0 {
		return
	}
	p.wanted = showPacketMsg{}
	if p.shown.row.Seq != to.number { // the time range leaves it out
		return
	}
	p.focus(wireFields)
	if p.part != wireFields || to.call == 0 {
		return
	}
	if i := p.shown.eventOf(to.call, p.at.now); i >= 0 {
		p.tree.choose(i)
	}
}

// eventOf is the part for the event that began a call, -1 when it isn't among them.
func (d *wireDetail) eventOf(call uint64, now time.Time) int {
	row, ok := d.session.Call(call, now)
	if !ok {
		return -1
	}
	zero := d.session.Wall(0)
	for i, e := range d.parts.Events {
		if e.Kind == protocol.Enter && e.G == row.G && zero.Add(time.Duration(e.Time)).Equal(row.Start) {
			return d.parts.EventPart(i)
		}
	}
	return -1
}

func (p *wirePane) view() string {
	if p.kinds.shown {
		return p.kinds.view(p.env, p.at, p.height)
	}
	var lines []string
	if p.areas.list.height > 0 {
		lines = strings.Split(p.packetLog.view(), "\n")
	}
	return strings.Join(fill(append(lines, p.below...), p.width, p.height), "\n")
}

// compose draws what is below the log.
func (p *wirePane) compose() (lines []string) {
	a := p.areas
	if a.rule.height == 0 {
		return nil
	}
	lines = append(lines, p.rule())
	if p.shown.parts == nil {
		return append(lines, p.why()...)
	}
	fields, hex := p.drawFields(a.fields), p.drawBytes(a.bytes)
	if a.beside {
		return append(lines, p.env.sideBySide(fields, hex, a.fields.width)...)
	}
	return append(append(lines, fields...), hex...)
}

// why says why there is nothing to look into.
func (p *wirePane) why() []string {
	row := p.shown.row
	if row.Seq == 0 {
		return nil
	}
	text := "The bytes of this packet are no longer kept: of packets of more than a kilobyte there are those of the newest ones."
	var lines []string
	for _, line := range wrap(text, max(1, p.width-2)) {
		lines = append(lines, " "+p.env.styles.Text.Dim.Render(line))
	}
	return lines
}

// sideBySide puts lines beside others.
func (e *env) sideBySide(left, right []string, width int) []string {
	lines := make([]string, max(len(left), len(right)))
	middle := e.styles.Pane.Border.Render(e.glyphs.Border.Vertical)
	for i := range lines {
		var l, r string
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		lines[i] = fill([]string{l}, width, 1)[0] + middle + r
	}
	return lines
}
