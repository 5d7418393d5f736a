package ui

import (
	"strings"

	"goapptrace/query"
	"goapptrace/ui/safe"
)

// menuLines is how many candidates are in view.
const menuLines = 8

// menu is the candidates that the prompt offers.
type menu struct {
	completion query.Completion
	at         int
	saved      bool // they are whole filters, see [savedFilters]
	scroll     scroller
}

func newMenu(c query.Completion) menu { return menu{completion: c} }

func (m *menu) open() bool { return len(m.completion.Candidates) > 0 }

func (m *menu) chosen() query.Candidate { return m.completion.Candidates[m.at] }

// move takes the cursor n candidates on, and round at the ends.
func (m *menu) move(n int) {
	count := len(m.completion.Candidates)
	m.at = (m.at + n + count) % count
}

// draw draws a box of at most the given size.
func (m *menu) draw(e *env, width, height int) []string {
	list := m.completion.Candidates
	shown := min(len(list), menuLines, height-2)
	if shown <= 0 || width < 8 {
		return nil
	}
	m.scroll.top = max(min(m.scroll.top, m.at), m.at-shown+1)
	list = list[m.scroll.top : m.scroll.top+shown]
	texts, abouts := 0, 0
	for _, c := range list {
		texts = max(texts, safe.Width(safe.String(strings.TrimSpace(c.Text))))
		abouts = max(abouts, safe.Width(c.About))
	}
	texts = min(texts, width-4)
	inner := min(texts+2+abouts, width-4)
	lines := make([]string, len(list))
	for i, c := range list {
		line := safe.Fit(e.clip(safe.String(strings.TrimSpace(c.Text)), texts), texts)
		if rest := inner - texts - 2; rest > 0 {
			line += "  " + e.styles.Text.Dim.Render(e.fit(c.About, rest, false))
		}
		line = " " + safe.Fit(line, inner) + " "
		if m.scroll.top+i == m.at {
			line = e.styles.List.Selected.Over(e.glyphs.Cursor + line[1:])
		}
		lines[i] = line
	}
	box := stack(rect{width: inner + 4, height: len(lines) + 2}, share{})
	return e.drawColumn(box, []picture{{body: strings.Join(lines, "\n"), focused: true}})
}

// overLeft lays a box over the lower left of the screen.
func overLeft(screen, box []string) {
	for i, line := range box {
		at := len(screen) - len(box) + i
		screen[at] = line + safe.Cut(screen[at], safe.Width(line), safe.Width(screen[at]))
	}
}
