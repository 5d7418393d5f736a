package ui

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"goapptrace/ui/safe"
)

// guard lets f use the pane of a slot, and says whether it could do what it was to do. A pane that panics is closed and says so;
// the others go on. One that would have to wait for an answer is as it was.
func (r *root) guard(s slot, f func(pane)) (done bool) {
	p := r.pane(s)
	undo := r.remember(p)
	defer func() {
		switch cause := recover(); {
		case cause == nil:
		case isPending(cause):
			undo()
			r.late()
		default:
			r.closePane(p, cause)
		}
	}()
	f(p)
	return true
}

// guarded closes the pane that a command comes from when that panics, or when what it has worked out does.
func (r *root) guarded(p pane, cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if cause := recover(); cause != nil {
				msg = brokenMsg{p, cause}
			}
		}()
		switch msg := r.config.Account.pay(cmd).(type) {
		case tea.BatchMsg:
			for i := range msg {
				msg[i] = r.guarded(p, msg[i])
			}
			return msg
		case workedMsg:
			return workedMsg{func() {
				defer func() {
					if cause := recover(); cause != nil {
						r.closePane(p, cause)
					}
				}()
				msg.done()
			}}
		default:
			return msg
		}
	}
}

// brokenMsg says that a command of a pane panicked.
type brokenMsg struct {
	pane  pane
	cause any
}

// survive runs f, and says whether that didn't panic. It is the last resort: what panics outside of guard, such as a filter that is set by the prompt,
// is blamed on what is opened or stands in the tab. When that is closed already, it is no cure.
func (r *root) survive(f func()) (ok bool) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if isPending(cause) {
			ok = true
			r.late()
			return
		}
		p := r.tabs[r.tab]
		if r.opened != nil {
			p = r.opened
		}
		if _, closed := p.(*brokenPane); closed {
			panic(cause)
		}
		r.prompt, r.modal = nil, nil
		r.closePane(p, cause)
	}()
	f()
	return true
}

// closePane puts a broken pane where the pane is. The root's own panes only draw what they have, and stay.
func (r *root) closePane(p pane, cause any) {
	broken := newBrokenPane(r.env, p, cause)
	r.dirty = true
	if i := slices.Index(r.tabs, p); i >= 0 {
		r.tabs[i] = broken
		delete(r.sizes, slotTab)
		return
	}
	switch p {
	case r.packets:
		r.packets = broken
		delete(r.sizes, slotPackets)
		return
	case r.opened:
		r.opened = nil
	}
	r.notice = noticeMsg{text: broken.text, bad: true}
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
