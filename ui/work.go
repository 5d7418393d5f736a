package ui

import tea "charm.land/bubbletea/v2"

// worker panes do what takes longer than a frame in commands. The root asks the visible ones after each frame whether
// there is something to do; a command ends after some hundredths of a second and returns a workedMsg.
type worker interface {
	work() tea.Cmd
	// behindStore says that there is work, if not yet now.
	behindStore() bool
}

// workedMsg brings what a command has worked out. Done gives it to the pane, on the screen's own goroutine.
type workedMsg struct{ done func() }

// work starts what the visible tab has to do, or what was opened over it, and the palette.
func (r *root) work() (cmd tea.Cmd) {
	r.worker(func(p pane, w worker) { cmd = tea.Batch(cmd, r.guarded(p, w.work())) })
	if p, ok := r.modal.(*palette); ok {
		return tea.Batch(cmd, p.work())
	}
	return cmd
}

// workWaits says whether one of them will have to do something.
func (r *root) workWaits() (waits bool) {
	r.worker(func(_ pane, w worker) { waits = waits || w.behindStore() })
	return waits
}

// worker lets f use the visible tab and what was opened over it, those that are workers.
func (r *root) worker(f func(pane, worker)) {
	for _, s := range []slot{slotTab, slotOpened} {
		if _, visible := r.layout.find(s); !visible {
			continue
		}
		r.guard(s, func(p pane) {
			if w, ok := p.(worker); ok {
				f(p, w)
			}
		})
	}
}
