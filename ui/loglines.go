package ui

// logLine is a line of a log on the screen: that of a row, or one between rows.
type logLine struct {
	row  int    // index among those of the list
	text string // painted, empty for the row itself
}

// arrange lays out the rows with the lines between them. Where there is no room for all, the newest are kept while they
// are followed, and otherwise the oldest, as long as the cursor is among them.
func (p *logPane[R]) arrange() []logLine {
	var lines []logLine
	between := func(i int) {
		if p.hooks.ahead == nil {
			return
		}
		if text := p.hooks.ahead(i); text != "" {
			lines = append(lines, logLine{i, text})
		}
	}
	cursor, chosen := 0, p.list.index()
	for i := range p.list.rows {
		between(i)
		if i == chosen {
			cursor = len(lines)
		}
		lines = append(lines, logLine{row: i})
	}
	between(len(p.list.rows))
	room := max(0, p.list.height)
	from := 0
	if p.list.following {
		from = len(lines) - room
	} else if cursor >= room {
		from = cursor - room + 1
	}
	from = max(0, from)
	return lines[from:min(len(lines), from+room)]
}

// rowAt is the index of the row on line y of the view, -1 when there is none.
func (p *logPane[R]) rowAt(y int) int {
	y-- // the titles
	if p.banner != "" {
		y--
	}
	if y < 0 || y >= len(p.lines) || p.lines[y].text != "" {
		return -1
	}
	return p.lines[y].row
}
