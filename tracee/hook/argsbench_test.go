package hook_test

import (
	"testing"

	"goapptrace/tracee/hook"
	"goapptrace/tracee/values"
)

var benchFunc hook.Func

//go:noinline
func noted(id int, name string) (length int) {
	if t := hook.Enter(&benchFunc); t.Open() {
		values.Args(t, "id,name", id, name)
		defer values.Results(t, "length", &length)
	}
	return id + len(name)
}

// BenchmarkCall is a call whose arguments and result are noted. It belongs to the group of that name in package hook,
// whose tests know the runtime's offsets.
func BenchmarkCall(b *testing.B) {
	b.Run("args", func(b *testing.B) {
		var events hook.Consumer
		var notes hook.NoteReader
		hook.SetMode(hook.ModeOn)
		defer hook.SetMode(hook.ModeOff)
		n := 0
		for b.Loop() {
			noted(n, "a name")
			if n++; n%1024 == 0 { // so that nothing is ever lost
				b.StopTimer()
				events.Reset()
				notes.Reset()
				b.StartTimer()
			}
		}
		if lost := notes.Lost(); lost > 0 {
			b.Fatalf("%d notes were lost", lost)
		}
	})
}
