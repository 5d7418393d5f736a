package ui

import "io"

// env is what the panes share. The root owns it and changes its parts in place, so that a change of theme
// reaches every pane with the next frame.
type env struct {
	styles *Styles
	glyphs *Glyphs
	input  io.WriteCloser // see Config.Input
}
