package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// globalKeys work wherever the focus is, unless a question or a prompt waits for an answer.
type globalKeys struct {
	NextPane, PreviousPane, NextTab, PreviousTab, Tab key.Binding
	Zoom, Pause, Filter, Shutdown, Cut, Copy, Editor  key.Binding
	Help, Palette, Quit, Force, Back                  key.Binding
	NextMatch, PreviousMatch, Lift, Viewers           key.Binding
}

func bind(help, description string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, description))
}

func newGlobalKeys() globalKeys {
	return globalKeys{
		NextPane:      bind("tab", "next pane", "tab"),
		PreviousPane:  bind("shift+tab", "previous pane", "shift+tab"),
		Tab:           bind("1…9", "open a tab", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
		NextTab:       bind("]", "next tab", "]"),
		PreviousTab:   bind("[", "previous tab", "["),
		Zoom:          bind("z", "zoom the pane, and back", "z"),
		Pause:         bind("space", "pause and resume the view", "space"),
		Filter:        bind("/", "filter", "/"),
		NextMatch:     bind("n", "next match", "n"),
		PreviousMatch: bind("N", "previous match", "N"),
		Shutdown:      bind("x", "shut the session down", "x"),
		Cut:           bind("X", "end the session at once", "X"),
		Copy:          bind("y", "copy", "y"),
		Editor:        bind("o", "open the source in $EDITOR", "o"),
		Help:          bind("?", "help", "?"),
		Palette:       bind(":", "search commands, functions, everything", ":"),
		Back:          bind("esc", "back, drop the filter", "esc"),
		Lift:          bind("*", "lift the time range", "*"),
		Viewers:       bind("V", "who else watches", "V"),
		Quit:          bind("q", "quit", "q", "ctrl+c"),
		Force:         bind("ctrl+c", "quit now", "ctrl+c"),
	}
}

// list is the order of the help.
func (k globalKeys) list() []key.Binding {
	return []key.Binding{
		k.NextPane, k.PreviousPane, k.Tab, k.NextTab, k.PreviousTab, k.Zoom, k.Pause, k.Filter, k.NextMatch, k.PreviousMatch,
		k.Back, k.Lift, k.Copy, k.Editor, k.Shutdown, k.Cut, k.Viewers, k.Palette, k.Help, k.Quit,
	}
}

// moveKeys move a cursor or a window through lines.
type moveKeys struct {
	Up, Down, PageUp, PageDown, HalfUp, HalfDown, Top, Bottom key.Binding
}

func newMoveKeys() moveKeys {
	return moveKeys{
		Up:       bind("↑/k", "up", "up", "k"),
		Down:     bind("↓/j", "down", "down", "j"),
		PageUp:   bind("pgup", "page up", "pgup"),
		PageDown: bind("pgdn", "page down", "pgdown"),
		HalfUp:   bind("ctrl+u", "half a page up", "ctrl+u"),
		HalfDown: bind("ctrl+d", "half a page down", "ctrl+d"),
		Top:      bind("g", "top", "g", "home"),
		Bottom:   bind("G", "bottom", "G", "end"),
	}
}

func (k moveKeys) list() []key.Binding {
	return []key.Binding{k.Up, k.Down, k.PageUp, k.PageDown, k.HalfUp, k.HalfDown, k.Top, k.Bottom}
}

// wheelLines is how far one step of the mouse wheel goes.
const wheelLines = 3

// far is more lines than any pane has.
const far = 1 << 30

// lines is how many lines down msg asks to go on pages of the given height.
func (k moveKeys) lines(msg tea.Msg, height int) (n int, ok bool) {
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		switch msg.Button {
		case tea.MouseWheelUp:
			return -wheelLines, true
		case tea.MouseWheelDown:
			return wheelLines, true
		}
	case tea.KeyPressMsg:
		for _, m := range []struct {
			binding key.Binding
			lines   int
		}{
			{k.Up, -1},
			{k.Down, 1},
			{k.PageUp, -height},
			{k.PageDown, height},
			{k.HalfUp, -height / 2},
			{k.HalfDown, height / 2},
			{k.Top, -far},
			{k.Bottom, far},
		} {
			if key.Matches(msg, m.binding) {
				return m.lines, true
			}
		}
	}
	return 0, false
}
