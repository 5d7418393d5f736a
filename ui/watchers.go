package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// watchersPane lists what the watchers have found.
type watchersPane struct {
	env           *env
	width, height int
}

func newWatchersPane(e *env) *watchersPane { return &watchersPane{env: e} }

func (p *watchersPane) title() string                  { return "Watch" }
func (p *watchersPane) resize(width, height int)       { p.width, p.height = width, height }
func (p *watchersPane) update(tea.Msg) (tea.Cmd, bool) { return nil, false }
func (p *watchersPane) refresh(moment)                 {}
func (p *watchersPane) keys() []key.Binding            { return nil }
func (p *watchersPane) view() string {
	return strings.Join(fill(nil, p.width, p.height), "\n")
}
