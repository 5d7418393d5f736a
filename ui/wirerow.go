package ui

import (
	"strconv"
	"strings"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// detailNames say what a text in a DetailsPacket is.
var detailNames = map[byte]string{
	protocol.DetailArgs: "arguments", protocol.DetailResults: "results", protocol.DetailError: "error", protocol.DetailSpan: "works on",
}

// rowText is what the columns of a packet tell together, painted, in at most width cells.
func (d *wireDetail) rowText(e *env, part, width int) string {
	i, set := int(d.parts.Parts[part].Index), d.setOf(part)
	switch p := d.parts.Packet.(type) {
	case *protocol.FuncLogBatchPacket:
		if set == "events" {
			return d.event(e, d.parts.Events[i], p.Base, width)
		}
		return d.counted(e, at(p.LostEvents, i), at(p.LostFuncs, i), width)
	case *protocol.CountersPacket:
		if set == "losses" {
			return pair(e, formatGrouped(at(p.LostEvents, i)), at(p.LostCauses, i), width)
		}
		return d.total(e, p, i, width)
	case *protocol.DetailsPacket:
		return d.detail(e, p, i, width)
	case *protocol.GoroutinesPacket:
		if set == "sites" {
			return e.started(model.GoroutineRow{
				ID: at(p.SiteIDs, i), Creator: at(p.Creators, i), Entry: at(p.Entries, i), File: at(p.Files, i), Line: at(p.Lines, i),
			}, width)
		}
		return d.goroutine(e, p, i, width)
	case *protocol.LogPacket:
		return pair(e, clean(at(p.Keys, i), width/2), at(p.Values, i), width)
	}
	return ""
}

// setOf is the name of the rows that a row is among.
func (d *wireDetail) setOf(part int) protocol.Text {
	return d.parts.Parts[part-int(d.parts.Parts[part].Index)-1].Name
}

// at is element i of a column that may be shorter than the first one.
func at[T any](column []T, i int) (v T) {
	if i < len(column) {
		return column[i]
	}
	return v
}

// pair is a clean text in its paint, and a stranger's one behind it.
func pair(e *env, first string, second protocol.Text, width int) string {
	rest := max(0, width-safe.Width(first)-2)
	return e.styles.Text.Number.Render(e.clip(first, width)) + "  " + e.clip(clean(second, rest), rest)
}

// event is when something happened, counted from the batch's first event, where, and what.
func (d *wireDetail) event(e *env, event protocol.Event, base int64, width int) string {
	text := e.styles.Text
	after := "+" + formatDuration(time.Duration(event.Time-base), e.glyphs)
	begin := strings.Join([]string{
		text.Time.Render(safe.PadLeft(after, durationWidth+1)),
		text.Goroutines[event.G%uint64(len(text.Goroutines))].Render(safe.Pad(goroutineName(event.G), 5)),
		eventName(event.Kind),
	}, "  ")
	return begin + "  " + d.named(e, event.Func, width-safe.Width(begin)-2)
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
func (d *wireDetail) named(e *env, function uint64, width int) string {
	const numbers = 4
	text := e.styles.Text
	number := safe.PadLeft(strconv.FormatUint(function, 10), numbers)
	name, ok := d.session.FunctionName(function)
	if !ok {
		return text.Number.Render(number)
	}
	rest := max(1, width-safe.Width(number)-2)
	return text.Number.Render(number) + "  " + text.Name.Render(e.clip(clean(shortName(name), rest), rest))
}

// counted is how many events of a function are lost.
func (d *wireDetail) counted(e *env, events, function uint64, width int) string {
	figure := e.styles.Text.Bad.Render(formatGrouped(events) + " lost")
	return figure + "  " + d.named(e, function, width-safe.Width(figure)-2)
}

// total is what a function's calls add up to: calls, their time, the longest, and the mode.
func (d *wireDetail) total(e *env, p *protocol.CountersPacket, i, width int) string {
	text, mode := e.styles.Text, ""
	if i < len(p.Modes) {
		mode = string(modeName(p.Modes[i]))
	}
	line := strings.Join([]string{
		text.Plain.Render(safe.PadLeft(formatCount(at(p.Calls, i)), countWidth)),
		text.Plain.Render(safe.PadLeft(formatDuration(time.Duration(at(p.TotalNS, i)), e.glyphs), durationWidth)),
		text.Plain.Render(safe.PadLeft("max "+formatDuration(time.Duration(at(p.MaxNS, i)), e.glyphs), len("max ")+durationWidth)),
		text.Type.Render(safe.Pad(mode, len("count"))),
	}, "  ")
	return line + "  " + d.named(e, at(p.Funcs, i), width-safe.Width(line)-2)
}

// detail is what is told of a call: goroutine, start, what it is, and the text.
func (d *wireDetail) detail(e *env, p *protocol.DetailsPacket, i, width int) string {
	const kind = len("arguments")
	text := e.styles.Text
	begin := safe.Fit(e.goroutine(at(p.Gs, i)), 6) + "  " +
		text.Time.Render(d.session.Wall(at(p.Starts, i)).Format("15:04:05.000000")) + "  " +
		text.Type.Render(safe.Pad(detailNames[at(p.Kinds, i)], kind)) + "  "
	rest := max(0, width-safe.Width(begin))
	return begin + e.clip(clean(oneLineOf(at(p.Texts, i)), rest), rest)
}

// goroutine is where a goroutine comes from, as far as the session knows it by now.
func (d *wireDetail) goroutine(e *env, p *protocol.GoroutinesPacket, i, width int) string {
	if row, ok := d.session.Goroutine(p.IDs[i]); ok {
		return e.started(row, width)
	}
	return e.goroutine(p.IDs[i])
}
