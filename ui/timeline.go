package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// timelinePane shows goroutines as rows and their calls as bars over time.
type timelinePane struct {
	env           *env
	width, height int
}

func newTimelinePane(e *env) *timelinePane { return &timelinePane{env: e} }

func (p *timelinePane) title() string                  { return "Timeline" }
func (p *timelinePane) resize(width, height int)       { p.width, p.height = width, height }
func (p *timelinePane) update(tea.Msg) (tea.Cmd, bool) { return nil, false }
func (p *timelinePane) refresh(moment)                 {}
func (p *timelinePane) keys() []key.Binding            { return nil }
func (p *timelinePane) view() string {
	return strings.Join(fill(nil, p.width, p.height), "\n")
}
