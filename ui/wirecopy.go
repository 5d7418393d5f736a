package ui

import (
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf16"

	tea "charm.land/bubbletea/v2"

	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// Bounds on what is copied: terminals take no more.
const (
	mostCopiedBytes  = 16 << 10 // of a packet
	mostCopiedJSON   = 64 << 10
	copiedEventsStep = 1 << 10
)

// copyText is the bytes in hex: those of the chosen field, or in the log the whole packet.
func (p *wirePane) copyText() string {
	if p.shown.parts == nil || p.kinds.shown {
		return ""
	}
	data := p.shown.parts.Frame
	if i := p.tree.chosen(); p.part != wireList && i >= 0 {
		stretches, lead, _ := p.shown.parts.Where(i)
		var chosen []byte
		for _, s := range stretches {
			chosen = append(chosen, data[s.From+lead:s.End()]...)
			lead = 0
		}
		data = chosen
	}
	return hexLines(data[:min(len(data), mostCopiedBytes)])
}

// hexLines writes bytes in hex, sixteen in a line.
func hexLines(data []byte) string {
	var lines []string
	for len(data) > 0 {
		n := min(len(data), 16)
		digits := hex.EncodeToString(data[:n])
		var line strings.Builder
		for i := 0; i < len(digits); i += 2 {
			if i > 0 {
				line.WriteByte(' ')
			}
			line.WriteString(digits[i : i+2])
		}
		lines, data = append(lines, line.String()), data[n:]
	}
	return strings.Join(lines, "\n")
}

// packetJSON is a packet as it is copied.
type packetJSON struct {
	Number    uint64          `json:"number"`
	Time      string          `json:"time"`
	Direction string          `json:"direction"`
	Type      string          `json:"type"`
	Bytes     int             `json:"bytes"`
	Packet    protocol.Packet `json:"packet"`
	Events    []eventJSON     `json:"events,omitempty"`
	LeftOut   int             `json:"eventsLeftOut,omitempty"`
}

type eventJSON struct {
	Time      int64  `json:"time"` // monotonic ns of the program
	Goroutine uint64 `json:"goroutine"`
	Kind      string `json:"kind"`
	Function  uint64 `json:"function"`
	Name      string `json:"name,omitempty"`
}

// copyJSON puts the packet into the clipboard as JSON.
func (p *wirePane) copyJSON() tea.Cmd {
	d := &p.shown
	if d.parts == nil || d.parts.Packet == nil {
		return told(nil, "there is no packet to copy here")
	}
	text, ok := d.json()
	if !ok {
		return told(nil, "as JSON this packet has over "+formatBytes(mostCopiedJSON)+": too much for a clipboard")
	}
	return tea.Batch(tea.SetClipboard(text), told(nil, "copied packet "+formatGrouped(d.row.Seq)+" as JSON, "+formatBytes(uint64(len(text)))))
}

// json is the packet with as many of its events as there is room for; not ok when it is too long without any.
func (d *wireDetail) json() (text string, ok bool) {
	out := packetJSON{
		Number: d.row.Seq, Time: d.row.At.Format(time.RFC3339Nano), Direction: d.row.Dir.String(), Type: d.row.Type.String(),
		Bytes: d.row.Bytes, Packet: d.parts.Packet,
	}
	for n := min(len(d.parts.Events), copiedEventsStep); ; n /= 2 {
		out.Events, out.LeftOut = nil, len(d.parts.Events)-n
		for _, e := range d.parts.Events[:n] {
			name, _ := d.session.FunctionName(e.Func)
			out.Events = append(out.Events, eventJSON{e.Time, e.G, strings.TrimSpace(eventName(e.Kind)), e.Func, string(name)})
		}
		b, err := json.Marshal(out)
		if err != nil {
			return "", false
		}
		if text = escapeHidden(string(b)); len(text) <= mostCopiedJSON {
			return text, true
		}
		if n == 0 {
			return "", false
		}
	}
}

// escapeHidden writes the characters in JSON that terminals obey or hide as escapes.
func escapeHidden(text string) string {
	if safe.String(text) == text {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if s := string(r); r < 0x80 && r >= ' ' && r != 0x7f || safe.String("a"+s) == "a"+s {
			b.WriteString(s)
			continue
		}
		units := utf16.Encode([]rune{r})
		for _, u := range units {
			b.WriteString(`\u`)
			b.WriteString(hex.EncodeToString([]byte{byte(u >> 8), byte(u)}))
		}
	}
	return b.String()
}
