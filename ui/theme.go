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

// colors are those of a theme; nil is the terminal's own.
type colors struct {
	accent, dim, line   color.Color
	good, warn, bad     color.Color
	blue, purple, teal  color.Color
	selected, highlight color.Color
	onHighlight         color.Color
}

// newColors picks the colours for a dark or a light background: true ones, and their replacements of the 256 and 16
// colours where the nearest ones would be hard to read.
func newColors(dark bool, profile colorprofile.Profile) colors {
	pick := func(basic, of256, light, bright string) color.Color {
		full := light
		if dark {
			full = bright
		}
		return lipgloss.Complete(profile)(lipgloss.Color(basic), lipgloss.Color(of256), lipgloss.Color(full))
	}
	by := func(onLight, onDark string) string {
		if dark {
			return onDark
		}
		return onLight
	}
	return colors{
		accent:      pick("6", by("30", "80"), "#00758a", "#56d4dd"),
		dim:         pick("8", by("242", "246"), "#667080", "#8b93a7"),
		line:        pick("8", by("249", "240"), "#b9c0cc", "#4c5468"),
		good:        pick("2", by("28", "114"), "#1a7f37", "#7fd88f"),
		warn:        pick("3", by("130", "221"), "#955f00", "#f2c14e"),
		bad:         pick("1", by("160", "203"), "#c7222d", "#ff6b6b"),
		blue:        pick("4", by("25", "111"), "#0b5cad", "#82b1ff"),
		purple:      pick("5", by("91", "177"), "#7a3fc0", "#c49bff"),
		teal:        pick("6", by("23", "79"), "#0f6b5c", "#63d3b4"),
		selected:    pick("", by("254", "237"), "#dbe6f7", "#2a3349"),
		highlight:   pick("3", by("221", "221"), "#ffd866", "#f2c14e"),
		onHighlight: lipgloss.Color("0"),
	}
}

// NewStyles returns the theme for a dark or light background and what the terminal can show.
func NewStyles(dark bool, profile colorprofile.Profile) *Styles {
	p := newColors(dark, profile)
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
			Tab: newPaint(in(p.dim)), ActiveTab: newPaint(bold.Underline(true)),
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
	s.Flame = newFlameStyles(dark, profile)
	for i, c := range []color.Color{p.blue, p.purple, p.teal, p.warn, p.accent, p.good} {
		s.Text.Goroutines[i] = newPaint(in(c))
	}
	return s
}
