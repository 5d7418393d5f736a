package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// mostElsewhere bounds the functions and goroutines of sessions other than the chosen one: a key looks at all of them, each
// for about a microsecond.
const mostElsewhere = 1 << 17

// elsewhere is the sessions whose functions and goroutines the palette has yet to list, in commands.
type elsewhere struct {
	sessions []Session
	names    map[uint64]string // clean, by session
	room     int               // for so many choices
	busy     bool              // a command lists some
}

// elsewhere is the sessions with calls that aren't the chosen one.
func (r *root) elsewhere() elsewhere {
	e := elsewhere{names: map[uint64]string{}, room: mostElsewhere}
	for _, row := range r.sessions.all {
		s := r.store.Session(row.ID)
		if s == nil || row.ID == r.sessions.selected() || row.Calls == 0 && row.Counted == 0 {
			continue
		}
		e.sessions = append(e.sessions, s)
		e.names[row.ID] = sessionName(row)
	}
	return e
}

// load lists what there is in some more sessions, in a command.
func (p *palette) load() tea.Cmd {
	if p.others.busy || len(p.others.sessions) == 0 {
		return nil
	}
	p.others.busy = true
	rest := p.others
	return func() tea.Msg {
		var list []choice
		const length = 25 * time.Millisecond
		for more := burst(length); len(rest.sessions) > 0; {
			list = append(list, rest.next()...)
			if !more() {
				break
			}
		}
		return workedMsg{func() {
			p.others = rest
			p.others.busy = false
			p.hunt.list = append(p.hunt.list, list...)
		}}
	}
}

// next lists the next session, which has an equal part of the room, with what those before have left. One that can't be asked
// any more has nothing.
func (e *elsewhere) next() (list []choice) {
	s, most := e.sessions[0], e.room/len(e.sessions)
	e.sessions = e.sessions[1:]
	defer func() {
		if recover() != nil {
			list = nil
		}
		e.room -= len(list)
	}()
	s = s.Await()
	list = appendGoroutines(nil, s, most/2)
	list = appendFunctions(list, s, most-len(list))
	for i := range list {
		c := &list[i]
		c.away = true
		if c.note != "" {
			c.note += ", "
		}
		c.note += e.names[c.session]
	}
	return list
}
