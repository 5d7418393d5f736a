package ui

import (
	"fmt"
	"image/color"
	"regexp"
	"strconv"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// colors are those of a theme; nil is the terminal's own.
type colors struct {
	accent, dim, line   color.Color
	good, warn, bad     color.Color
	blue, purple, teal  color.Color
	selected, highlight color.Color
	onHighlight         color.Color
}

// shade is a colour of the themes: a true one, and its replacements of the 256 and 16 colours where the nearest ones would be
// hard to read: most terminals' own blue, purple and red are too dark for a dark background, their green, cyan and yellow too light
// for a light one, and their bright black may be the dark background itself.
type shade struct {
	name        string
	of          func(*colors) *color.Color
	light, dark [3]string // of 16 colours, of 256, and in full
}

var shades = []shade{
	{"accent", func(c *colors) *color.Color { return &c.accent }, [3]string{"4", "24", "#00687b"}, [3]string{"6", "80", "#56d4dd"}},
	{"dim", func(c *colors) *color.Color { return &c.dim }, [3]string{"8", "240", "#57606f"}, [3]string{"7", "249", "#9ba3b6"}},
	{"line", func(c *colors) *color.Color { return &c.line }, [3]string{"8", "249", "#b9c0cc"}, [3]string{"8", "240", "#4c5468"}},
	{"good", func(c *colors) *color.Color { return &c.good }, [3]string{"", "22", "#14702f"}, [3]string{"2", "114", "#7fd88f"}},
	{"warn", func(c *colors) *color.Color { return &c.warn }, [3]string{"1", "58", "#855400"}, [3]string{"11", "221", "#f2c14e"}},
	{"bad", func(c *colors) *color.Color { return &c.bad }, [3]string{"1", "124", "#c0202a"}, [3]string{"9", "210", "#ff7a7a"}},
	{"blue", func(c *colors) *color.Color { return &c.blue }, [3]string{"4", "25", "#0b5cad"}, [3]string{"12", "111", "#82b1ff"}},
	{"purple", func(c *colors) *color.Color { return &c.purple }, [3]string{"5", "91", "#7a3fc0"}, [3]string{"13", "177", "#c49bff"}},
	{"teal", func(c *colors) *color.Color { return &c.teal }, [3]string{"5", "23", "#0f6b5c"}, [3]string{"6", "79", "#63d3b4"}},
	{"selected", func(c *colors) *color.Color { return &c.selected }, [3]string{"", "254", "#dbe6f7"}, [3]string{"", "237", "#2a3349"}},
	{"highlight", func(c *colors) *color.Color { return &c.highlight }, [3]string{"3", "221", "#ffd866"}, [3]string{"3", "221", "#f2c14e"}},
}

// newColors picks the colours for a dark or a light background.
func newColors(dark bool, profile colorprofile.Profile, others map[string]string) colors {
	c := colors{onHighlight: lipgloss.Complete(profile)(lipgloss.Color("0"), lipgloss.Color("16"), lipgloss.Color("#1a1500"))}
	for _, s := range shades {
		of := s.light
		if dark {
			of = s.dark
		}
		*s.of(&c) = lipgloss.Complete(profile)(lipgloss.Color(of[0]), lipgloss.Color(of[1]), lipgloss.Color(of[2]))
		if other := others[s.name]; other != "" {
			*s.of(&c) = profile.Convert(lipgloss.Color(other))
		}
	}
	return c
}

// ThemeColors are the colours of a theme that can be others, by name, and their names in an order.
func ThemeColors(dark bool) (names []string, values map[string]string) {
	values = map[string]string{}
	for _, s := range shades {
		names = append(names, s.name)
		if values[s.name] = s.light[2]; dark {
			values[s.name] = s.dark[2]
		}
	}
	return names, values
}

var hexColor = regexp.MustCompile(`^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$`)

// CheckColor says whether a text is a colour: a true one, or the number of one of the terminal's.
func CheckColor(text string) error {
	if n, err := strconv.Atoi(text); err == nil && n >= 0 && n <= 255 || hexColor.MatchString(text) {
		return nil
	}
	return fmt.Errorf("%q is no colour: write one such as #56d4dd, or a number of the terminal's from 0 to 255", text)
}
