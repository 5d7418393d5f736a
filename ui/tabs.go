package ui

import (
	"strconv"
	"strings"

	"goapptrace/ui/safe"
)

// shortTitles are what tabs are called where there is no room for their titles.
var shortTitles = map[string]string{
	"Calls": "Call", "Functions": "Fun", "Goroutines": "Gor", "Flame": "Fla", "Timeline": "Tim", "Packets": "Pkt", "Output": "Out", "Watch": "Wat",
}

// strip is the line of the tabs' names.
type strip struct {
	names []string
	gap   int // cells between two
}

func (s strip) width() int {
	width := (len(s.names) - 1) * s.gap
	for _, name := range s.names {
		width += safe.Width(name)
	}
	return width
}

// strip names the tabs as fully as the room allows. If need be, all but the open one have a number alone.
func (r *root) strip(room int) strip {
	full, short, numbers := make([]string, len(r.tabs)), make([]string, len(r.tabs)), make([]string, len(r.tabs))
	for i, tab := range r.tabs {
		number, title := strconv.Itoa(i+1), tab.title()
		full[i] = number + " " + title
		if numbers[i] = number; i == r.tab {
			numbers[i] = full[i]
		}
		if brief, ok := shortTitles[title]; ok && i != r.tab {
			title = brief
		}
		short[i] = number + " " + title
	}
	for _, s := range []strip{{full, 2}, {full, 1}, {short, 1}} {
		if s.width() <= room {
			return s
		}
	}
	return strip{numbers, 1}
}

// stripRoom is what the frame and the filter leave for the tabs' names in a pane of that inner width.
func (r *root) stripRoom(width int) int {
	const frame, note = 4, 14
	if f, ok := r.tabs[r.tab].(filterable); ok && f.filter() != "" {
		width -= note
	}
	return width - frame
}

func (r *root) drawStrip(width int, focused bool) string {
	styles := r.env.styles.Pane
	s := r.strip(r.stripRoom(width))
	for i, text := range s.names {
		switch {
		case i == r.tab && focused:
			s.names[i] = styles.FocusedTitle.Render(text)
		case i == r.tab:
			s.names[i] = styles.ActiveTab.Render(text)
		default:
			s.names[i] = styles.Tab.Render(text)
		}
	}
	return strings.Join(s.names, strings.Repeat(" ", s.gap))
}

// clickTab opens the tab whose name stands at x of the title's line, above a pane of that inner width.
func (r *root) clickTab(x, width int) {
	const beforeNames = 2
	s := r.strip(r.stripRoom(width))
	left := beforeNames
	for i, name := range s.names {
		if end := left + safe.Width(name); x >= left && x < end {
			r.showTab(i)
			return
		}
		left += safe.Width(name) + s.gap
	}
}
