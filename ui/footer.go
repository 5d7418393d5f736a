package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/ui/safe"
)

// footer is the line at the bottom: what was said, or which keys there are.
func (r *root) footer() string {
	styles := r.env.styles.Footer
	if trouble := r.store.Trouble(); trouble != "" {
		return safe.Fit(" "+styles.Error.Render(safe.String(trouble)), r.width)
	}
	switch {
	case r.notice.bad:
		return safe.Fit(" "+styles.Error.Render(r.notice.text), r.width)
	case r.notice.text != "":
		return safe.Fit(" "+styles.Message.Render(r.notice.text), r.width)
	}
	return r.keyLine()
}

// hint is a key in the footer and what it does there.
type hint struct{ key, does, press string }

func (h hint) width() int { return safe.Width(h.key) + safe.Width(h.does) + len("   ") }

// hintOf is the hint at a key that the user knows.
func hintOf(b key.Binding) hint {
	h := hint{key: b.Help().Key, does: b.Help().Desc}
	if keys := b.Keys(); len(keys) > 0 {
		h.press = keys[0]
	}
	return h
}

// keyLine shows the hints.
func (r *root) keyLine() string {
	styles, line := r.env.styles.Footer, ""
	for _, h := range r.hints() {
		line += " " + styles.Key.Render(h.key) + " " + styles.Action.Render(h.does) + " "
	}
	return safe.Fit(line, r.width)
}

// hints are the focused pane's keys and the most useful global ones, as many as fit, and always the way to the rest.
func (r *root) hints() (list []hint) {
	end := r.wayOut()
	room := r.width
	for _, h := range end {
		room -= h.width()
	}
	for _, b := range r.footerKeys() {
		h := hintOf(b)
		if !b.Enabled() || h.key == "" {
			continue
		}
		if room -= h.width(); room < 0 {
			break
		}
		list = append(list, h)
	}
	return append(list, end...)
}

// wayOut is what ends the line: keys that always do something, except where they are text.
func (r *root) wayOut() []hint {
	switch {
	case r.typing():
		return nil
	case r.opened != nil:
		return known(r.globalHint(r.keys.Help, "help")) // q closes what is opened, as esc does
	}
	return known(r.globalHint(r.keys.Palette, "command"), r.globalHint(r.keys.Help, "help"), r.globalHint(r.keys.Quit, "quit"))
}

// known leaves out hints at what the user has taken the key away from.
func known(hints ...hint) []hint {
	return slices.DeleteFunc(hints, func(h hint) bool { return h.key == "" })
}

// globalHint tells of a global key in a word.
func (r *root) globalHint(b key.Binding, action string) hint {
	h := hintOf(r.keymap.shown(scopeGlobal, b))
	h.does = action
	return h
}

// clickFooter does what the key at x does.
func (r *root) clickFooter(x int) tea.Cmd {
	for _, h := range r.hints() {
		if x < h.width() {
			return r.deliver(r.original(h.press))
		}
		x -= h.width()
	}
	return nil
}

// footerKeys are the first of the pane's own keys, the global ones, and the others of the pane, if there is room.
func (r *root) footerKeys() []key.Binding {
	const first = 2
	var own []key.Binding
	r.guard(r.focusedSlot(), func(p pane) { own = r.keymap.allShown(paneScope(p), p.keys()) })
	n := min(len(own), first)
	return slices.Concat(own[:n], r.globalHints(), own[n:])
}

// globalHints are the global keys that mean something now.
func (r *root) globalHints() []key.Binding {
	if r.opened != nil || r.sessions.empty() || r.typing() {
		return nil
	}
	pause := "pause"
	if r.isPaused() {
		pause = "resume"
	}
	var hints []key.Binding
	for _, h := range []struct {
		binding key.Binding
		does    string
	}{
		{r.keys.NextPane, "pane"}, {r.keys.Filter, "filter"}, {r.keys.Pause, pause}, {r.keys.Zoom, "zoom"}, {r.keys.Shutdown, "shut down"},
	} {
		b := r.keymap.shown(scopeGlobal, h.binding)
		b.SetHelp(b.Help().Key, h.does)
		hints = append(hints, b)
	}
	if row, ok := r.sessions.row(); !ok || row.State.Ended() {
		return hints[:len(hints)-1]
	}
	return hints
}
