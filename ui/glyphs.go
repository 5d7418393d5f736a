package ui

// Glyphs are the characters that stand for something, each one cell wide. States are told apart by them, without colour.
type Glyphs struct {
	Border Border

	Live, Half, Ended, Failed string // marks of sessions: live, handshaking, ended, refused or lost
	Done, Pause, Loss         string
	Flag                      string // of what watchers have found
	Gap                       string // line through a place where something is missing
	Counted                   string // of calls that were added up in the tracee
	Folded, Unfolded, Cursor  string
	In, Out                   string // directions of packets
	Up, Down                  string // sort order, and that there is more
	Dot, Ellipsis             string
	Unknown, Panic, Error     string // ends of calls
	Touched                   string // of a figure that losses may have made too small, or too large
	Guess                     string // of a name that nobody told
	Deep                      string // stands for levels of depth that are not drawn
	Micro                     string // unit of time
	Shade                     string // bar of what has no end yet

	// Spin are the marks of an open call, one after the other.
	Spin [4]string

	ASCII bool // nothing but ASCII may be drawn
}

// Border is what boxes are drawn with.
type Border struct {
	Horizontal, Vertical                       string
	TopLeft, TopRight, BottomLeft, BottomRight string
	TeeLeft, TeeRight                          string // where a line meets the left and the right side
}

var unicodeGlyphs = Glyphs{
	Border: Border{
		Horizontal: "─", Vertical: "│", TopLeft: "╭", TopRight: "╮", BottomLeft: "╰", BottomRight: "╯",
		TeeLeft: "├", TeeRight: "┤",
	},
	Live: "●", Half: "◔", Ended: "○", Failed: "✗",
	Done: "✓", Pause: "‖", Loss: "▲", Flag: "⚑", Counted: "Σ", Gap: "┄",
	Folded: "+", Unfolded: "▾", Cursor: "▸",
	In: "←", Out: "→", Up: "↑", Down: "↓",
	Dot: "·", Ellipsis: "…",
	Unknown: "?", Panic: "✗", Error: "!", Touched: "~", Guess: "≈", Deep: "⋯", Micro: "µs", Shade: "░",
	Spin: [4]string{"▖", "▘", "▝", "▗"},
}

var asciiGlyphs = Glyphs{
	Border: Border{
		Horizontal: "-", Vertical: "|", TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+",
		TeeLeft: "+", TeeRight: "+",
	},
	Live: "*", Half: "~", Ended: "o", Failed: "x",
	Done: "+", Pause: "=", Loss: "!", Flag: "!", Counted: "#", Gap: "-",
	Folded: "+", Unfolded: "v", Cursor: ">",
	In: "<", Out: ">", Up: "^", Down: "v",
	Dot: ".", Ellipsis: "~",
	Unknown: "?", Panic: "x", Error: "E", Touched: "~", Guess: "=", Deep: "~", Micro: "us", Shade: ".",
	Spin:  [4]string{"|", "/", "-", "\\"},
	ASCII: true,
}

// newGlyphs returns the set to draw with.
func newGlyphs(ascii bool) *Glyphs {
	g := unicodeGlyphs
	if ascii {
		g = asciiGlyphs
	}
	return &g
}
