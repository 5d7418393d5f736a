package ui

import "io"

// env is what the panes share. The root owns it and changes its parts in place, so that a change of theme
// reaches every pane with the next frame.
type env struct {
	styles  *Styles
	glyphs  *Glyphs
	input   io.WriteCloser // see Config.Input
	program Program        // see Config.Program
}

// typable says whether there is a program that the user can type to.
func (e *env) typable() bool {
	return e.input != nil && (e.program == nil || e.program.Running())
}
