package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/ui/safe"
)

// help lists all keys, as the key maps have them.
type help struct {
	env      *env
	groups   []keyGroup
	move     moveKeys
	scroll   scroller
	lines    int // in all
	height   int // in view
	keyWidth int
}

type keyGroup struct {
	name string
	keys []key.Binding
}

// newHelp begins with the focused pane's keys.
func newHelp(r *root) *help {
	h := &help{env: r.env, move: newMoveKeys()}
	add := func(p pane) { h.add(p.title(), r.keymap.allShown(paneScope(p), p.keys())) }
	add(r.focused())
	h.add("Marks", r.env.marks())
	h.add("Everywhere", r.keymap.allShown(scopeGlobal, r.keys.list()))
	for s := range slotCount {
		if p := r.pane(s); p != r.focused() && s != slotTab {
			add(p)
		}
	}
	for _, p := range r.tabs {
		if p != r.focused() {
			add(p)
		}
	}
	return h
}

func (h *help) add(name string, bindings []key.Binding) {
	var keys []key.Binding
	for _, b := range bindings {
		known := slices.ContainsFunc(keys, func(k key.Binding) bool { return k.Help().Key == b.Help().Key })
		if b.Enabled() && b.Help().Key != "" && !known {
			keys = append(keys, b)
			h.keyWidth = max(h.keyWidth, safe.Width(b.Help().Key))
		}
	}
	if len(keys) > 0 {
		h.groups = append(h.groups, keyGroup{name, keys})
	}
}

func (h *help) title() string { return "Help" }

func (h *help) body(width, height int) []string {
	lines := []string{""}
	for _, g := range h.groups {
		lines = append(lines, h.env.styles.Text.Strong.Render(g.name))
		for _, b := range g.keys {
			line := "  " + h.env.styles.Footer.Prompt.Render(safe.Pad(b.Help().Key, h.keyWidth)) + "  " + b.Help().Desc
			lines = append(lines, safe.Clip(line, width))
		}
		lines = append(lines, "")
	}
	h.lines, h.height = len(lines), max(1, height-1)
	shown := h.scroll.window(lines, h.height)
	return append(shown[:len(shown):len(shown)], h.env.styles.Text.Dim.Render(h.legend()))
}

func (h *help) legend() string {
	if h.lines > h.height {
		return "scroll with the arrows, esc closes"
	}
	return "esc closes"
}

func (h *help) update(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	if n, ok := h.move.lines(msg, h.height); ok {
		h.scroll.move(n, h.lines, h.height)
		return nil, false
	}
	switch msg.String() {
	case "esc", "?", "q", "enter":
		return nil, true
	}
	return nil, false
}

// point implements [pointed]: the wheel scrolls.
func (h *help) point(msg tea.MouseMsg) (cmd tea.Cmd, done bool) { //nolint:unparam // other modals have commands
	n, _ := h.move.lines(msg, h.height)
	h.scroll.move(n, h.lines, h.height)
	return nil, false
}
