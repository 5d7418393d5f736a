package ui

import (
	"maps"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// callMarks are calls with a letter each, to come back to.
type callMarks struct {
	Set, Jump key.Binding
	asked     string // the key that a letter is to follow, empty for none
	marked    map[string]markedCall
}

type markedCall struct {
	session uint64 // its ID
	seq     uint64
}

func newCallMarks() callMarks {
	return callMarks{
		Set:    bind("m_", "mark the call, with a letter", "m"),
		Jump:   bind("'_", "go to a mark, by its letter", "'"),
		marked: map[string]markedCall{},
	}
}

func (m *callMarks) list() []key.Binding { return []key.Binding{m.Set, m.Jump} }

// typing implements [typist]: a letter is to follow.
func (p *callsPane) typing() bool { return p.marks.asked != "" }

// ask waits for the letter.
func (p *callsPane) ask(press tea.KeyPressMsg) (cmd tea.Cmd, handled bool) {
	m := &p.marks
	switch {
	case key.Matches(press, m.Set):
		m.asked = "m"
	case key.Matches(press, m.Jump) && len(m.marked) == 0:
		return notice("no call is marked: m and a letter mark one"), true
	case key.Matches(press, m.Jump):
		m.asked = "'"
	default:
		return nil, false
	}
	return nil, true
}

// question says what the letter is for, and which there are; empty when none is asked for.
func (m *callMarks) question() string {
	switch m.asked {
	case "m":
		return "m and a letter mark this call"
	case "'":
		return "' and a letter go to a marked call: " + strings.Join(slices.Sorted(maps.Keys(m.marked)), " ")
	}
	return ""
}

// letter takes the key that follows.
func (p *callsPane) letter(press tea.KeyPressMsg) tea.Cmd {
	m, name := &p.marks, press.String()
	asked := m.asked
	m.asked = ""
	if len(name) != 1 || name < "a" || name > "z" {
		return notice("a mark is a letter from a to z")
	}
	if asked == "m" {
		row, ok := p.selected()
		if !ok {
			return notice("there is no call here to mark")
		}
		m.marked[name] = markedCall{p.at.session.ID(), row.Seq}
		return notice("call " + formatGrouped(row.Seq) + " has the mark " + name)
	}
	mark, ok := m.marked[name]
	switch {
	case !ok:
		return notice("no call has the mark " + name)
	case p.at.session == nil || mark.session != p.at.session.ID():
		return notice("the call with the mark " + name + " is of another session")
	}
	if _, kept := p.at.session.Call(mark.seq, p.at.now); !kept {
		return notice("the call with the mark " + name + " is no longer kept")
	}
	p.show(mark.seq)
	return nil
}

// notice says something in the footer.
func notice(text string) tea.Cmd { return func() tea.Msg { return noticeMsg{text: text} } }
