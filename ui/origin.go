package ui

import (
	"path"
	"strconv"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// mostAncestors is how far back the origin of a goroutine is told.
const mostAncestors = 8

// origin is a line for the goroutine and each of its ancestors: who started it and where.
func (e *env) origin(s Session, g uint64, width int) []string {
	var lines []string
	for range mostAncestors {
		row, ok := s.Goroutine(g)
		if !ok {
			break
		}
		lines = append(lines, e.started(row, width))
		if row.Parent == 0 {
			break
		}
		g = row.Parent
	}
	return lines
}

// started tells where a goroutine comes from: "g17 ← g1  main.(*Server).listen  server.go:42".
func (e *env) started(row model.GoroutineRow, width int) string {
	text := e.styles.Text
	who := e.goroutine(row.ID)
	if row.Parent != 0 {
		who += text.Dim.Render(" "+e.glyphs.In+" ") + e.goroutine(row.Parent)
	}
	where := ""
	if row.File != "" {
		file := clean(protocol.Text(path.Base(string(row.File))), width)
		where = "  " + text.Dim.Render(safe.ClipLeft(file+":"+strconv.FormatUint(row.Line, 10), max(0, width/3)))
	}
	by := row.Creator
	if by == "" {
		by = row.Entry
	}
	rest := max(0, width-safe.Width(who)-safe.Width(where)-2)
	return who + "  " + e.clip(clean(shortName(by), rest), rest) + where
}

// goroutine is a goroutine's name in its colour.
func (e *env) goroutine(id uint64) string {
	paints := e.styles.Text.Goroutines
	return paints[id%uint64(len(paints))].Render(goroutineName(id))
}
