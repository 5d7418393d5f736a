package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// callDetail is what is known of one call, through which calls it came about, in which packet it came and what its source is.
type callDetail struct {
	*sheet
	session Session
	row     model.CallRow
	callers []model.CallRow // the innermost first
	at      time.Time
	whole   bool   // the callers reach to the goroutine's first call
	packet  uint64 // number of the packet that it came in, 0 when unknown
	keysOf  callDetailKeys

	code    []codeView
	reading bool // the source is being read, or was
}

type callDetailKeys struct{ Caller, Packet, Timeline, Goroutine key.Binding }

// mostCallers is how many callers are told.
const mostCallers = 500

func newCallDetail(e *env, s Session, row model.CallRow, now time.Time) pane {
	d := &callDetail{session: s, row: row, keysOf: callDetailKeys{
		Caller:    bind("u", "its caller", "u"),
		Packet:    bindPacket(),
		Timeline:  bindTimeline(),
		Goroutine: bind("r", "its goroutine", "r"),
	}}
	d.sheet = newSheet(e, "Call "+formatGrouped(row.Seq), d.write)
	d.callers, d.whole = s.Callers(row.Seq, mostCallers, now)
	d.packet, _ = s.PacketOfCall(row.Seq)
	return d
}

func bindPacket() key.Binding { return bind("P", "the packet it came in", "P") }

func (d *callDetail) keys() []key.Binding {
	k := d.keysOf
	return slices.Concat([]key.Binding{d.closes, k.Caller, k.Packet, k.Timeline, k.Goroutine}, d.moves.list())
}

func (d *callDetail) update(msg tea.Msg) (tea.Cmd, bool) {
	if press, ok := msg.(tea.KeyPressMsg); ok {
		switch k := d.keysOf; {
		case key.Matches(press, k.Caller):
			return d.showCaller(), true
		case key.Matches(press, k.Packet):
			return showPacketOf(d.session, d.row.Seq), true
		case key.Matches(press, k.Timeline):
			return showTimelineOf(d.row.Seq), true
		case key.Matches(press, k.Goroutine):
			return func() tea.Msg { return showGoroutineMsg{d.row.G} }, true
		}
	}
	return d.sheet.update(msg)
}

// showCaller opens what is known of the caller.
func (d *callDetail) showCaller() tea.Cmd {
	if len(d.callers) == 0 {
		return func() tea.Msg { return noticeMsg{text: noCaller(d.row)} }
	}
	caller := newCallDetail(d.env, d.session, d.callers[0], d.at)
	return func() tea.Msg { return openMsg{caller} }
}

// showPacketOf goes to the packet that a call came in.
func showPacketOf(s Session, seq uint64) tea.Cmd {
	packet, ok := s.PacketOfCall(seq)
	if !ok {
		return func() tea.Msg { return noticeMsg{text: "the packet that it came in is not known"} }
	}
	return func() tea.Msg { return showPacketMsg{number: packet, call: seq} }
}

// work implements [worker]: it reads the source.
func (d *callDetail) work() tea.Cmd {
	if d.reading {
		return nil
	}
	d.reading = true
	row, since := d.row, d.session.Row(d.at).Opened
	var caller *model.CallRow
	if len(d.callers) > 0 {
		of := d.callers[0]
		caller = &of
	}
	return func() tea.Msg {
		code := codeOf(row, caller, since)
		return workedMsg{func() { d.code = code }}
	}
}

// behindStore implements [worker].
func (d *callDetail) behindStore() bool { return false }

func (d *callDetail) write(width int, at moment) []string {
	d.at = at.now
	if row, ok := d.session.Call(d.row.Seq, at.now); ok {
		d.row = row
	}
	for i, caller := range d.callers {
		if row, ok := d.session.Call(caller.Seq, at.now); ok {
			d.callers[i] = row
		}
	}
	lines := d.env.entries(d.facts(), width)
	for _, b := range d.blocks(width) {
		if len(b.lines) > 0 {
			lines = append(append(lines, "", d.env.styles.List.Heading.Render(b.heading)), b.lines...)
		}
	}
	return lines
}

// block is lines below a heading.
type block struct {
	heading string
	lines   []string
}

// blocks are what is told below the facts: what the tracee said of the call, and how it came about.
func (d *callDetail) blocks(width int) []block {
	row, text := d.row, d.env.styles.Text
	blocks := []block{
		{"error", paragraphs(row.Err, width, text.Warn)},
		{"arguments", listed(row.Args, width, text.Plain)},
		{"results", listed(row.Results, width, text.Plain)},
		{"called by", d.callerLines(width)},
		{"goroutine started by", d.env.origin(d.session, row.G, width)},
	}
	for _, view := range d.code {
		blocks = append(blocks, block{view.heading, d.env.codeLines(view, width)})
	}
	return blocks
}

// paragraphs are the lines of a stranger's text, those that are too long broken.
func paragraphs(t protocol.Text, width int, paint Paint) []string {
	if t == "" {
		return nil
	}
	var lines []string
	for _, line := range safe.Lines(t) {
		for _, part := range fold(line, width) {
			lines = append(lines, paint.Render(part))
		}
	}
	return lines
}

// listed are the lines of several values, each beginning with a line of its own.
func listed(values protocol.Text, width int, paint Paint) (lines []string) {
	for _, value := range splitValues(values) {
		lines = append(lines, paragraphs(value, width, paint)...)
	}
	return lines
}

func (d *callDetail) callerLines(width int) []string {
	var lines []string
	for _, caller := range d.callers {
		lines = append(lines, d.line(caller, width))
	}
	if len(lines) > 0 && !d.whole {
		lines = append(lines, d.env.styles.Text.Dim.Render(d.env.glyphs.Ellipsis+" earlier ones are too far back, or no longer kept"))
	}
	return lines
}

func (d *callDetail) facts() []entry {
	row, text := d.row, d.env.styles.Text
	facts := []entry{
		{"function", safe.Text(row.Name), text.Strong},
		{"source", safe.String(place(row.File, row.Line)), text.Plain},
		{"goroutine", d.parentage() + ", depth " + strconv.Itoa(row.Depth), text.Plain},
		{"start", row.Start.Format("2006-01-02 15:04:05.000000000"), text.Plain},
		{"duration", formatDuration(row.Duration, d.env.glyphs), d.env.callPaint(row)},
		{"end", endText(row.End), d.env.namePaint(row.End)},
	}
	if row.Span != "" {
		facts = slices.Insert(facts, 1, entry{"works on", safe.Text(row.Span), text.Type})
	}
	if d.packet != 0 {
		facts = append(facts, entry{"packet", d.packetText(), text.Plain})
	}
	if row.Touched {
		const touched = "events were lost meanwhile: calls that it made may be missing"
		facts = append(facts, entry{"losses", d.env.glyphs.Touched + " " + touched, text.Bad})
	}
	if len(d.callers) > 0 {
		if share := callerShare(row, d.callers[0]); share != "" {
			facts = append(facts, entry{"share", share, text.Plain})
		}
	}
	return facts
}

// packetText tells of the packet that the call came in.
func (d *callDetail) packetText() string {
	name := "#" + formatGrouped(d.packet)
	page := d.session.Packets(model.PacketQuery{Anchor: d.packet, After: 1})
	if len(page.Rows) == 0 || page.Rows[0].Seq != d.packet {
		return name + ", no longer kept"
	}
	row := page.Rows[0]
	return name + " " + row.At.Format("15:04:05.000000") + ", " + formatBytes(uint64(row.Bytes)) + ", P shows it"
}

// parentage is the call's goroutine and the one that started it, if that is known.
func (d *callDetail) parentage() string {
	name := goroutineName(d.row.G)
	if g, ok := d.session.Goroutine(d.row.G); ok && g.Parent != 0 {
		name += " " + d.env.glyphs.In + " " + goroutineName(g.Parent)
	}
	return name
}

// callerShare is how much of its caller's time a call took.
func callerShare(row, caller model.CallRow) string {
	if row.Depth != caller.Depth+1 || caller.Duration <= 0 {
		return ""
	}
	share := min(1, float64(row.Duration)/float64(caller.Duration))
	return strconv.FormatFloat(100*share, 'f', 1, 64) + "% of its caller's time"
}

func endText(end model.CallEnd) string {
	switch end {
	case model.EndOpen:
		return "running"
	case model.EndReturn:
		return "returned"
	case model.EndError:
		return "returned an error"
	case model.EndPanic:
		return "left by a panic or runtime.Goexit"
	}
	return "unknown: its end was lost, or the session ended before it"
}

// line is a caller with its duration.
func (d *callDetail) line(row model.CallRow, width int) string {
	const figure = durationWidth + 2
	name := max(1, width-figure-2)
	return d.env.fit(clean(row.Name, name), name, false) + "  " + d.env.lasted(row, figure, time.Time{})
}

func (d *callDetail) copyText() string {
	var b strings.Builder
	for _, row := range append([]model.CallRow{d.row}, d.callers...) {
		b.WriteString(string(row.Name + "\n\t" + protocol.Text(place(row.File, row.Line)) + "\n"))
	}
	for _, told := range []struct {
		label string
		text  protocol.Text
	}{{"works on", d.row.Span}, {"arguments", d.row.Args}, {"results", d.row.Results}, {"error", d.row.Err}} {
		if told.text != "" {
			b.WriteString(told.label + ": " + string(told.text) + "\n")
		}
	}
	return b.String()
}

func (d *callDetail) location() (file string, line int) { return string(d.row.File), int(d.row.Line) }
