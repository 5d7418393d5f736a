package ui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
)

// key routes a key: first to what waits for an answer, then to the global keys, then to the focused pane.
func (r *root) key(msg tea.KeyPressMsg) tea.Cmd {
	if key.Matches(msg, r.keys.Force) {
		return r.force()
	}
	r.goOn()
	switch {
	case r.modal != nil:
		return r.answer(msg)
	case r.prompt != nil:
		return r.typeFilter(msg)
	case r.typing():
		return r.toPane(msg)
	case r.chord.waits:
		return r.endChord(msg)
	}
	if cmd, held := r.beginChord(msg); held {
		return cmd
	}
	return r.single(msg)
}

// goOn takes away what was said, since somebody does something else by now.
func (r *root) goOn() {
	r.quitted = false
	r.notice = noticeMsg{}
}

// single handles a key that is no part of a chord.
func (r *root) single(msg tea.KeyPressMsg) tea.Cmd {
	switch keys := r.original(msg.String()); keys {
	case msg.String():
	case "":
		return nil
	default:
		return r.deliver(keys)
	}
	if cmd, handled := r.global(msg); handled {
		return cmd
	}
	return r.toPane(msg)
}

// typing says whether the focused pane takes text.
func (r *root) typing() bool {
	p, ok := r.focused().(typist)
	return ok && p.typing()
}

// toPane gives a message to the focused pane, and what the pane has no use for to the root.
func (r *root) toPane(msg tea.Msg) (cmd tea.Cmd) {
	handled := false
	r.guard(r.focusedSlot(), func(p pane) {
		cmd, handled = p.update(msg)
		cmd = r.guarded(p, cmd)
	})
	if press, ok := msg.(tea.KeyPressMsg); ok && !handled {
		return r.fallback(press)
	}
	return cmd
}

// global handles the keys that mean the same everywhere.
func (r *root) global(msg tea.KeyPressMsg) (cmd tea.Cmd, handled bool) {
	k := r.keys
	switch {
	case key.Matches(msg, k.Quit):
		if r.opened != nil {
			return nil, false // closes what is opened
		}
		return r.quit(), true
	case key.Matches(msg, k.Help):
		r.modal = newHelp(r)
	case key.Matches(msg, k.Palette):
		r.openPalette()
	case key.Matches(msg, k.Pause):
		r.togglePause()
	case key.Matches(msg, k.Zoom):
		r.zoomed = !r.zoomed
	case key.Matches(msg, k.Lift):
		r.span = model.Span{}
	case key.Matches(msg, k.Shutdown):
		r.askEnd(confirm{
			name: "Shut down", question: "Shut down the session of %s? The program goes on, but is no longer traced.",
			yes: "shut down",
		}, Commander.Shutdown)
	case key.Matches(msg, k.Cut):
		r.askEnd(confirm{
			name: "End at once", question: "End the session of %s at once? The program goes on, but what it still has to send is lost.",
			yes: "end it",
		}, Commander.Cut)
	case key.Matches(msg, k.Viewers) && r.opened == nil:
		return r.openCompany(), true
	case key.Matches(msg, k.Copy):
		return r.copy(), true
	case key.Matches(msg, k.Editor):
		return r.openEditor(), true
	case r.opened != nil:
		return nil, false
	default:
		return nil, r.navigate(msg)
	}
	return nil, true
}

// navigate handles the keys that move the focus.
func (r *root) navigate(msg tea.KeyPressMsg) bool {
	k := r.keys
	switch {
	case key.Matches(msg, k.NextPane):
		r.stepFocus(1)
	case key.Matches(msg, k.PreviousPane):
		r.stepFocus(slotCount - 1)
	case key.Matches(msg, k.NextTab):
		r.showTab((r.tab + 1) % len(r.tabs))
	case key.Matches(msg, k.PreviousTab):
		r.showTab((r.tab + len(r.tabs) - 1) % len(r.tabs))
	case key.Matches(msg, k.Tab):
		r.showTab(int(msg.String()[0] - '1'))
	case key.Matches(msg, k.Filter):
		r.startFilter()
	default:
		return false
	}
	return true
}

// stepFocus goes to the next pane that there is.
func (r *root) stepFocus(n slot) {
	r.focus = (r.focus + n) % slotCount
	if r.focus == slotPackets && r.wireOpen() {
		r.focus = (r.focus + n) % slotCount
	}
}

// fallback gives meaning to keys that the focused pane has none for.
func (r *root) fallback(msg tea.KeyPressMsg) tea.Cmd {
	target, filtered := r.filterTarget()
	filtered = filtered && target.filter() != ""
	switch {
	case key.Matches(msg, r.keys.Back) && filtered:
		target.setFilter("")
	case key.Matches(msg, r.keys.Back) && r.zoomed:
		r.zoomed = false
	case key.Matches(msg, r.keys.NextMatch) && filtered:
		return r.toPane(tea.KeyPressMsg{Code: tea.KeyDown})
	case key.Matches(msg, r.keys.PreviousMatch) && filtered:
		return r.toPane(tea.KeyPressMsg{Code: tea.KeyUp})
	case key.Matches(msg, r.keys.Quit) && r.opened != nil:
		r.opened = nil
	}
	return nil
}

// togglePause stops the view, or lets it go on.
func (r *root) togglePause() {
	if r.isPaused() {
		r.paused = time.Time{}
	} else {
		r.paused = r.now()
	}
}

func (r *root) isPaused() bool { return !r.paused.IsZero() }

// paste goes where text is typed.
func (r *root) paste(msg tea.PasteMsg) tea.Cmd {
	switch {
	case r.prompt != nil:
		return r.typeFilter(msg)
	case r.modal != nil:
		if p, ok := r.modal.(*palette); ok {
			return p.typed(msg)
		}
	case r.typing():
		return r.toPane(msg)
	}
	return nil
}
