package ui

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// codeView is a piece of source as it is shown, below a heading; or why there is none.
type codeView struct {
	heading string
	first   int // number of the first line
	lines   [][]codePart
	marked  []int  // numbers of lines
	note    string // ours; above the lines
}

// codeOf reads what there is to show of a call: its function, and where its caller calls it. The program has been running since
// a time. It takes its time: not for the screen's own goroutine.
func codeOf(call model.CallRow, caller *model.CallRow, since time.Time) []codeView {
	views := []codeView{functionCode(call, since)}
	if caller != nil {
		if view := callSites(call, *caller, since); len(view.lines) > 0 {
			views = append(views, view)
		}
	}
	return views
}

// functionCode is the source of a call's function.
func functionCode(call model.CallRow, since time.Time) codeView {
	view := codeView{heading: "source"}
	s, err := readSource(string(call.File))
	if err != nil {
		view.note = unreadable(call.File, err)
		return view
	}
	line := int(call.Line)
	first, last := line-2, line+8
	if f := s.function(line); f != nil {
		first, last = s.line(f.Pos()), s.line(f.End())
	}
	view.first = max(1, first)
	view.lines = s.excerpt(view.first, min(last, view.first+maxExcerpt-1))
	view.marked = []int{line}
	view.note = s.doubts(since)
	if len(view.lines) == 0 {
		view.note = "the file has fewer lines than when the program was built"
	}
	return view
}

// callSites are the lines of the caller that call a function, by its name.
func callSites(call, caller model.CallRow, since time.Time) codeView {
	view := codeView{heading: "called from"}
	name := lastName(call.Name)
	s, err := readSource(string(caller.File))
	if err != nil || name == "" {
		return view
	}
	f := s.function(int(caller.Line))
	if f == nil {
		return view
	}
	sites := slices.Compact(s.callsIn(f, name))
	if len(sites) == 0 {
		return view
	}
	view.marked = sites[:min(len(sites), maxCallSites)]
	view.first = max(s.line(f.Pos()), view.marked[0]-2)
	last := min(s.line(f.End()), view.marked[len(view.marked)-1]+2)
	view.lines = s.excerpt(view.first, min(last, view.first+maxExcerpt-1))
	if view.note = s.doubts(since); len(sites) > 1 && view.note == "" {
		view.note = "one of " + countOf(uint64(len(sites)), "places")
	}
	return view
}

// doubts are why the source may not be what runs.
func (s *source) doubts(since time.Time) string {
	if !since.IsZero() && s.changed.After(since) {
		return "the file has changed since the program started: lines may have moved"
	}
	return ""
}

// unreadable tells why a file can't be shown.
func unreadable(file protocol.Text, err error) string {
	if errors.Is(err, errNoPlace) {
		return errNoPlace.Error()
	}
	for _, known := range []error{errNoSource, errNoGo, errTooLong} {
		if errors.Is(err, known) {
			return safe.Text(file) + " " + known.Error()
		}
	}
	return safe.String(err.Error())
}

// codeLines draws a view in width cells.
func (e *env) codeLines(v codeView, width int) []string {
	var lines []string
	if v.note != "" {
		for _, line := range fold(v.note, width) {
			lines = append(lines, e.styles.Text.Dim.Render(line))
		}
	}
	digits := len(strconv.Itoa(v.first + len(v.lines)))
	for i, parts := range v.lines {
		number := v.first + i
		mark, paint := " ", e.styles.Text.Dim
		if slices.Contains(v.marked, number) {
			mark, paint = e.glyphs.Cursor, e.styles.Text.Strong
		}
		head := mark + safe.PadLeft(strconv.Itoa(number), digits) + " "
		lines = append(lines, paint.Render(head)+e.code(parts, width-safe.Width(head)))
	}
	if n := len(v.lines); n == maxExcerpt {
		lines = append(lines, e.styles.Text.Dim.Render(e.glyphs.Ellipsis))
	}
	return lines
}

// code draws a line of source in at most width cells.
func (e *env) code(parts []codePart, width int) string {
	var b strings.Builder
	for _, part := range parts {
		text := e.clip(safe.String(strings.ReplaceAll(part.text, "\t", "    ")), width)
		width -= safe.Width(text)
		b.WriteString(e.codePaint(part.kind).Render(text))
	}
	return b.String()
}

func (e *env) codePaint(kind codeKind) Paint {
	text := e.styles.Text
	switch kind {
	case codeKeyword:
		return text.Strong
	case codeComment:
		return text.Dim
	case codeString:
		return text.Good
	case codeNumber:
		return text.Number
	case codeBuiltin:
		return text.Type
	}
	return text.Plain
}
