package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"
)

// NewProgram returns the program of a screen, for who has to tell it of its terminal. What it starts ends with ctx.
func NewProgram(ctx context.Context, config Config, options ...tea.ProgramOption) *tea.Program {
	r := newRoot(ctx, config)
	return r.program(r, options...)
}
