package ui

import (
	tea "charm.land/bubbletea/v2"

	"goapptrace/ui/safe"
)

// quit ends the screen, after asking when a program of ours would have to end with it.
func (r *root) quit() tea.Cmd {
	program := r.config.Program
	if program == nil || !program.Running() {
		return tea.Quit
	}
	r.modal = &confirm{
		env:      r.env,
		name:     "Quit",
		question: safe.String(program.Name()) + " is still running. Quitting stops it.",
		yes:      "stop it and quit",
		no:       "stay",
		do: func() tea.Cmd {
			program.Stop()
			return tea.Quit
		},
	}
	return nil
}

// force is ctrl+c: the first one quits as q does, the second one always.
func (r *root) force() tea.Cmd {
	if !r.quitted {
		r.quitted = true
		return r.quit()
	}
	if program := r.config.Program; program != nil {
		program.Stop()
	}
	return tea.Quit
}
