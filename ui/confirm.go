package ui

import (
	tea "charm.land/bubbletea/v2"
)

// confirm asks before something ends. Only y does it: enter is never destructive.
type confirm struct {
	env      *env
	name     string
	question string
	yes, no  string // what the answers do
	do       func() tea.Cmd
}

func (c *confirm) title() string { return c.name }

func (c *confirm) body(width, _ int) []string {
	lines := append([]string{""}, wrap(c.question, min(width, 60))...)
	styles := c.env.styles.Footer
	return append(lines, "",
		styles.Key.Render("y")+" "+styles.Action.Render(c.yes)+"    "+styles.Key.Render("n")+" "+styles.Action.Render(c.no), "")
}

func (c *confirm) update(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	switch msg.String() {
	case "y", "Y":
		return c.do(), true
	case "n", "N", "q", "esc":
		return nil, true
	}
	return nil, false
}
