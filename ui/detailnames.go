package ui

import (
	"strconv"
	"strings"
	"time"

	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// blocks are what is told below the fields; any may be empty.
func (d *packetDetail) blocks(width int) [][]string {
	switch p := d.record.Packet.(type) {
	case *protocol.FuncLogBatchPacket:
		return [][]string{d.events(p, width), d.lost(p, width)}
	case *protocol.CountersPacket:
		return [][]string{d.counted(p, width)}
	case *protocol.DetailsPacket:
		return [][]string{d.details(p, width)}
	case *protocol.GoroutinesPacket:
		return [][]string{d.goroutines(p, width)}
	case *protocol.StartTraceCmdPacket:
		return [][]string{d.function(p.FuncID, width)}
	case *protocol.StopTraceCmdPacket:
		return [][]string{d.function(p.FuncID, width)}
	}
	return nil
}

// mostEvents bounds how many events, or functions, of a packet are listed.
const mostEvents = 256

// events lists the first events of a batch.
func (d *packetDetail) events(batch *protocol.FuncLogBatchPacket, width int) []string {
	if batch.Count == 0 {
		return nil
	}
	text := d.env.styles.Text
	lines := []string{text.Dim.Render("events")}
	n := 0
	for event, err := range batch.Events() {
		if err != nil {
			return append(lines, text.Bad.Render(safe.String(err.Error())))
		}
		if n++; n > mostEvents {
			return append(lines, d.more(batch.Count-mostEvents))
		}
		lines = append(lines, d.event(event, batch.Base, width))
	}
	return lines
}

func (d *packetDetail) more(n uint64) string {
	return d.env.styles.Text.Dim.Render(d.env.glyphs.Ellipsis + " and " + formatGrouped(n) + " more")
}

func (d *packetDetail) event(event protocol.Event, base int64, width int) string {
	text := d.env.styles.Text
	after := "+" + formatDuration(time.Duration(event.Time-base), d.env.glyphs)
	begin := strings.Join([]string{
		text.Time.Render(safe.PadLeft(after, durationWidth+1)),
		text.Goroutines[event.G%uint64(len(text.Goroutines))].Render(safe.Pad(goroutineName(event.G), 5)),
		eventName(event.Kind),
	}, "  ")
	return begin + "  " + d.named(event.Func, width-safe.Width(begin)-2)
}

// eventName is what happened, in six cells.
func eventName(kind protocol.EventKind) string {
	switch kind {
	case protocol.Enter:
		return "enter "
	case protocol.Leave:
		return "leave "
	case protocol.LeaveError:
		return "error "
	}
	return "panic "
}

// named is the number of a function and, as far as there is room, its name.
func (d *packetDetail) named(function uint64, width int) string {
	const numbers = 4
	text := d.env.styles.Text
	number := safe.PadLeft(strconv.FormatUint(function, 10), numbers)
	row, ok := d.session.Function(function, d.record.At)
	if !ok {
		return text.Number.Render(number)
	}
	rest := max(1, width-safe.Width(number)-2)
	return text.Number.Render(number) + "  " + text.Name.Render(d.env.clip(clean(shortName(row.Name), rest), rest))
}

// function is the one that a command is about.
func (d *packetDetail) function(id uint64, width int) []string {
	if id == 0 {
		return nil
	}
	return []string{d.env.styles.Text.Dim.Render("function"), d.named(id, width)}
}

// lost lists the functions whose events are missing from a batch.
func (d *packetDetail) lost(batch *protocol.FuncLogBatchPacket, width int) []string {
	text := d.env.styles.Text
	var lines []string
	for i := range min(len(batch.LostFuncs), len(batch.LostEvents), mostEvents) {
		figure := text.Bad.Render(safe.PadLeft(formatGrouped(batch.LostEvents[i]), 12))
		lines = append(lines, figure+"  "+d.named(batch.LostFuncs[i], width-14))
	}
	if len(lines) == 0 {
		return nil
	}
	return append([]string{text.Dim.Render("events lost")}, lines...)
}

// counted lists the functions whose totals are in a packet: calls, their time, the longest, and the mode.
func (d *packetDetail) counted(p *protocol.CountersPacket, width int) []string {
	text := d.env.styles.Text
	var lines []string
	for i := range min(len(p.Funcs), len(p.Calls), len(p.TotalNS), len(p.MaxNS)) {
		if i == mostEvents {
			lines = append(lines, d.more(uint64(len(p.Funcs)-mostEvents)))
			break
		}
		mode := ""
		if i < len(p.Modes) {
			mode = string(modeName(p.Modes[i]))
		}
		line := strings.Join([]string{
			text.Plain.Render(safe.PadLeft(formatCount(p.Calls[i]), countWidth+1)),
			text.Plain.Render(safe.PadLeft(formatDuration(time.Duration(p.TotalNS[i]), d.env.glyphs), durationWidth)),
			text.Plain.Render(safe.PadLeft(formatDuration(time.Duration(p.MaxNS[i]), d.env.glyphs), durationWidth)),
			text.Type.Render(safe.Pad(mode, len("count"))),
		}, "  ")
		lines = append(lines, line+"  "+d.named(p.Funcs[i], width-safe.Width(line)-2))
	}
	if len(lines) == 0 {
		return nil
	}
	return append([]string{text.Dim.Render(" calls    total      max  mode   function")}, lines...)
}
