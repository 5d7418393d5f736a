package ui

import (
	"image/color"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// Styles are all colours and weights of the screen. What they tell apart is also told by a glyph, by weight or by
// place, since colours may be missing.
type Styles struct {
	Text   TextStyles
	Pane   PaneStyles
	List   ListStyles
	Header HeaderStyles
	Footer FooterStyles
	Flame  FlameStyles
	Heat   HeatStyles
}

// TextStyles are for what stands in panes.
type TextStyles struct {
	Plain, Strong, Dim Paint
	Good, Warn, Bad    Paint
	Name, Number, Time Paint
	Type               Paint // kinds of packets
	Match              Paint // what the filter found
	Found              Paint // letters that were typed
	Goroutines         [6]Paint
}

// PaneStyles are for the frame around panes.
type PaneStyles struct {
	Border, FocusedBorder Paint
	Title, FocusedTitle   Paint
	Tab, ActiveTab        Paint
	FocusedTab            Paint
}

// ListStyles are for lists and tables. Selected is for the focused pane's cursor, Marked for that of the others.
type ListStyles struct {
	Heading, Selected, Marked Paint
	Bar                       Paint
	Cursor                    Paint // of charts, whatever it stands on
}

// HeaderStyles are for the status line on top.
type HeaderStyles struct {
	Brand, Text, Dim     Paint
	Live, Paused, Losing Paint
}

// FooterStyles are for the line of keys, the prompt and messages.
type FooterStyles struct {
	Key, Action, Prompt, Message, Error Paint
}

// NewStyles returns the theme for a dark or light background and what the terminal can show.
func NewStyles(dark bool, profile colorprofile.Profile) *Styles { return newStyles(dark, profile, nil) }

// newStyles is [NewStyles] with other colours instead of some of the theme's, by their names.
func newStyles(dark bool, profile colorprofile.Profile, others map[string]string) *Styles {
	p := newColors(dark, profile, others)
	plain := lipgloss.NewStyle()
	bold := plain.Bold(true)
	in := func(c color.Color) lipgloss.Style { return plain.Foreground(c) }
	selected, marked := bold.Background(p.selected), plain.Background(p.selected)
	if profile < colorprofile.ANSI256 { // no shade is near enough to the background
		selected, marked = plain.Reverse(true), bold
	}
	s := &Styles{
		Text: TextStyles{
			Plain: newPaint(plain), Strong: newPaint(bold), Dim: newPaint(in(p.dim)),
			Good: newPaint(in(p.good)), Warn: newPaint(in(p.warn)), Bad: newPaint(in(p.bad).Bold(true)),
			Name: newPaint(plain), Number: newPaint(in(p.blue)), Time: newPaint(in(p.dim)), Type: newPaint(in(p.teal)),
			Found: newPaint(in(p.accent).Bold(true).Underline(true)),
			Match: newPaint(in(p.onHighlight).Background(p.highlight).Underline(profile < colorprofile.ANSI256)),
		},
		Pane: PaneStyles{
			Border: newPaint(in(p.line)), FocusedBorder: newPaint(in(p.accent)),
			Title: newPaint(in(p.dim)), FocusedTitle: newPaint(in(p.accent).Bold(true)),
			Tab: newPaint(in(p.dim)), ActiveTab: newPaint(bold.Underline(true)), FocusedTab: newPaint(in(p.accent).Bold(true).Underline(true)),
		},
		List: ListStyles{
			Heading: newPaint(in(p.dim)), Selected: newPaint(selected), Marked: newPaint(marked), Bar: newPaint(in(p.accent)),
			Cursor: newPaint(bold.Reverse(true)),
		},
		Header: HeaderStyles{
			Brand: newPaint(in(p.accent).Bold(true)), Text: newPaint(plain), Dim: newPaint(in(p.dim)),
			Live: newPaint(in(p.good).Bold(true)), Paused: newPaint(in(p.warn).Bold(true)),
			Losing: newPaint(in(p.bad).Bold(true).Reverse(true)),
		},
		Footer: FooterStyles{
			Key: newPaint(bold), Action: newPaint(in(p.dim)), Prompt: newPaint(in(p.accent).Bold(true)),
			Message: newPaint(in(p.good)), Error: newPaint(in(p.bad).Bold(true)),
		},
	}
	s.List.Selected.alone = profile < colorprofile.ANSI256
	s.Flame = newFlameStyles(dark, profile)
	s.Heat = newHeatStyles(dark, profile)
	for i, c := range []color.Color{p.blue, p.purple, p.teal, p.warn, p.accent, p.good} {
		s.Text.Goroutines[i] = newPaint(in(c))
	}
	return s
}
