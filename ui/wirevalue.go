package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// mostText bounds what is shown of a text, in bytes.
const mostText = 4096

// told is what a part is called and what it holds, both clean. Of rows see [wireDetail.rowText].
func (d *wireDetail) told(e *env, i int) (label, value string, paint Paint) {
	p, text := &d.parts.Parts[i], e.styles.Text
	const cells = 24
	label = clean(p.Name, cells)
	if p.Index >= 0 {
		label = "[" + strconv.Itoa(int(p.Index)) + "]"
	}
	switch p.Kind {
	case protocol.PartLength:
		return label, formatGrouped(p.Number) + " bytes behind these four", text.Number
	case protocol.PartStruct:
		return label, formatBytes(uint64(p.At.Len)), text.Dim
	case protocol.PartTypes:
		return label, countOf(p.Number, "definitions"), text.Dim
	case protocol.PartType:
		return label, "type " + strconv.FormatUint(p.Number, 10), text.Dim
	case protocol.PartList:
		return label, countOf(p.Number, "elements"), text.Dim
	case protocol.PartBytes:
		return label, countOf(uint64(p.At.Len), "bytes"), text.Dim
	case protocol.PartRows:
		return label, formatGrouped(p.Number), text.Dim
	case protocol.PartAbsent:
		return label, "zero, not sent", text.Dim
	case protocol.PartRest:
		return "bytes", strings.TrimSpace(countOf(uint64(p.At.Len), "bytes") + " that make no sense" + d.error()), text.Bad
	case protocol.PartRow:
		return "", "", text.Plain
	case protocol.PartText:
		return label, d.text(p), text.Plain
	}
	return label, d.number(p), text.Number
}

func (d *wireDetail) error() string {
	if d.parts.Err == nil {
		return ""
	}
	return ": " + safe.String(d.parts.Err.Error())
}

// text is a text with its quotes.
func (d *wireDetail) text(p *protocol.Part) string {
	if p.Name == "ClientSecret" {
		return "(not shown)"
	}
	s := d.parts.Frame[p.At.From:p.At.End()]
	more := ""
	if len(s) > mostText {
		s, more = s[:mostText], "…"
	}
	return `"` + safe.Text(protocol.Text(s)) + `"` + more
}

// number is a number, and what it stands for where that can be told by the field's name.
func (d *wireDetail) number(p *protocol.Part) string {
	switch p.Kind {
	case protocol.PartBool:
		return strconv.FormatBool(p.Number != 0)
	case protocol.PartFloat:
		return strconv.FormatFloat(p.Float(), 'g', -1, 64)
	case protocol.PartComplex:
		return "a complex number"
	case protocol.PartInt:
		return strconv.FormatInt(p.Int(), 10) + d.meaning(p)
	}
	switch p.Name {
	case "Entry", "PC":
		return fmt.Sprintf("%#x", p.Number)
	}
	return strconv.FormatUint(p.Number, 10) + d.meaning(p)
}

// meaning is what a number stands for, empty when nobody knows.
func (d *wireDetail) meaning(p *protocol.Part) string {
	const clock = "2006-01-02 15:04:05.000000"
	switch p.Name {
	case "PacketType":
		return ", " + protocol.PacketType(p.Number).String()
	case "StartTime", "WallClock", "Timestamp":
		if p.Kind == protocol.PartInt && p.Number != 0 {
			return " (" + time.Unix(0, p.Int()).Format(clock) + ")"
		}
	case "Base", "End", "Time":
		if p.Kind == protocol.PartInt {
			return " ns (" + d.session.Wall(p.Int()).Format("15:04:05.000000") + ")"
		}
	case "FuncID":
		if row, ok := d.session.Function(p.Number, d.row.At); ok {
			return ", " + clean(shortName(row.Name), mostText)
		}
	}
	return ""
}
