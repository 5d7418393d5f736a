package ui

import (
	tea "charm.land/bubbletea/v2"
)

// restyle makes the styles anew. They are changed in place, as all panes have them.
func (r *root) restyle() {
	others := r.config.LightColors
	if r.dark {
		others = r.config.DarkColors
	}
	*r.env.styles = *newStyles(r.dark, r.profile, others)
}

// background takes in what the terminal says of its background.
func (r *root) background(msg tea.BackgroundColorMsg) tea.Cmd {
	if r.config.Theme == ThemeAuto {
		r.dark = msg.IsDark()
		r.restyle()
	}
	return nil
}

// askBackground asks the terminal for its background when that decides on the theme.
func (r *root) askBackground() tea.Cmd {
	if r.config.Theme != ThemeAuto {
		return nil
	}
	return tea.RequestBackgroundColor
}

// setTheme changes what the colours are made for.
func (r *root) setTheme(t Theme) tea.Cmd {
	r.config.Theme = t
	if t == ThemeAuto {
		return r.askBackground()
	}
	r.dark = t == ThemeDark
	r.restyle()
	return nil
}
