package ui

import (
	"strings"
	"time"

	"goapptrace/model"
	"goapptrace/ui/safe"
)

// lossNote tells that figures are incomplete.
func (e *env) lossNote(lost uint64) string {
	if lost == 0 {
		return ""
	}
	return e.styles.Text.Bad.Render(e.glyphs.Loss + " " + formatCount(lost) + " events lost")
}

// lossCause is what most events were lost by, in a few words; empty when nobody has told.
func lossCause(losses []model.Loss) string {
	var most model.Loss
	for _, loss := range losses {
		if loss.Events > most.Events {
			most = loss
		}
	}
	cause, _, _ := strings.Cut(string(most.Cause), ":")
	return safe.Clip(safe.String(cause), 30)
}

// ringFull begins the causes of an agent whose rings had no room.
const ringFull = "ring full"

// losses adds what is missing from the session's calls, the causes and the cure.
func (p *handshakePane) losses() {
	text, glyphs := p.env.styles.Text, p.env.glyphs
	if p.row.Lost > 0 {
		lost := formatGrouped(p.row.Lost)
		if !p.narrow() {
			lost += " " + plural(p.row.Lost, "events")
		}
		p.entry(text.Bad, glyphs.Loss, "lost", lost, "")
		for _, loss := range p.row.Losses {
			if loss.Events > 0 {
				p.tell(text.Bad, formatGrouped(loss.Events)+" "+safe.Text(loss.Cause))
			}
		}
		if cause := lossCause(p.row.Losses); cause == "" || cause == ringFull {
			p.tell(text.Plain, "calls came faster than they could be sent, and the program doesn't wait")
			p.fix("trace fewer functions: t on the ones with most calls counts them, or leaves them alone")
		}
	}
	if p.row.MissingBatches > 0 {
		p.entry(text.Bad, glyphs.Loss, "missing", formatGrouped(p.row.MissingBatches)+" "+plural(p.row.MissingBatches, "packets")+" of events", "")
	}
	if p.row.Settled && p.row.Difference != 0 {
		p.entry(text.Bad, glyphs.Loss, "the ledger is off", "", "")
		p.tell(text.Bad, formatSigned(p.row.Difference)+" events more were recorded than arrived, or were counted as lost")
	}
}

// lossWatch remembers when events were last lost.
type lossWatch struct {
	lost uint64
	at   time.Time
}

// recent is how long a loss counts as going on.
const recent = 3 * time.Second

// see says whether events are being lost now.
func (l *lossWatch) see(lost uint64, now time.Time) bool {
	if lost != l.lost {
		l.lost, l.at = lost, now
	}
	return lost > 0 && now.Sub(l.at) < recent
}
