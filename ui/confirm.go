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
	answers  int // line of the body that has them
}

func (c *confirm) title() string { return c.name }

func (c *confirm) body(width, _ int) []string {
	lines := append([]string{""}, wrap(c.question, min(width, 60))...)
	styles := c.env.styles.Footer
	c.answers = len(lines) + 1
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

// point implements [pointed]: a click on an answer gives it.
func (c *confirm) point(msg tea.MouseMsg) (cmd tea.Cmd, done bool) {
	const key, gap = 2, 4
	at := msg.Mouse()
	_, click := msg.(tea.MouseClickMsg)
	yes, no := key+len(c.yes), key+len(c.no)
	switch x := at.X; {
	case !click || at.Y != c.answers || x < 0:
	case x < yes:
		return c.do(), true
	case x >= yes+gap && x < yes+gap+no:
		return nil, true
	}
	return nil, false
}
