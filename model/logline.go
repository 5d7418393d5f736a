package model

import (
	"bytes"
	"strings"
	"time"

	"goapptrace/protocol"
)

// maxLevel is how many bytes of a log line's level are kept.
const maxLevel = 32

// maxLogLines is how many lines are made of one that was logged with newlines in it; the last one has the rest.
const maxLogLines = 256

// lately is how many lines back a line is looked for that was both logged and printed, or moved to its place in time.
const lately = 256

// logLine adds what the program logged to its output.
func (s *Session) logLine(p *protocol.LogPacket, at time.Time) protocol.Text {
	text := logText(p)
	if s.clock.known && p.Time != 0 {
		at = s.clock.wall(p.Time)
	}
	if text != "" {
		s.output.log(line{at: at, stream: logStream(p.Stream), level: clip(p.Level, maxLevel), g: p.G}, text)
	}
	if p.Level == "" {
		return protocol.Text(text)
	}
	return clip(p.Level, maxLevel) + " " + protocol.Text(text)
}

// logText is a log line as one text, attributes behind the message, as far as a line of output goes.
func logText(p *protocol.LogPacket) string {
	var b strings.Builder
	b.WriteString(strings.TrimSuffix(string(p.Message), "\n"))
	for i := range min(len(p.Keys), len(p.Values)) {
		if b.Len() > maxLine {
			break
		}
		b.WriteString(" " + string(p.Keys[i]) + "=" + string(p.Values[i]))
	}
	return b.String()
}

// logStream is the stream under which output shows: one of four, whatever the tracee says.
func logStream(stream protocol.Text) string {
	switch stream {
	case "stdout", "stderr", "slog":
		return string(stream)
	}
	return "log"
}

// log adds a text that was logged, line by line. What has been printed too stays one line.
func (l *outputLog) log(ln line, text string) {
	for _, piece := range strings.SplitN(text, "\n", maxLogLines) {
		data := []byte(piece)
		for len(data) > maxLine {
			l.insert(ln, data[:maxLine])
			data = data[maxLine:]
		}
		if !l.printed(ln, data) {
			l.insert(ln, data)
		}
	}
	l.fit(l.most)
}

// insert adds a line at its place in time among the latest. The lines behind that place get new numbers.
func (l *outputLog) insert(ln line, text []byte) {
	ln.text = bytes.Clone(text)
	if l.ring.push(ln); ln.awaits() {
		l.logs++
	}
	l.bytes += ln.cost()
	first := l.ring.first()
	for seq := l.ring.last; seq > max(first, l.ring.last-min(lately, l.ring.last)); seq-- {
		this, before := l.ring.at(seq), l.ring.at(seq-1)
		if !before.at.After(this.at) {
			return
		}
		*this, *before = *before, *this
		for stream, open := range l.open {
			if open == seq-1 {
				l.open[stream] = seq
			}
		}
	}
}

// awaits says whether the line may have been printed as well, of which nothing has been seen.
func (l *line) awaits() bool { return l.stream == "log" && !l.twin }

// printed looks for a line that package log printed to standard output or error, as it does by default: there the line has
// everything but the goroutine.
func (l *outputLog) printed(ln line, text []byte) bool {
	if ln.stream != "log" {
		return false
	}
	at := l.find(text, func(old *line) bool {
		return old.g == 0 && (old.stream == "stdout" || old.stream == "stderr")
	})
	if at != nil {
		at.g, at.twin, at.verdict = ln.g, true, verdict{}
	}
	return at != nil
}

// logged is printed the other way round: the log's word came first.
func (l *outputLog) logged(stream string, text []byte) bool {
	if l.logs == 0 || l.openLen(stream) > 0 {
		return false
	}
	at := l.find(text, (*line).awaits)
	if at != nil {
		at.stream, at.twin, at.verdict = stream, true, verdict{}
		l.logs--
	}
	return at != nil
}

// find is the first of the latest lines that have the text, are finished and pass; nil when there is none.
func (l *outputLog) find(text []byte, pass func(*line) bool) *line {
	text = bytes.TrimSuffix(text, cr)
	for seq := max(l.ring.first(), l.ring.last-min(lately, l.ring.last)); seq <= l.ring.last; seq++ {
		old := l.ring.at(seq)
		if old != nil && !old.twin && bytes.Equal(bytes.TrimSuffix(old.text, cr), text) && l.open[old.stream] != seq && pass(old) {
			return old
		}
	}
	return nil
}
