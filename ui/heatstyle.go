package ui

import (
	"image/color"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// heatShades is how many shades a heat map has where the terminal has colours enough.
const heatShades = 6

// HeatStyles are for heat maps. Shades get lighter on a dark background and darker on a light one, all of one hue.
type HeatStyles struct {
	Filled bool                                  // shades are colours; otherwise they are drawn as characters
	Halves [heatShades + 1][heatShades + 1]Paint // by the shades of the upper and the lower half of a cell, 0 for none
}

// heatColors are the shades for a background, each as lipgloss has them for 256 colours and in full.
var (
	darkHeat = [heatShades][2]string{
		{"23", "#17404a"}, {"30", "#1d6472"}, {"37", "#2590a0"}, {"44", "#3bbac6"}, {"87", "#7fe6ea"}, {"195", "#dffcff"},
	}
	lightHeat = [heatShades][2]string{
		{"195", "#d3edf0"}, {"152", "#a6d6dc"}, {"109", "#72b6c0"}, {"66", "#3f919d"}, {"23", "#1c6672"}, {"16", "#08323b"},
	}
)

func newHeatStyles(dark bool, profile colorprofile.Profile) HeatStyles {
	colors := lightHeat
	if dark {
		colors = darkHeat
	}
	s := HeatStyles{Filled: profile >= colorprofile.ANSI256}
	pick := func(shade int) color.Color {
		c := colors[shade-1]
		return lipgloss.Complete(profile)(lipgloss.NoColor{}, lipgloss.Color(c[0]), lipgloss.Color(c[1]))
	}
	for upper := range s.Halves {
		for lower := range s.Halves[upper] {
			style := lipgloss.NewStyle()
			switch {
			case upper > 0 && lower > 0:
				style = style.Foreground(pick(upper)).Background(pick(lower))
			case upper+lower > 0:
				style = style.Foreground(pick(upper + lower))
			}
			s.Halves[upper][lower] = newPaint(style)
		}
	}
	return s
}
