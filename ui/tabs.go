package ui

import (
	"slices"
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

// strip names the tabs as fully as a pane of that inner width has room for, beside the open one's filter. Rather than that they
// lose their names the filter is cut short; only where there is no room even so, all but the open one have a number alone.
func (r *root) strip(width int) strip {
	const frame = 4
	room := width - frame
	full, short := r.named(" ", whole), r.named(" ", shortTitle)
	mixed := slices.Clone(short)
	mixed[r.tab] = full[r.tab]
	brief, tight := strip{short, 1}, strip{r.named("", shortTitle), 1}
	for _, s := range []strip{{full, 2}, {full, 1}, {mixed, 1}, brief, tight} {
		if s.width()+r.filterRoom() <= room {
			return s
		}
	}
	for _, s := range []strip{brief, tight} {
		if s.width() <= room {
			return s
		}
	}
	numbers := r.named("", func(string) string { return "" })
	numbers[r.tab] = full[r.tab]
	return strip{numbers, 1}
}

// named are the tabs' numbers, each with a form of the title.
func (r *root) named(gap string, form func(title string) string) []string {
	names := make([]string, len(r.tabs))
	for i, tab := range r.tabs {
		names[i] = strconv.Itoa(i+1) + gap + form(tab.title())
	}
	return names
}

func whole(title string) string { return title }

func shortTitle(title string) string {
	if short, ok := shortTitles[title]; ok {
		return short
	}
	return title
}

// filterRoom is what names are shortened for, so that the filter in the same line can be read.
func (r *root) filterRoom() int {
	const enough, around = 10, 2
	if f, ok := r.tabs[r.tab].(filterable); ok && f.filter() != "" {
		return min(safe.Width(safe.String(f.filter())), enough) + around
	}
	return 0
}

func (r *root) drawStrip(width int, focused bool) string {
	styles := r.env.styles.Pane
	s := r.strip(width)
	for i, text := range s.names {
		switch {
		case i == r.tab && focused:
			s.names[i] = styles.FocusedTab.Render(text)
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
	s := r.strip(width)
	left := beforeNames
	for i, name := range s.names {
		if end := left + safe.Width(name); x >= left && x < end {
			r.showTab(i)
			return
		}
		left += safe.Width(name) + s.gap
	}
}
