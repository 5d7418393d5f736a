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
// hard to read.
type shade struct {
	name        string
	of          func(*colors) *color.Color
	basic       string
	light, dark [2]string // of 256 colours, and in full
}

var shades = []shade{
	{"accent", func(c *colors) *color.Color { return &c.accent }, "6", [2]string{"24", "#00687b"}, [2]string{"80", "#56d4dd"}},
	{"dim", func(c *colors) *color.Color { return &c.dim }, "8", [2]string{"240", "#57606f"}, [2]string{"249", "#9ba3b6"}},
	{"line", func(c *colors) *color.Color { return &c.line }, "8", [2]string{"249", "#b9c0cc"}, [2]string{"240", "#4c5468"}},
	{"good", func(c *colors) *color.Color { return &c.good }, "2", [2]string{"22", "#14702f"}, [2]string{"114", "#7fd88f"}},
	{"warn", func(c *colors) *color.Color { return &c.warn }, "3", [2]string{"58", "#855400"}, [2]string{"221", "#f2c14e"}},
	{"bad", func(c *colors) *color.Color { return &c.bad }, "1", [2]string{"124", "#c0202a"}, [2]string{"210", "#ff7a7a"}},
	{"blue", func(c *colors) *color.Color { return &c.blue }, "4", [2]string{"25", "#0b5cad"}, [2]string{"111", "#82b1ff"}},
	{"purple", func(c *colors) *color.Color { return &c.purple }, "5", [2]string{"91", "#7a3fc0"}, [2]string{"177", "#c49bff"}},
	{"teal", func(c *colors) *color.Color { return &c.teal }, "6", [2]string{"23", "#0f6b5c"}, [2]string{"79", "#63d3b4"}},
	{"selected", func(c *colors) *color.Color { return &c.selected }, "", [2]string{"254", "#dbe6f7"}, [2]string{"237", "#2a3349"}},
	{"highlight", func(c *colors) *color.Color { return &c.highlight }, "3", [2]string{"221", "#ffd866"}, [2]string{"221", "#f2c14e"}},
}

// newColors picks the colours for a dark or a light background.
func newColors(dark bool, profile colorprofile.Profile, others map[string]string) colors {
	c := colors{onHighlight: lipgloss.Complete(profile)(lipgloss.Color("0"), lipgloss.Color("16"), lipgloss.Color("#1a1500"))}
	for _, s := range shades {
		of := s.light
		if dark {
			of = s.dark
		}
		*s.of(&c) = lipgloss.Complete(profile)(lipgloss.Color(s.basic), lipgloss.Color(of[0]), lipgloss.Color(of[1]))
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
		if values[s.name] = s.light[1]; dark {
			values[s.name] = s.dark[1]
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
