package ui

import "charm.land/bubbles/v2/key"

// marks explains the signs that stand beside calls, functions and goroutines, as the help does keys.
func (e *env) marks() []key.Binding {
	g := e.glyphs
	mark := func(sign, meaning string) key.Binding { return bind(sign, meaning, sign) }
	return []key.Binding{
		mark(g.Error, "returned an error"),
		mark(g.Panic, "left by a panic, or by runtime.Goexit"),
		mark(g.Spin[0], "still running"),
		mark(g.Unknown, "its end was lost"),
		mark(g.Touched, "events were lost meanwhile"),
		mark(g.Loss, "events were lost: the figure is too small"),
		mark(g.Counted, "counted, not seen one by one"),
		mark(g.Guess, "seen first: nobody told what it began with"),
		mark(g.Up+"+9", "more of them, and never fewer"),
		mark(g.Gap+g.Gap, "something is missing here"),
	}
}
