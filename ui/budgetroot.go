package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// askedFor is for how long what is worked out in the background counts as what the last key has asked for.
const askedFor = time.Second

// awaits says whether somebody waits for what comes of a message. With bounds to keep, that isn't so for what is worked out because something
// has arrived.
func (r *root) awaits(msg tea.Msg) bool {
	bounded := r.config.Account != nil
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg, tea.MouseMsg:
		r.asked = r.now()
		return true
	case tea.WindowSizeMsg:
		return bounded
	case workedMsg:
		return !bounded || r.now().Sub(r.asked) < askedFor
	}
	return false
}

// drawPaid draws, and pays for that.
func (r *root) drawPaid() {
	a := r.config.Account
	if a == nil {
		r.draw()
		return
	}
	a.worked(effort(r.draw) + time.Duration(r.width*r.height)*cellEffort)
}

// pay runs a command of a pane, which may work something out.
func (a *Account) pay(cmd tea.Cmd) (msg tea.Msg) {
	if a == nil {
		return cmd()
	}
	a.budget.lanes <- struct{}{}
	defer func() { <-a.budget.lanes }()
	a.worked(effort(func() { msg = cmd() }))
	return msg
}
