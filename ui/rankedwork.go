package ui

import tea "charm.land/bubbletea/v2"

// manyRows is from how many on rows are sorted in the background: that takes longer then than all the rest of a frame.
const manyRows = 1 << 12

// aside returns a command that loads the rows by fetch, which the command alone calls. Then took is called, on the screen's own goroutine,
// unless the rows were loaded or the cursor was moved meanwhile. There is none while another one works.
func (l *ranked[R]) aside(fetch func(offset, limit int) ([]R, int), took func()) tea.Cmd {
	if l.busy {
		return nil
	}
	l.busy = true
	job := *l
	job.fetch = fetch
	before := l.place()
	return func() tea.Msg {
		job.load()
		return workedMsg{func() {
			l.busy = false
			if l.place() != before {
				return
			}
			l.rows, l.all, l.offset, l.cursor = job.rows, job.all, job.offset, job.cursor
			took()
		}}
	}
}

// rankedPlace is what the user and the pane make of a list.
type rankedPlace struct {
	loads, offset, height, scroll int
	cursor                        uint64
	held                          bool
}

func (l *ranked[R]) place() rankedPlace {
	return rankedPlace{l.loads, l.offset, l.height, l.scroll, l.cursor, l.held}
}
