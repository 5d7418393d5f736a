// Package values turns arguments and results of traced functions into text. A build that was asked for them makes a function begin with
//
//	if t := hook.Enter(&f[12]); t.Open() { values.Args(t, "id,name", id, name); defer values.Results(t, "n,err", &n, &err) }
//
// [Args] takes the values themselves, [Results] pointers to them, so that it sees what the function returns. The names have commas between
// them; a name may be empty. Either may be left out: without Results, the call has to be ended by one of its Leave methods.
//
// # What is written
//
// Values look as in Go source, but for what would take too much room: 64 bytes of a string, 8 elements of a slice or
// an array, three levels of nesting, and 512 bytes for a call's arguments, and for its results. Of a map or a channel there is
// the type and how much it holds, for the program may use it at the same time. Values of packages such as sync and context,
// which are about the program's workings, are no more than their type.
//
// No method of the program's is called, unless GOAPPTRACE_METHODS is 1: then errors and what has a String
// method write themselves. Parameters and fields whose names GOAPPTRACE_REDACT has a pattern for are [redacted].
//
// What pointers lead to may change while it is read. The text may be wrong then. In a program with the race
// detector, pointers and slices are not followed.
package values

import (
	"os"
	"reflect"
	"strings"

	"goapptrace/tracee/hook"
)

// Args notes the arguments of a call that has just begun.
//
//go:noinline
func Args(t hook.Call, names string, args ...any) {
	if t.Streamed() {
		t.Note(hook.NoteArgs, list(names, args, false))
	}
}

// Results is deferred, notes the results and ends the call. A last result that is an error and isn't nil marks it.
//
//go:noinline
func Results(t hook.Call, names string, results ...any) {
	if hook.Unwound() {
		t.End(hook.KindLeavePanic)
		return
	}
	kind, err := hook.KindLeave, failure(results)
	if err != nil {
		kind = hook.KindLeaveError
	}
	if t.Streamed() && len(results) > 0 {
		t.Note(hook.NoteResults, list(names, results, true))
		if err != nil {
			t.Explain(err)
		}
	}
	t.End(kind)
}

// failure is the error that is the last of the results, nil when there is none.
func failure(results []any) error {
	if len(results) == 0 {
		return nil
	}
	if err, ok := results[len(results)-1].(*error); ok {
		return *err
	}
	return nil
}

// callMethods says that the user wants the program's own methods to be called.
var callMethods = os.Getenv("GOAPPTRACE_METHODS") == "1"

// list writes the values, or what they point to, with their names.
func list(names string, values []any, pointers bool) string {
	p := newPrinter()
	defer p.release()
	for i, v := range values {
		if i > 0 {
			p.text(", ")
		}
		name, rest, _ := strings.Cut(names, ",")
		names = rest
		if name != "" {
			p.text(name)
			p.text("=")
		}
		if hook.Redacted(name) {
			p.text(redacted)
			continue
		}
		p.guarded(v, pointers)
	}
	return string(p.buf)
}

const redacted = "[redacted]"

// guarded writes one value, whatever comes of it.
func (p *printer) guarded(v any, pointer bool) {
	defer func() {
		if recover() != nil {
			p.text("?")
		}
	}()
	value := reflect.ValueOf(v)
	if pointer {
		value = value.Elem()
	}
	p.value(value, maxDepth)
}
