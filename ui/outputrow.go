package ui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// The columns of the output.
const (
	outputTime = iota
	outputStream
	outputGoroutine
	outputLevel
	outputText
)

var outputColumns = []tableColumn{
	outputTime:      {title: "time", min: 9, want: 12, most: 15, rank: 1},
	outputStream:    {title: "", min: 4, want: 4, most: 4},
	outputGoroutine: {title: "goroutine", short: "gor", rank: 2}, // no room until a line tells its own, as is the level's
	outputLevel:     {title: "level"},
	outputText:      {title: "output", min: 10, want: 40, most: 400},
}

// streamChoices are the streams that can be shown: what a program logs often is printed, too.
var streamChoices = []struct {
	streams []string
	told    string
}{
	{nil, ""},
	{[]string{"stdout", "stderr"}, "only what was printed (s)"},
	{[]string{"log", "slog"}, "only what was logged (s)"},
}

// choose shows other streams.
func (p *outputPane) choose(choice int) {
	p.choice, p.kept = choice, false
	p.list.refilter()
}

// refresh takes a new snapshot, and makes room for what its lines tell.
func (p *outputPane) refresh(at moment) {
	if at.session != p.at.session {
		p.logs = false
	}
	p.logPane.refresh(at)
	if !p.list.following {
		p.findOrigin()
	}
	if p.asks && !p.env.typable() {
		p.leave()
	}
	goroutine := len("gor")
	for _, line := range p.list.rows {
		p.logs = p.logs || line.G != 0 || line.Level != ""
		goroutine = max(goroutine, len(goroutineName(line.G)))
	}
	p.makeRoom(goroutine)
}

func (p *outputPane) makeRoom(goroutine int) {
	const level, most = len("ERROR"), len("DEBUG-4")
	columns := p.table.columns
	g, l := outputColumns[outputGoroutine], outputColumns[outputLevel]
	if p.logs {
		goroutine = max(goroutine, columns[outputGoroutine].min) // and never less, so that the lines stay where they are
		g.min, g.want, g.most = goroutine, goroutine, max(goroutine, len(g.title))
		l.min, l.want, l.most = level, level, most
	}
	if columns[outputGoroutine] != g || columns[outputLevel] != l {
		columns[outputGoroutine], columns[outputLevel] = g, l
		p.table.resize(p.table.width)
	}
}

func (p *outputPane) draw(i int) string {
	line, text := p.list.rows[i], p.env.styles.Text
	stream, paint := p.env.stream(line)
	r := p.table.row(p.chosen(line))
	r.own(formatClock(line.At, r.room()), text.Time)
	r.own(stream, paint)
	goroutine := ""
	if line.G != 0 {
		goroutine = goroutineName(line.G)
	}
	r.own(goroutine, text.Goroutines[line.G%uint64(len(text.Goroutines))])
	r.cell(clean(line.Level, r.room()), p.env.levelPaint(line.Level, text.Good))
	r.match(p.scrolled(line.Text, r.room()), p.needle(), p.env.levelPaint(line.Level, text.Plain))
	return r.String()
}

// stream is what a line's stream is called.
func (e *env) stream(line model.OutputLine) (name string, paint Paint) {
	switch line.Stream {
	case "stderr":
		return "err", e.styles.Text.Warn
	case "log", "slog":
		return line.Stream, e.styles.Text.Type
	}
	return "out", e.styles.Text.Plain
}

// levelPaint is the paint of a level of package slog, which may be one of its own with a distance, such as "WARN+2".
func (e *env) levelPaint(level protocol.Text, otherwise Paint) Paint {
	text := e.styles.Text
	for _, known := range []struct {
		name  string
		paint Paint
	}{{"ERROR", text.Bad}, {"WARN", text.Warn}, {"DEBUG", text.Dim}} {
		if strings.HasPrefix(string(level), known.name) {
			return known.paint
		}
	}
	return otherwise
}

// scrolled is the part of a line that begins where the view does.
func (p *outputPane) scrolled(t protocol.Text, width int) string {
	if len(t) == 0 {
		return ""
	}
	line := safe.Lines(beginning(t, p.left+width))[0]
	if p.left == 0 {
		return line
	}
	return safe.Cut(line, p.left, p.left+width+1)
}

// lineOrigin is the call that a line came from.
type lineOrigin struct {
	session Session
	line    uint64 // number of the line, 0 for none
	g       uint64 // its goroutine: that of a line may become known later
	call    uint64 // number of the call, 0 when it isn't known
	text    string // which one that is
	looked  time.Time
}

// findOrigin looks for the call that the chosen line came from, if it is another line than before: the innermost one of its
// goroutine at that time. Of a line whose goroutine nobody knows, it is the newest call that had begun by then.
func (p *outputPane) findOrigin() {
	line, ok := p.list.selected()
	if !ok || p.at.session == nil {
		p.from = lineOrigin{}
		return
	}
	const again = time.Second // after which a call that wasn't there may be
	o := p.from
	if o.session == p.at.session && o.line == line.Seq && o.g == line.G && (o.call != 0 || p.at.now.Sub(o.looked) < again) {
		return
	}
	p.from = lineOrigin{session: p.at.session, line: line.Seq, g: line.G, looked: p.at.now}
	seq, ok := p.at.session.CallAt(line.G, line.At)
	row, known := p.at.session.Call(seq, p.at.now)
	if !ok || !known {
		return
	}
	p.from.call = seq
	where := "in "
	if line.G == 0 {
		where = p.env.glyphs.Guess + " in "
	}
	p.from.text = where + clean(shortName(row.Name), originWidth)
}

// originWidth bounds what is told of the call that a line came from.
const originWidth = 48

// origin goes to the call that the chosen line came from.
func (p *outputPane) origin() tea.Cmd {
	p.findOrigin()
	switch {
	case p.from.line == 0:
		return nil
	case p.from.call == 0:
		return told(nil, "no traced call is known to have been going on there")
	}
	seq := p.from.call
	return func() tea.Msg { return showCallMsg{seq} }
}
