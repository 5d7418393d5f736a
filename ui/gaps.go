package ui

import (
	"sort"
	"strings"

	"goapptrace/model"
)

// missing is what is lost at one place in the log of calls.
type missing struct{ events, batches uint64 }

// gaps are the places among the rows on the screen.
type gaps struct {
	ahead  map[uint64]missing // of the call of that number
	behind missing            // the newest call
	newest uint64             // its number
}

// findGaps asks for the gaps among the rows on the screen.
func (p *callsPane) findGaps() {
	p.gaps = gaps{}
	rows := p.list.rows
	if len(rows) == 0 || p.session.Lost == 0 && p.session.MissingBatches == 0 {
		return
	}
	page := p.at.session.Calls(model.CallQuery{Filter: p.compiled, Span: p.at.span, Anchor: rows[0].Seq, After: len(rows), Now: p.at.now})
	p.gaps = gaps{ahead: map[uint64]missing{}, newest: rows[len(rows)-1].Seq}
	for _, gap := range page.Gaps {
		m := missing{gap.Lost, gap.Batches}
		i := sort.Search(len(rows), func(i int) bool { return rows[i].Seq >= gap.BeforeSeq })
		if i < len(rows) {
			p.gaps.ahead[rows[i].Seq] = p.gaps.ahead[rows[i].Seq].and(m)
		} else {
			p.gaps.behind = p.gaps.behind.and(m)
		}
	}
}

func (m missing) and(more missing) missing {
	return missing{m.events + more.events, m.batches + more.batches}
}

// missingAt is what is missing ahead of the row at index i, or behind the newest one.
func (p *callsPane) missingAt(i int) missing {
	rows := p.list.rows
	switch {
	case i < len(rows):
		return p.gaps.ahead[rows[i].Seq]
	case i > 0 && rows[i-1].Seq == p.gaps.newest:
		return p.gaps.behind
	}
	return missing{}
}

// ahead is the line for what is missing ahead of the row at index i, or behind the last one; empty for nothing.
func (p *callsPane) ahead(i int) string {
	m := p.missingAt(i)
	if m == (missing{}) {
		return ""
	}
	var parts []string
	if m.events > 0 {
		text := formatGrouped(m.events) + " " + plural(m.events, "events") + " lost here"
		if cause := lossCause(p.session.Losses); cause != "" {
			text += ": " + cause
		}
		parts = append(parts, text)
	}
	if m.batches > 0 {
		parts = append(parts, formatGrouped(m.batches)+" "+plural(m.batches, "packets")+" of events missing here")
	}
	return p.env.gapLine(strings.Join(parts, ", "), p.table.width-2)
}

// gapLine says what is missing at a place of a log, on a line of its own.
func (e *env) gapLine(what string, width int) string {
	dash := e.glyphs.Gap
	line := e.clip(dash+dash+" "+what+" ", width)
	return e.styles.Text.Bad.Render(line + strings.Repeat(dash, max(0, width-len([]rune(line)))))
}
