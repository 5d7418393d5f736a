package ui

import (
	"errors"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"goapptrace/query"
	"goapptrace/ui/safe"
)

// SavedFilter is a filter that the user has given a name.
type SavedFilter struct{ Name, Text string }

// Bounds on what is remembered.
const (
	longestName = 32 // characters
	mostSaved   = 256
	mostRecent  = 16
)

// savedFilters are the filters that the user has named, and the latest that were used.
type savedFilters struct {
	named  []SavedFilter // by name
	recent []string      // the latest first
	keep   func([]SavedFilter) error
}

// use notes that a filter was used.
func (s *savedFilters) use(text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	s.recent = slices.DeleteFunc(s.recent, func(old string) bool { return old == text })
	s.recent = slices.Insert(s.recent, 0, text)
	s.recent = s.recent[:min(len(s.recent), mostRecent)]
}

// set names a filter. The command keeps it for the next time.
func (s *savedFilters) set(name, text string) tea.Cmd {
	s.named = slices.DeleteFunc(s.named, func(f SavedFilter) bool { return f.Name == name })
	if len(s.named) >= mostSaved {
		return told(errors.New("no name for it: there are as many filters with names as can be"), "")
	}
	s.named = append(s.named, SavedFilter{name, text})
	slices.SortFunc(s.named, func(a, b SavedFilter) int { return strings.Compare(a.Name, b.Name) })
	return s.store()
}

// remove forgets the names of a filter.
func (s *savedFilters) remove(text string) tea.Cmd {
	s.named = slices.DeleteFunc(s.named, func(f SavedFilter) bool { return f.Text == text })
	s.recent = slices.DeleteFunc(s.recent, func(old string) bool { return old == text })
	return s.store()
}

func (s *savedFilters) store() tea.Cmd {
	if s.keep == nil {
		return nil
	}
	keep, list := s.keep, slices.Clone(s.named)
	return func() tea.Msg {
		if err := keep(list); err != nil {
			return noticeMsg{text: safe.String(err.Error()), bad: true}
		}
		return noticeMsg{text: "saved: / and ctrl+r list filters with names"}
	}
}

// candidates are the filters that make sense for rows of a kind: those with names first.
func (s *savedFilters) candidates(kind query.Kind) (list []query.Candidate) {
	add := func(text, about string) {
		known := slices.ContainsFunc(list, func(c query.Candidate) bool { return c.Text == text })
		if _, err := query.Compile(text, kind); err == nil && !known {
			list = append(list, query.Candidate{Text: text, About: about})
		}
	}
	for _, f := range s.named {
		add(f.Text, f.Name)
	}
	for _, text := range s.recent {
		add(text, "")
	}
	return list
}

// showSaved opens the list of saved filters.
func (p *prompt) showSaved() {
	p.menu = newMenu(query.Completion{To: len([]rune(p.input.Value())), Candidates: p.saved.candidates(p.kind)})
	p.menu.saved = true
}

// startNaming asks for a name for what is typed.
func (p *prompt) startNaming() {
	if p.wrong != nil || strings.TrimSpace(p.input.Value()) == "" {
		return
	}
	p.name = newFilterInput(longestName)
	for _, f := range p.saved.named {
		if f.Text == p.input.Value() {
			p.name.SetValue(f.Name)
		}
	}
	p.name.Prompt = ""
	p.name.CursorEnd()
	p.naming = true
}

// typeName edits the name of a filter. Done says that it has one.
func (p *prompt) typeName(msg tea.Msg) (cmd tea.Cmd, done bool) {
	if press, ok := msg.(tea.KeyPressMsg); ok {
		name := strings.TrimSpace(strings.ReplaceAll(p.name.Value(), ":", " ")) // a colon ends the name in the file
		switch {
		case key.Matches(press, p.keys.Drop), key.Matches(press, p.keys.Keep) && name == "":
			p.naming = false
			return nil, false
		case key.Matches(press, p.keys.Keep) && p.finish != nil:
			return p.finish(name, p.input.Value()), true
		case key.Matches(press, p.keys.Keep):
			return p.saved.set(name, p.input.Value()), true
		}
	}
	p.name, cmd = p.name.Update(msg)
	return cmd, false
}

// newFilterInput is a line of text to type.
func newFilterInput(limit int) textinput.Model {
	input := textinput.New()
	input.CharLimit = limit
	input.SetVirtualCursor(false)
	input.KeyMap.Paste = key.NewBinding() // it would ask the system's clipboard; terminals paste by themselves
	input.KeyMap.DeleteCharacterBackward.SetKeys("backspace")
	input.Focus()
	return input
}
