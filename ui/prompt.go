package ui

import (
	"errors"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"goapptrace/query"
)

// prompt is the place in which a filter is typed. The pane follows each key, as far as what is typed makes sense.
type prompt struct {
	env    *env
	keys   promptKeys
	input  textinput.Model
	target filterable
	kind   query.Kind
	knows  bool         // the pane takes the filter language
	wrong  *query.Error // with what is typed, nil when it makes sense
	menu   menu
	values func(query.Field) []string // that are known
}

type promptKeys struct{ Keep, Drop, Complete, Next, Previous key.Binding }

func newPromptKeys() promptKeys {
	return promptKeys{
		Keep:     bind("enter", "keep it", "enter"),
		Drop:     bind("esc", "drop it", "esc"),
		Complete: bind("tab", "complete", "tab"),
		Next:     bind("↓", "next", "tab", "down"),
		Previous: bind("↑", "previous", "shift+tab", "up"),
	}
}

// filterTarget is the pane that a filter is for: the focused one, otherwise that of the tab.
func (r *root) filterTarget() (filterable, bool) {
	if f, ok := r.focused().(filterable); ok {
		return f, true
	}
	f, ok := r.tabs[r.tab].(filterable)
	return f, ok && r.opened == nil
}

func (r *root) startFilter() {
	target, ok := r.filterTarget()
	if !ok || r.sessions.empty() {
		return
	}
	input := textinput.New()
	input.CharLimit = query.MaxLength
	input.SetVirtualCursor(false)
	input.KeyMap.Paste = key.NewBinding() // it would ask the system's clipboard; terminals paste by themselves
	input.KeyMap.DeleteCharacterBackward.SetKeys("backspace")
	input.SetValue(target.filter())
	input.CursorEnd()
	input.Focus()
	r.prompt = &prompt{env: r.env, keys: newPromptKeys(), input: input, target: target, values: r.known}
	if l, ok := target.(linguist); ok {
		r.prompt.kind, r.prompt.knows = l.filterKind(), true
	}
}

// typeFilter edits the filter.
func (r *root) typeFilter(msg tea.Msg) (cmd tea.Cmd) {
	p := r.prompt
	if press, ok := msg.(tea.KeyPressMsg); ok {
		done, handled := p.press(press)
		if done {
			r.prompt = nil
		}
		if handled {
			return nil
		}
	}
	before := p.input.Value()
	if p.input, cmd = p.input.Update(msg); p.input.Value() != before || p.menu.open() {
		p.follow()
	}
	return cmd
}

// press handles the keys that don't edit the text.
func (p *prompt) press(msg tea.KeyPressMsg) (done, handled bool) {
	k := p.keys
	if p.menu.open() {
		switch {
		case key.Matches(msg, k.Keep):
			p.take()
		case key.Matches(msg, k.Drop):
			p.menu = menu{}
		case key.Matches(msg, k.Next):
			p.menu.move(1)
		case key.Matches(msg, k.Previous):
			p.menu.move(-1)
		default:
			return false, false
		}
		return false, true
	}
	switch {
	case key.Matches(msg, k.Keep):
		return p.wrong == nil, true
	case key.Matches(msg, k.Drop):
		p.target.setFilter("")
		return true, true
	case key.Matches(msg, k.Complete):
		p.complete()
		return false, true
	}
	return false, false
}

// follow gives what is typed to the pane, unless it makes no sense.
func (p *prompt) follow() {
	text := p.input.Value()
	p.wrong = nil
	if p.knows {
		if _, err := query.Compile(text, p.kind); errors.As(err, &p.wrong) {
			p.refreshMenu()
			return
		}
	}
	if text != p.target.filter() {
		p.target.setFilter(text)
	}
	p.refreshMenu()
}

// completion is what may stand where the cursor is.
func (p *prompt) completion() query.Completion {
	return query.Complete(p.input.Value(), p.input.Position(), p.kind, p.values)
}

// complete inserts what all candidates have in common, and shows them when there are several.
func (p *prompt) complete() {
	if !p.knows {
		return
	}
	c := p.completion()
	if len(c.Candidates) == 1 {
		p.insert(c, c.Candidates[0].Text)
		return
	}
	if common := c.Common(); common != "" && common != string([]rune(p.input.Value())[c.From:c.To]) {
		p.insert(c, common)
		c = p.completion()
	}
	p.menu = newMenu(c)
}

// refreshMenu adapts the open menu to what was typed.
func (p *prompt) refreshMenu() {
	if p.menu.open() {
		p.menu = newMenu(p.completion())
	}
}

// take inserts the candidate that the menu's cursor is on.
func (p *prompt) take() {
	c, text := p.menu.completion, p.menu.chosen().Text
	p.menu = menu{}
	p.insert(c, text)
}

func (p *prompt) insert(c query.Completion, text string) {
	value, added := []rune(p.input.Value()), []rune(text)
	p.input.SetValue(string(value[:c.From]) + text + string(value[c.To:]))
	p.input.SetCursor(c.From + len(added))
	p.follow()
}
