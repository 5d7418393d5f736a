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

	// finish takes what was typed, with a name; nil when it goes to the target as it is typed, and needs none.
	finish func(name, text string) tea.Cmd

	saved  *savedFilters
	naming bool // the filter gets a name
	name   textinput.Model
}

type promptKeys struct{ Keep, Drop, Complete, Next, Previous, Saved, Name, Forget key.Binding }

func newPromptKeys() promptKeys {
	return promptKeys{
		Keep:     bind("enter", "keep it", "enter"),
		Drop:     bind("esc", "drop it", "esc"),
		Complete: bind("tab", "complete", "tab"),
		Next:     bind("↓", "next", "tab", "down"),
		Previous: bind("↑", "previous", "shift+tab", "up"),
		Saved:    bind("ctrl+r", "saved", "ctrl+r", "up"),
		Name:     bind("ctrl+n", "names it", "ctrl+n"),
		Forget:   bind("ctrl+d", "forget", "ctrl+d", "delete"),
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
	input := newFilterInput(query.MaxLength)
	input.SetValue(target.filter())
	input.CursorEnd()
	r.prompt = &prompt{env: r.env, keys: newPromptKeys(), input: input, target: target, values: r.known, saved: &r.saved}
	if l, ok := target.(linguist); ok {
		r.prompt.kind, r.prompt.knows = l.filterKind(), true
	}
	if k, ok := target.(knower); ok {
		r.prompt.values = k.known
	}
}

// typeFilter edits the filter.
func (r *root) typeFilter(msg tea.Msg) (cmd tea.Cmd) {
	p, done, handled := r.prompt, false, false
	if p.naming {
		cmd, done = p.typeName(msg)
		handled = true
	} else if press, ok := msg.(tea.KeyPressMsg); ok {
		cmd, done, handled = p.press(press)
	}
	if done {
		r.prompt = nil
	}
	if handled {
		return cmd
	}
	before := p.input.Value()
	if p.input, cmd = p.input.Update(msg); p.input.Value() != before || p.menu.open() {
		p.follow()
	}
	return cmd
}

// press handles the keys that don't edit the text.
func (p *prompt) press(msg tea.KeyPressMsg) (cmd tea.Cmd, done, handled bool) {
	k := p.keys
	switch {
	case p.menu.open():
		cmd, handled = p.pressMenu(msg)
		return cmd, false, handled
	case key.Matches(msg, k.Keep) && p.finish != nil:
		p.startNaming()
		return nil, false, true
	case key.Matches(msg, k.Keep):
		if p.wrong == nil {
			p.saved.use(p.input.Value())
		}
		return nil, p.wrong == nil, true
	case key.Matches(msg, k.Drop):
		p.target.setFilter("")
		return nil, true, true
	case !p.knows:
	case key.Matches(msg, k.Complete):
		p.complete()
		return nil, false, true
	case key.Matches(msg, k.Saved):
		p.showSaved()
		return nil, false, true
	case key.Matches(msg, k.Name):
		p.startNaming()
		return nil, false, true
	}
	return nil, false, false
}

// pressMenu handles the keys that mean something to the list of candidates.
func (p *prompt) pressMenu(msg tea.KeyPressMsg) (cmd tea.Cmd, handled bool) {
	k := p.keys
	switch {
	case key.Matches(msg, k.Keep):
		p.take()
	case key.Matches(msg, k.Drop):
		p.menu = menu{}
	case key.Matches(msg, k.Next):
		p.menu.move(1)
	case key.Matches(msg, k.Previous):
		p.menu.move(-1)
	case p.menu.saved && key.Matches(msg, k.Forget):
		cmd = p.saved.remove(p.menu.chosen().Text)
		p.showSaved()
	default:
		return nil, false
	}
	return cmd, true
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
	switch {
	case p.menu.saved:
		p.menu = menu{}
	case p.menu.open():
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
