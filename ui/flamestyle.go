package ui

import (
	"image/color"
	"slices"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// Block paints a box of an icicle: Text what stands in it, Line the line at its left, Edge the cell in which it ends.
type Block struct{ Text, Line, Edge Paint }

// FlameStyles are for icicles. Boxes side by side have different shades, whatever their hues.
type FlameStyles struct {
	Filled bool        // boxes have colours of their own; otherwise they are drawn with lines
	Frames [6][2]Block // hues, each in two shades
	Plain  [2]Block    // with no hue
	Grew   Block
	Shrank Block
}

// flameColors are the colours of boxes for one background: the text's, and those of the boxes, each as lipgloss has them
// for 16 and 256 colours and in full.
type flameColors struct {
	text   [3]string
	line   [3]string // of boxes, at their left
	frames [6][2][3]string
	plain  [2][3]string
	grew   [3]string
	shrank [3]string
}

var darkFlame = flameColors{
	text: [3]string{"15", "231", "#f2f5fb"},
	line: [3]string{"0", "234", "#10141c"},
	frames: [6][2][3]string{
		{{"4", "26", "#355e9e"}, {"4", "25", "#2b4c80"}},
		{{"5", "97", "#6f519f"}, {"5", "60", "#594180"}},
		{{"6", "29", "#2a7768"}, {"6", "23", "#226054"}},
		{{"4", "94", "#855f22"}, {"4", "58", "#6c4d1b"}},
		{{"6", "24", "#1f7387"}, {"6", "23", "#195d6d"}},
		{{"2", "28", "#4d7530"}, {"2", "22", "#3e5f27"}},
	},
	plain:  [2][3]string{{"8", "240", "#454d61"}, {"8", "238", "#383f50"}},
	grew:   [3]string{"1", "124", "#a33a3a"},
	shrank: [3]string{"4", "25", "#2f65b0"},
}

var lightFlame = flameColors{
	text: [3]string{"0", "16", "#1b2130"},
	line: [3]string{"15", "231", "#ffffff"},
	frames: [6][2][3]string{
		{{"6", "153", "#c4d9fb"}, {"6", "117", "#a9c7f5"}},
		{{"5", "189", "#ddcff8"}, {"5", "183", "#cab6f1"}},
		{{"2", "158", "#bfead9"}, {"2", "115", "#a2dcc7"}},
		{{"3", "223", "#f8e2b0"}, {"3", "222", "#f0d28c"}},
		{{"6", "159", "#bde8f1"}, {"6", "116", "#9fd9e6"}},
		{{"2", "193", "#d6ecbd"}, {"2", "150", "#bfdf9d"}},
	},
	plain:  [2][3]string{{"7", "254", "#e3e7ee"}, {"7", "252", "#d3d9e3"}},
	grew:   [3]string{"1", "217", "#f6b8b2"},
	shrank: [3]string{"6", "153", "#b3d0fa"},
}

// brightBasics are those of the 16 colours on which white can't be read in many terminals.
var brightBasics = []string{"2", "3", "6", "7"}

func newFlameStyles(dark bool, profile colorprofile.Profile) FlameStyles {
	colors := lightFlame
	if dark {
		colors = darkFlame
	}
	pick := func(c [3]string) color.Color {
		return lipgloss.Complete(profile)(lipgloss.Color(c[0]), lipgloss.Color(c[1]), lipgloss.Color(c[2]))
	}
	text, line := pick(colors.text), pick(colors.line)
	block := func(c [3]string) Block {
		back, text := pick(c), text
		if profile == colorprofile.ANSI && slices.Contains(brightBasics, c[0]) {
			text = lipgloss.Color("0")
		}
		plain := lipgloss.NewStyle()
		return Block{
			Text: newPaint(plain.Foreground(text).Background(back)),
			Line: newPaint(plain.Foreground(line).Background(back)),
			Edge: newPaint(plain.Foreground(back)),
		}
	}
	s := FlameStyles{Filled: profile >= colorprofile.ANSI, Grew: block(colors.grew), Shrank: block(colors.shrank)}
	for i, shades := range colors.frames {
		for k, shade := range shades {
			s.Frames[i][k] = block(shade)
		}
	}
	for k, shade := range colors.plain {
		s.Plain[k] = block(shade)
	}
	return s
}
