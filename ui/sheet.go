package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/ui/safe"
)

// sheet is a pane of text to scroll in, shown by [openMsg]: the detail of a row.
type sheet struct {
	env           *env
	name          string
	width, height int
	scroll        scroller
	moves         moveKeys
	closes        key.Binding
	lines         []string

	// write makes the painted lines, each of at most width cells.
	write func(width int, at moment) []string
}

func newSheet(e *env, name string, write func(width int, at moment) []string) *sheet {
	return &sheet{env: e, name: name, write: write, moves: newMoveKeys(), closes: bind("esc", "close", "esc", "enter")}
}

func (s *sheet) title() string { return s.name }

func (s *sheet) resize(width, height int) { s.width, s.height = width, height }

func (s *sheet) keys() []key.Binding { return append([]key.Binding{s.closes}, s.moves.list()...) }

func (s *sheet) update(msg tea.Msg) (tea.Cmd, bool) {
	if press, ok := msg.(tea.KeyPressMsg); ok && key.Matches(press, s.closes) {
		return func() tea.Msg { return closeMsg{} }, true
	}
	n, ok := s.moves.lines(msg, s.height)
	s.scroll.move(n, len(s.lines), s.height)
	return nil, ok
}

func (s *sheet) refresh(at moment) {
	s.lines = s.write(max(1, s.width-2), at)
}

func (s *sheet) view() string {
	lines := s.scroll.window(s.lines, s.height)
	indented := make([]string, len(lines))
	for i, line := range lines {
		indented[i] = " " + line
	}
	return strings.Join(fill(indented, s.width, s.height), "\n")
}

// entry is a labelled value. The value is clean.
type entry struct {
	label, value string
	paint        Paint
}

// write lays entries out under each other, with values that don't fit broken into lines.
func (e *env) entries(entries []entry, width int) []string {
	labels := 0
	for _, entry := range entries {
		labels = max(labels, safe.Width(entry.label))
	}
	labels = min(labels, width/2)
	var lines []string
	for _, entry := range entries {
		label := e.styles.Text.Dim.Render(e.fit(entry.label, labels, false))
		for _, part := range wrap(entry.value, max(1, width-labels-2)) {
			lines = append(lines, label+"  "+entry.paint.Render(part))
			label = strings.Repeat(" ", labels)
		}
	}
	return lines
}
