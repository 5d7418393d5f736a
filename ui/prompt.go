package ui

import (
	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"goapptrace/ui/safe"
)

// longestFilter bounds what can be typed, in characters.
const longestFilter = 256

// prompt is the line in which a filter is typed. The pane follows each key.
type prompt struct {
	input  textinput.Model
	target filterable
	before string // the filter to go back to
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
	input.CharLimit = longestFilter
	input.SetVirtualCursor(false)
	input.KeyMap.Paste = key.NewBinding() // it would ask the system's clipboard; terminals paste by themselves
	input.KeyMap.DeleteCharacterBackward.SetKeys("backspace")
	input.SetValue(target.filter())
	input.CursorEnd()
	input.Focus()
	r.prompt = &prompt{input: input, target: target, before: target.filter()}
}

// typeFilter edits the filter; enter keeps it, esc drops it.
func (r *root) typeFilter(msg tea.Msg) (cmd tea.Cmd) {
	p := r.prompt
	if press, ok := msg.(tea.KeyPressMsg); ok {
		switch press.Code {
		case tea.KeyEnter:
			r.prompt = nil
			return nil
		case tea.KeyEscape:
			p.target.setFilter("")
			r.prompt = nil
			return nil
		}
	}
	p.input, cmd = p.input.Update(msg)
	if value := p.input.Value(); value != p.target.filter() {
		p.target.setFilter(value)
	}
	return cmd
}

// line draws the prompt, and says in which cell the cursor stands.
func (p *prompt) line(e *env, width int) (line string, cursor int) {
	value := []rune(p.input.Value())
	before := safe.String(string(value[:p.input.Position()]))
	after := safe.String(string(value[p.input.Position():]))
	before = safe.ClipLeft(before, width-20)
	hint := e.styles.Footer.Action.Render("  enter keeps it, esc drops it")
	line = " " + e.styles.Footer.Prompt.Render("/") + before + after
	if safe.Width(line)+safe.Width(hint) < width {
		line += hint
	}
	return line, 2 + safe.Width(before)
}
