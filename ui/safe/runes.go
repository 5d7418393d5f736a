package safe

import (
	"unicode"

	"github.com/clipperhouse/displaywidth"
	"github.com/mattn/go-runewidth"
)

// blank are characters of printable categories that show nothing, or change how their neighbours show.
var blank = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x034f, Hi: 0x034f, Stride: 1}, // combining grapheme joiner
		{Lo: 0x1100, Hi: 0x11ff, Stride: 1}, // Hangul letters that join, and fillers
		{Lo: 0x17b4, Hi: 0x17b5, Stride: 1}, // Khmer inherent vowels
		{Lo: 0x180b, Hi: 0x180f, Stride: 1}, // Mongolian variation selectors
		{Lo: 0x2800, Hi: 0x2800, Stride: 1}, // blank Braille pattern
		{Lo: 0x3164, Hi: 0x3164, Stride: 1}, // Hangul filler
		{Lo: 0xa960, Hi: 0xa97f, Stride: 1}, // more Hangul letters that join
		{Lo: 0xd7b0, Hi: 0xd7ff, Stride: 1},
		{Lo: 0xfe00, Hi: 0xfe0f, Stride: 1}, // variation selectors
		{Lo: 0xffa0, Hi: 0xffa0, Stride: 1}, // halfwidth Hangul filler
	},
	R32: []unicode.Range32{
		{Lo: 0x1d159, Hi: 0x1d159, Stride: 1}, // null notehead
		{Lo: 0x1f1e6, Hi: 0x1f1ff, Stride: 1}, // regional indicators: flags
		{Lo: 0x1f3fb, Hi: 0x1f3ff, Stride: 1}, // skin tones
		{Lo: 0xe0100, Hi: 0xe01ef, Stride: 1}, // variation selectors
	},
}

// visible says whether a terminal shows r, as one thing in cells of its own (or as a mark on the letter before).
// [unicode.IsPrint] leaves out the categories of controls, formats (bidi, zero-width, tags), private use,
// unassigned code points and all spaces but the ASCII one.
func visible(r rune) bool {
	if r < 0x7f {
		return r >= ' '
	}
	return unicode.IsPrint(r) && !unicode.Is(blank, r) && steady(r)
}

// neighbours stand for what text is made of: letters, and consonants that others can join.
var neighbours = [...]string{"a", "क"}

// steady says whether r has one width, no matter who measures and what stands beside it.
func steady(r rune) bool {
	width := displaywidth.Rune(r)
	if width != runewidth.RuneWidth(r) || (width == 0) != unicode.Is(unicode.M, r) {
		return false
	}
	for _, neighbour := range neighbours {
		if displaywidth.String(neighbour+string(r)+neighbour) != width+2 {
			return false
		}
	}
	return true
}
