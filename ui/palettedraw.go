package ui

import (
	"strings"

	"goapptrace/ui/safe"
)

// paletteHead is how many lines are above the hits: what is typed, and a line below.
const paletteHead = 2

// kindWidth is the width of the column of kinds, in cells.
const kindWidth = 9

// body implements [modal]. Its size doesn't depend on what is found, so that nothing jumps.
func (p *palette) body(width, height int) []string {
	const least, widest, lowest = 20, 110, 15
	width = max(least, min(width, widest))
	p.width = width
	p.height = max(1, min(height-paletteHead-1, max(lowest, height*3/5))) // what is below stays in view
	p.top = max(min(p.top, p.at), p.at-p.height+1)
	lines := []string{p.head(width), p.env.styles.Pane.Border.Render(strings.Repeat(p.env.glyphs.Border.Horizontal, width))}
	hits := p.hunt.hits[p.top:min(p.top+p.height, len(p.hunt.hits))]
	for i, h := range hits {
		lines = append(lines, p.row(&p.hunt.list[h.choice], width, p.top+i == p.at))
	}
	if len(hits) == 0 && p.done() {
		lines = append(lines, p.env.styles.Text.Dim.Render("  nothing has these letters in this order"))
	}
	for len(lines) < paletteHead+p.height {
		lines = append(lines, "")
	}
	lines = append(lines, p.told(width))
	for i := range lines {
		lines[i] = safe.Fit(lines[i], width)
	}
	return lines
}

// head is what is typed, and how much matches it.
func (p *palette) head(width int) string {
	styles := p.env.styles
	count := formatGrouped(uint64(p.hunt.matches)) + " of " + formatGrouped(uint64(len(p.hunt.list)))
	if !p.done() {
		count = p.env.glyphs.Ellipsis + " " + count
	}
	shown, _ := p.typedText(width)
	if shown == "" {
		shown = styles.Text.Dim.Render("type some letters of what you look for")
	}
	line := styles.Footer.Prompt.Render(":") + " " + shown
	if room := width - safe.Width(line) - safe.Width(count); room > 0 {
		line += strings.Repeat(" ", room) + styles.Text.Dim.Render(count)
	}
	return line
}

// typedText is the end of what is typed, as far as there is room, and how much of it stands before the cursor.
func (p *palette) typedText(width int) (shown string, before int) {
	const ahead = 24 // cells that stay free behind the cursor
	value := []rune(p.input.Value())
	left := safe.ClipLeft(safe.String(string(value[:p.input.Position()])), max(1, width-ahead))
	return left + safe.String(string(value[p.input.Position():])), safe.Width(left)
}

// cursor implements [cursored].
func (p *palette) cursor() (x, y int) {
	_, before := p.typedText(p.width)
	return 2 + before, 0
}

// row is a choice: its kind, its text and its key or state.
func (p *palette) row(c *choice, width int, chosen bool) string {
	styles := p.env.styles
	mark := " "
	if chosen {
		mark = p.env.glyphs.Cursor
	}
	note := styles.Text.Dim.Render(c.note)
	if c.kind <= choiceTab {
		note = styles.Footer.Key.Render(c.note)
	}
	noteWidth := safe.Width(c.note)
	room := max(1, width-2-kindWidth-2-noteWidth-2)
	kind := styles.Text.Type.Render(safe.Pad(kindNames[c.kind].name, kindWidth))
	line := mark + " " + kind + "  " + safe.Fit(p.matched(c.clean(), room), room) + "  " + note
	if chosen {
		return styles.List.Selected.Over(safe.Fit(line, width))
	}
	return line
}

// matched is a clean text in so many cells, with the letters that were typed painted. What there is no room for is left out
// at the left, as the ends of names say most.
func (p *palette) matched(text string, room int) string {
	styles := p.env.styles.Text
	if len(text) != safe.Width(text) {
		return p.env.clip(text, room) // letters and cells don't pair up
	}
	_, where, _ := p.hunt.pattern.score(text, nil, true)
	cut := 0
	if len(text) > room {
		cut = len(text) - room + 1
	}
	var b strings.Builder
	if cut > 0 {
		b.WriteString(p.env.glyphs.Ellipsis)
	}
	for i := cut; i < len(text); {
		for len(where) > 0 && where[0] < i {
			where = where[1:]
		}
		end := len(text)
		if len(where) > 0 {
			end = where[0]
		}
		if end > i {
			b.WriteString(text[i:end])
			i = end
			continue
		}
		for len(where) > 0 && where[0] <= end {
			if where[0] == end {
				end++
			}
			where = where[1:]
		}
		b.WriteString(styles.Found.Render(text[i:end]))
		i = end
	}
	return b.String()
}

// told says what the keys do.
func (p *palette) told(width int) string {
	styles, does := p.env.styles.Footer, "does it"
	if p.at < len(p.hunt.hits) {
		does = kindNames[p.hunt.list[p.hunt.hits[p.at].choice].kind].does
	}
	line := styles.Key.Render("enter") + " " + styles.Action.Render(does) + "   " +
		styles.Key.Render(p.env.glyphs.Up+p.env.glyphs.Down) + " " + styles.Action.Render("choose") + "   " +
		styles.Key.Render("esc") + " " + styles.Action.Render("closes")
	return safe.Fit(line, width)
}
