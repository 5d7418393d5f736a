package agent

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"testing"

	"goapptrace/protocol"
)

type loudError struct{ t *testing.T }

func (e loudError) Error() string {
	e.t.Error("a method of the program's was called")
	return "loud"
}

type quantity int

// A panic is told without the help of the program's methods.
func TestPanicText(t *testing.T) {
	loud := loudError{t}
	for _, tt := range []struct {
		value any
		want  string
	}{
		{"out of order", "out of order"},
		{17, "17"},
		{true, "true"},
		{quantity(17), "(agent.quantity)"},
		{errors.New("full"), "full"},
		{fmt.Errorf("store: %w", fs.ErrExist), "store: file already exists"},
		{&fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}, "open x: file does not exist"},
		{&fs.PathError{Op: "open", Path: "x", Err: loud}, "(*fs.PathError)"},
		{errors.Join(loud, loud), "(*errors.joinError)"},
		{loud, "(agent.loudError)"},
		{&loud, "(*agent.loudError)"},
		{[]int{1}, "([]int)"},
		{new(runtime.PanicNilError), "panic called with nil argument"},
	} {
		if got := panicText(tt.value); got != tt.want {
			t.Errorf("%#v is told as %q, want %q", tt.value, got, tt.want)
		}
	}
}

// The goodbye tells of a panic that ends main.
func TestGoodbyeOfAPanic(t *testing.T) {
	for mode, want := range map[string]protocol.Text{"hello": "", "exit": "", "panic": "panic: on purpose"} {
		v := newViewer(t)
		run := start(t, v.url(), mode)
		p := watch(v, protocol.ServerEnd{})
		got := run.outcome()
		if !p.shutdown || p.lastWords != want {
			t.Errorf("%s: shutdown %v with %q, want %q", mode, p.shutdown, p.lastWords, want)
		}
		if mode == "panic" && !strings.Contains(got, "\npanic: on purpose\n") {
			t.Errorf("the program ended with %s", got)
		}
	}
}
