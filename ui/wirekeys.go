package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/protocol"
)

type wireKeys struct {
	Calls, Fields, Kinds, JSON        key.Binding
	Fold, Right, Left, Bytes, Log     key.Binding
	FoldAll, UnfoldAll                key.Binding
	NextByte, PreviousByte            key.Binding
	Leave, NextPacket, PreviousPacket key.Binding
}

func newWireKeys() wireKeys {
	return wireKeys{
		Calls:          bind("enter", "its calls", "enter"),
		Fields:         bind("→/l", "fields", "right", "l"),
		Kinds:          bind("v", "by type", "v"),
		JSON:           bind("Y", "copy as JSON", "Y"),
		Fold:           bind("enter", "open, unfold", "enter"),
		Right:          bind("→/l", "unfold, bytes", "right", "l"),
		Left:           bind("←/h", "fold, back", "left", "h"),
		Bytes:          bind("b", "bytes", "b"),
		Log:            bind("esc", "back to the packets", "esc"),
		FoldAll:        bind("E", "fold all", "E"),
		UnfoldAll:      bind("e", "unfold all", "e"),
		NextByte:       bind("→/l", "next byte", "right", "l"),
		PreviousByte:   bind("←/h", "previous byte", "left", "h"),
		Leave:          bind("esc", "back to the fields", "esc", "enter"),
		NextPacket:     bind(">", "next packet", ">"),
		PreviousPacket: bind("<", "previous packet", "<"),
	}
}

func (p *wirePane) keys() []key.Binding {
	own := p.keysIn(p.part)
	if p.kinds.shown {
		own = p.kindsKeys()
	}
	return append(own, p.moves.list()...)
}

// keysIn are the keys of a part.
func (p *wirePane) keysIn(part wirePart) []key.Binding {
	b := p.bindings
	switch part {
	case wireFields:
		return []key.Binding{b.Fold, b.Log, b.Right, b.Left, b.Bytes, b.NextPacket, b.PreviousPacket, b.UnfoldAll, b.FoldAll, b.JSON}
	case wireHex:
		return []key.Binding{b.Leave, b.NextByte, b.PreviousByte, b.NextPacket, b.PreviousPacket, b.JSON}
	}
	return []key.Binding{b.Calls, b.Fields, b.Kinds, p.packetLog.bindings.Follow, b.Bytes, b.JSON}
}

func (p *wirePane) kindsKeys() []key.Binding {
	return []key.Binding{p.kinds.bindings.Filter, p.bindings.Kinds}
}

// allKeys implements [changeable].
func (p *wirePane) allKeys() []key.Binding {
	return slices.Concat(p.keysIn(wireList), p.keysIn(wireFields), p.keysIn(wireHex), p.kindsKeys())
}

func (p *wirePane) update(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case tea.MouseClickMsg, tea.MouseWheelMsg:
		return p.pointer(msg.(tea.MouseMsg))
	case tea.KeyPressMsg:
		if cmd, handled := p.anywhere(msg); handled {
			return cmd, true
		}
		switch {
		case p.kinds.shown:
			return p.inKinds(msg)
		case p.part == wireFields && p.shown.parts != nil:
			return p.inFields(msg)
		case p.part == wireHex && p.shown.parts != nil:
			return nil, p.inBytes(msg)
		}
		return p.inList(msg)
	}
	return nil, false
}

// anywhere handles the keys that mean the same in all parts.
func (p *wirePane) anywhere(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	b := p.bindings
	switch {
	case key.Matches(msg, b.Kinds):
		p.kinds.shown = !p.kinds.shown
	case p.kinds.shown:
		return nil, false
	case key.Matches(msg, b.JSON):
		return p.copyJSON(), true
	case key.Matches(msg, b.NextPacket), key.Matches(msg, b.PreviousPacket):
		n := 1
		if key.Matches(msg, b.PreviousPacket) {
			n = -1
		}
		p.hold()
		p.kept = false
		p.list.move(n)
	case key.Matches(msg, b.Bytes) && p.part != wireHex:
		p.enterBytes()
	default:
		return nil, false
	}
	return nil, true
}

func (p *wirePane) inList(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	switch b := p.bindings; {
	case key.Matches(msg, b.Calls):
		return p.openPacket(), true
	case key.Matches(msg, b.Fields):
		p.focus(wireFields)
		return nil, true
	}
	handled, _ := p.move(msg)
	return nil, handled
}

// openPacket goes to the calls that began in a batch, and into any other packet.
func (p *wirePane) openPacket() tea.Cmd {
	row, ok := p.list.selected()
	if !ok {
		return nil
	}
	if row.Type != protocol.TypeFuncLogBatch && row.Type != protocol.TypeRawFuncLog {
		p.focus(wireFields)
		return nil
	}
	first, _, ok := p.at.session.CallsOfPacket(row.Seq)
	if !ok {
		return told(nil, "none of the calls that began in packet "+formatGrouped(row.Seq)+" is kept")
	}
	return func() tea.Msg { return showCallMsg{first} }
}

func (p *wirePane) inFields(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	i := p.tree.chosen()
	switch b := p.bindings; {
	case key.Matches(msg, b.Log):
		p.focus(wireList)
	case key.Matches(msg, b.Fold):
		if i >= 0 && !p.tree.fold(i, !p.tree.folded(i)) {
			return p.openPart(i), true
		}
	case key.Matches(msg, b.Right):
		if i < 0 || !p.tree.fold(i, false) {
			p.enterBytes()
		}
	case key.Matches(msg, b.Left):
		p.outwards(i)
	case key.Matches(msg, b.FoldAll):
		p.tree.foldAll(true)
	case key.Matches(msg, b.UnfoldAll):
		p.tree.foldAll(false)
	default:
		n, ok := p.moves.lines(msg, p.tree.height)
		if p.tree.move(n); ok {
			p.bytes.scroll = 0
		}
		return nil, ok
	}
	return nil, true
}

// outwards folds a part, else goes to what holds it, else back to the log.
func (p *wirePane) outwards(i int) {
	switch {
	case i < 0:
		p.focus(wireList)
	case p.tree.fold(i, true):
	case p.shown.parts.Parent(i) >= 0:
		p.tree.choose(p.shown.parts.Parent(i))
	default:
		p.focus(wireList)
	}
}

func (p *wirePane) inBytes(msg tea.KeyPressMsg) bool {
	switch b := p.bindings; {
	case key.Matches(msg, b.Leave):
		p.focus(wireFields)
	case key.Matches(msg, b.NextByte):
		p.step(1)
	case key.Matches(msg, b.PreviousByte):
		p.step(-1)
	default:
		n, ok := p.moves.lines(msg, p.areas.bytes.height)
		switch {
		case !ok:
			return false
		case n <= -far:
			p.step(-p.bytes.at)
		case n >= far:
			p.step(len(p.shown.parts.Frame))
		default:
			p.step(n * p.areas.row)
		}
	}
	return true
}

// pointer handles the mouse.
func (p *wirePane) pointer(msg tea.MouseMsg) (tea.Cmd, bool) {
	at := msg.Mouse()
	wheel, turned := msg.(tea.MouseWheelMsg)
	lines := 0
	if turned {
		lines, _ = p.moves.lines(wheel, 1)
	}
	a := p.areas
	switch {
	case p.kinds.shown:
		p.kinds.pointer(p, at.Y, lines)
	case a.list.contains(at.X, at.Y):
		if !turned {
			p.focus(wireList)
		}
		_, again := p.move(msg)
		if again {
			return p.openPacket(), true
		}
	case p.shown.parts == nil:
	case turned && a.fields.contains(at.X, at.Y):
		p.tree.move(lines)
	case turned && a.bytes.contains(at.X, at.Y):
		p.scrollBytes(lines)
	case a.fields.contains(at.X, at.Y):
		p.focus(wireFields)
		return p.clickField(p.tree.top + at.Y - a.fields.y), true
	case a.bytes.contains(at.X, at.Y):
		if b := p.byteAt(at.X-a.bytes.x, at.Y-a.bytes.y); b >= 0 {
			p.focus(wireHex)
			p.step(b - p.bytes.at)
		}
	}
	return nil, true
}

func (p *wirePane) scrollBytes(lines int) {
	if p.part == wireHex {
		p.step(lines * p.areas.row)
	} else {
		p.bytes.scroll += lines
	}
}

// clickField chooses a field; a second time it folds or opens it.
func (p *wirePane) clickField(line int) tea.Cmd {
	if line >= len(p.tree.visible) {
		return nil
	}
	again := line == p.tree.cursor
	p.tree.cursor = line
	if i := p.tree.chosen(); again && !p.tree.fold(i, !p.tree.folded(i)) {
		return p.openPart(i)
	}
	return nil
}

// openPart goes to the call that an event, a detail or a logged line is about, or to the goroutine.
func (p *wirePane) openPart(i int) tea.Cmd {
	if g, ok := p.shown.goroutineOf(i); ok {
		return func() tea.Msg { return showGoroutineMsg{g} }
	}
	g, t, ok := p.shown.about(i)
	if !ok {
		return nil
	}
	s := p.shown.session
	seq, ok := s.CallAt(g, s.Wall(t))
	if !ok {
		return told(nil, "this call is not kept")
	}
	return func() tea.Msg { return showCallMsg{seq} }
}

// about is the goroutine and the time, monotonic in the tracee, of the call that a part is about.
func (d *wireDetail) about(i int) (g uint64, t int64, ok bool) {
	part := &d.parts.Parts[i]
	switch p := d.parts.Packet.(type) {
	case *protocol.FuncLogBatchPacket:
		if part.Kind == protocol.PartRow && d.setOf(i) == "events" {
			e := d.parts.Events[part.Index]
			return e.G, e.Time, true
		}
	case *protocol.DetailsPacket:
		if n := int(part.Index); part.Kind == protocol.PartRow && n < min(len(p.Gs), len(p.Starts)) {
			return p.Gs[n], p.Starts[n], true
		}
	case *protocol.LogPacket:
		return p.G, p.Time, p.Time != 0
	}
	return 0, 0, false
}

// goroutineOf is the goroutine whose origin a part tells.
func (d *wireDetail) goroutineOf(i int) (g uint64, ok bool) {
	p, ok := d.parts.Packet.(*protocol.GoroutinesPacket)
	part := &d.parts.Parts[i]
	if !ok || part.Kind != protocol.PartRow || d.setOf(i) != "goroutines" {
		return 0, false
	}
	return p.IDs[part.Index], true
}
