package model

import (
	"strconv"
	"time"

	"goapptrace/protocol"
)

// maxSummary is how many bytes a packet's summary may have.
const maxSummary = 256

// summarize says what is in a packet that the model does nothing with.
func summarize(p protocol.Packet) protocol.Text {
	switch p := p.(type) {
	case *protocol.ClientHelloPacket:
		return clip(p.AppName, maxSummary) + "  " + p.ProtocolVersion
	case *protocol.ServerHelloPacket:
		if p.Refused != "" {
			return "refused: " + p.Refused
		}
		return p.ProtocolVersion
	case *protocol.StartTraceCmdPacket:
		return traced(p.FuncID, p.ModuleName, p.Pattern) + space(p.Mode)
	case *protocol.StopTraceCmdPacket:
		return traced(p.FuncID, p.ModuleName, p.Pattern)
	}
	return ""
}

// traced is what a command is about.
func traced(id uint64, module, pattern protocol.Text) protocol.Text {
	switch {
	case pattern != "":
		return pattern
	case id != 0:
		return "function " + protocol.Text(decimal(id))
	case module != "":
		return module
	}
	return "everything"
}

func space(s protocol.Text) protocol.Text {
	if s == "" {
		return ""
	}
	return "  " + s
}

func summarizeBatch(p *protocol.FuncLogBatchPacket, lost uint64) protocol.Text {
	text := plural(p.Count, "event")
	if d := since(p.Base, p.End); p.Count > 0 && d > 0 {
		text += "  " + protocol.Text(time.Duration(d).Round(precision(d)).String())
	}
	if lost > 0 {
		text += "  " + protocol.Text(thousands(lost)) + " lost"
	}
	return text
}

// precision leaves a duration in ns about three digits.
func precision(d int64) time.Duration {
	p := time.Duration(1)
	for d >= 1000 {
		d, p = d/10, p*10
	}
	return p
}

func summarizeCounters(p *protocol.CountersPacket, lost uint64) protocol.Text {
	text := plural(p.Emitted, "event")
	if lost > 0 {
		text += "  " + protocol.Text(thousands(lost)) + " lost"
	}
	return text
}

func summarizeDetails(n int, lost uint64) protocol.Text {
	text := plural(uint64(n), "detail")
	if lost > 0 {
		text += "  " + protocol.Text(thousands(lost)) + " lost"
	}
	return text
}

func plural(n uint64, noun string) protocol.Text {
	if n != 1 {
		noun += "s"
	}
	return protocol.Text(thousands(n) + " " + noun)
}

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }

// thousands writes a number with commas.
func thousands(n uint64) string {
	s := decimal(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
