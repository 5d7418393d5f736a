package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// wirePane is the tab of packets: what the pane below the tabs tells, and all that is inside.
type wirePane struct {
	env           *env
	width, height int
}

func newWirePane(e *env) *wirePane { return &wirePane{env: e} }

func (p *wirePane) title() string                  { return "Packets" }
func (p *wirePane) resize(width, height int)       { p.width, p.height = width, height }
func (p *wirePane) update(tea.Msg) (tea.Cmd, bool) { return nil, false }
func (p *wirePane) refresh(moment)                 {}
func (p *wirePane) keys() []key.Binding            { return nil }
func (p *wirePane) view() string {
	return strings.Join(fill(nil, p.width, p.height), "\n")
}
