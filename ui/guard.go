package ui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/ui/safe"
)

// guard lets f use the pane of a slot. A pane that panics is closed and says so; the others go on.
func (r *root) guard(s slot, f func(pane)) {
	p := r.pane(s)
	defer func() {
		if cause := recover(); cause != nil {
			r.replace(s, newBrokenPane(r.env, p, cause))
		}
	}()
	f(p)
}

// replace puts a broken pane where the pane was. The root's own panes only draw what they have, and stay.
func (r *root) replace(s slot, broken *brokenPane) {
	r.dirty = true
	delete(r.sizes, s)
	switch s {
	case slotTab:
		r.tabs[r.tab] = broken
	case slotPackets:
		r.packets = broken
	case slotOpened:
		r.opened = nil
		r.notice = noticeMsg{text: broken.text, bad: true}
	default:
		r.notice = noticeMsg{text: broken.text, bad: true}
	}
}

// brokenPane stands where a pane has panicked.
type brokenPane struct {
	env           *env
	name, text    string
	width, height int
}

func newBrokenPane(env *env, p pane, cause any) *brokenPane {
	b := &brokenPane{env: env, name: "Broken"}
	func() {
		defer func() { _ = recover() }() // a pane that is broken may not know its name either
		b.name = p.title()
	}()
	b.text = safe.String(fmt.Sprintf("This pane is closed: it failed with %q. Please report it.", fmt.Sprint(cause)))
	return b
}

func (b *brokenPane) title() string                  { return b.name }
func (b *brokenPane) resize(width, height int)       { b.width, b.height = width, height }
func (b *brokenPane) update(tea.Msg) (tea.Cmd, bool) { return nil, false }
func (b *brokenPane) refresh(moment)                 {}
func (b *brokenPane) keys() []key.Binding            { return nil }

func (b *brokenPane) view() string {
	lines := wrap(b.text, max(1, b.width-2))
	for i := range lines {
		lines[i] = " " + b.env.styles.Text.Bad.Render(lines[i])
	}
	return strings.Join(fill(lines, b.width, b.height), "\n")
}
