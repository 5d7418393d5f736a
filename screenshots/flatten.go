package main

import (
	"fmt"
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
)

// The terminal's own colours, for cells that set none.
var (
	foreground = color.RGBA{0xc9, 0xd1, 0xd9, 0xff}
	background = color.RGBA{0x10, 0x14, 0x1c, 0xff}
)

// lookalikes stand for characters that the renderer's font doesn't have.
var lookalikes = strings.NewReplacer("◐", "◔", "◓", "◕", "◑", "◔", "◒", "◕", "↵", "⏎", "⚑", "◆")

// flatten says the same as screen in the few escape sequences that the renderer understands: it knows no reverse, faint
// or single resets, so each run of cells gets a reset and then all of its colours.
func flatten(screen string, width, height int) string {
	cells := uv.NewScreenBuffer(width, height)
	uv.NewStyledString(strings.TrimSuffix(screen, "\n")).Draw(cells, cells.Bounds())
	var out strings.Builder
	for y := range height {
		last := ""
		for x := range width {
			cell := cells.CellAt(x, y)
			if cell == nil || cell.Width == 0 { // the right half of a wide character
				continue
			}
			if style := sgr(cell.Style); style != last {
				out.WriteString(style)
				last = style
			}
			out.WriteString(lookalikes.Replace(cell.Content))
		}
		out.WriteString("\x1b[0m\n")
	}
	return out.String()
}

func sgr(style uv.Style) string {
	fg, bg := rgb(style.Fg, foreground), rgb(style.Bg, background)
	if style.Attrs&uv.AttrReverse != 0 {
		fg, bg = bg, fg
	}
	if style.Attrs&uv.AttrFaint != 0 {
		fg = between(fg, bg)
	}
	s := fmt.Sprintf("\x1b[0m\x1b[38;2;%d;%d;%d", fg.R, fg.G, fg.B)
	if style.Underline != 0 {
		s += ";4"
	}
	if bg != background {
		s += fmt.Sprintf(";48;2;%d;%d;%d", bg.R, bg.G, bg.B)
	}
	return s + "m"
}

func rgb(c color.Color, otherwise color.RGBA) color.RGBA {
	if c == nil {
		return otherwise
	}
	return color.RGBAModel.Convert(c).(color.RGBA)
}

func between(a, b color.RGBA) color.RGBA {
	mean := func(x, y uint8) uint8 { return uint8((int(x) + int(y)) / 2) }
	return color.RGBA{mean(a.R, b.R), mean(a.G, b.G), mean(a.B, b.B), 0xff}
}
