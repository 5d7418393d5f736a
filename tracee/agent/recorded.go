package agent

import "goapptrace/tracee/hook"

// recorded is what the hooks have for the agent, whoever it sends it to.
type recorded struct {
	events  hook.Consumer
	notes   hook.NoteReader
	since   int64               // the last reset: what began before is nobody's
	entries map[uintptr]uintptr // PCs of goroutines' functions, by where such goroutines began to run
}

// reset forgets what has been recorded. Goroutines tell again where they come from.
func (r *recorded) reset() {
	r.events.Reset()
	r.notes.Reset()
	r.since = hook.Now()
	hook.ResetOrigins()
}
