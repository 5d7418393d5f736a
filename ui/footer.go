package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"

	"goapptrace/ui/safe"
)

// footer is the line at the bottom: what was said, or which keys there are.
func (r *root) footer() string {
	styles := r.env.styles.Footer
	switch {
	case r.notice.bad:
		return safe.Fit(" "+styles.Error.Render(r.notice.text), r.width)
	case r.notice.text != "":
		return safe.Fit(" "+styles.Message.Render(r.notice.text), r.width)
	}
	return r.keyLine()
}

// keyLine shows the focused pane's keys and the most useful global ones, as many as fit, and always the way to the rest.
func (r *root) keyLine() string {
	end, line := r.wayOut(), ""
	for _, b := range r.footerKeys() {
		hint := r.hint(b.Help().Key, b.Help().Desc)
		if !b.Enabled() || b.Help().Key == "" {
			continue
		}
		if safe.Width(line)+safe.Width(hint)+safe.Width(end) > r.width {
			break
		}
		line += hint
	}
	return safe.Fit(line+end, r.width)
}

// wayOut is what ends the line: keys that always do something, except where they are text.
func (r *root) wayOut() string {
	switch {
	case r.typing():
		return ""
	case r.opened != nil:
		return r.globalHint(r.keys.Help, "help") // q closes what is opened, as esc does
	}
	return r.globalHint(r.keys.Palette, "command") + r.globalHint(r.keys.Help, "help") + r.globalHint(r.keys.Quit, "quit")
}

// globalHint tells of a global key in a word.
func (r *root) globalHint(b key.Binding, action string) string {
	return r.hint(r.keymap.shown(scopeGlobal, b).Help().Key, action)
}

func (r *root) hint(keys, action string) string {
	styles := r.env.styles.Footer
	return " " + styles.Key.Render(keys) + " " + styles.Action.Render(action) + " "
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
