package model

import (
	"bytes"
	"slices"
	"time"

	"goapptrace/protocol"
)

// maxLine is how many bytes a line of output may have; longer ones are broken.
const maxLine = 16 << 10

// cr ends lines that came through a terminal.
var cr = []byte("\r")

// line is one line of output, which may still grow.
type line struct {
	at     time.Time
	stream string
	level  protocol.Text
	g      uint64
	text   []byte
	twin   bool // was both logged and printed
	verdict
}

var lineCost = slotCost[line]()

// cost is the bytes that the line keeps in memory.
func (l *line) cost() int {
	const least = 16 // of what is allocated of texts
	cost := lineCost + taken(cap(l.text))
	if l.level != "" {
		cost += taken(max(len(l.level), least))
	}
	return cost
}

// outputLog is the newest lines that the program printed.
type outputLog struct {
	ring  ring[line]
	open  map[string]uint64 // by stream, the line that has not ended
	logs  int               // lines of package log that were not printed yet, or never will be
	bytes int
	most  int

	filter logFilter
}

// write adds what was written to a stream. A line is seen before it ends, so that a prompt shows.
func (l *outputLog) write(at time.Time, stream string, data []byte) {
	for len(data) > 0 {
		n := bytes.IndexByte(data, '\n')
		ends := n >= 0
		if !ends {
			n = len(data)
		}
		if ends && l.logged(stream, data[:n]) {
			data = data[n+1:]
			continue
		}
		if room := maxLine - l.openLen(stream); n > room {
			l.extend(at, stream, data[:room])
			delete(l.open, stream)
			data = data[room:]
			continue
		}
		l.extend(at, stream, data[:n])
		if ends {
			delete(l.open, stream)
			n++
		}
		data = data[n:]
	}
	l.fit(l.most)
}

func (l *outputLog) openLen(stream string) int {
	if old := l.ring.at(l.open[stream]); old != nil {
		return len(old.text)
	}
	return 0
}

// extend adds to the stream's open line, or begins one.
func (l *outputLog) extend(at time.Time, stream string, text []byte) {
	if old := l.ring.at(l.open[stream]); old != nil {
		l.bytes -= old.cost()
		old.text = append(old.text, text...)
		old.verdict = verdict{}
		l.bytes += old.cost()
		return
	}
	l.bytes += l.ring.push(line{at: at, stream: stream, text: bytes.Clone(text)}).cost()
	l.open[stream] = l.ring.last
}

// fit drops lines until they take no more than so many bytes.
func (l *outputLog) fit(bytes int) {
	for l.ring.n > 1 && l.bytes > bytes {
		old := l.ring.drop()
		l.bytes -= old.cost()
		if old.awaits() {
			l.logs--
		}
	}
}

func (l *outputLog) page(q OutputQuery, app string, session uint64) OutputPage {
	l.filter.update(q.Filter, app)
	out := outputLine{app: app, session: session}
	match := func(row *line) bool {
		if len(q.Streams) > 0 && !slices.Contains(q.Streams, row.stream) || !q.Span.Holds(row.at) {
			return false
		}
		out.line = row
		return l.filter.ask(&out, &row.verdict)
	}
	page := OutputPage{Matches: l.ring.n, Dropped: l.ring.first() - 1}
	if l.ring.n > 0 {
		page.First, page.Last = l.ring.first(), l.ring.last
	}
	if q.Filter != nil || len(q.Streams) > 0 || !q.Span.All() {
		page.Matches = l.ring.count(match)
	}
	for _, seq := range l.ring.window(q.Anchor, q.Before, q.After, match) {
		row := l.ring.at(seq)
		text := bytes.TrimSuffix(row.text, cr)
		page.Rows = append(page.Rows, OutputLine{
			Seq: seq, At: row.at, Stream: row.stream, G: row.g, Level: row.level, Text: protocol.Text(text),
		})
	}
	return page
}
