package agent

import (
	"errors"
	"fmt"
	"reflect"

	"goapptrace/protocol"
	"goapptrace/tracee/hook"
)

// lastWords is the first line of what the runtime will report of the panic that ends main, without what only methods of the
// program's could tell, and without the secret; empty if there is no panic.
func lastWords(secret secretMask) (words protocol.Text) {
	value, ok := hook.Panicking()
	if !ok {
		return ""
	}
	const unknown = "panic"
	defer func() {
		if recover() != nil { // of a nil pointer, for example
			words = unknown
		}
	}()
	if value == nil {
		return unknown
	}
	text := unknown + ": " + secret.hide(panicText(value)) // ahead of the cut, which may be in a secret
	return protocol.Text(text[:min(len(text), protocol.MaxPanic)])
}

func panicText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case error:
		if knowsText(v) {
			return v.Error()
		}
	}
	if t := reflect.TypeOf(value); t.PkgPath() == "" && reflect.Bool <= t.Kind() && t.Kind() <= reflect.Complex128 {
		return fmt.Sprint(value)
	}
	return fmt.Sprintf("(%T)", value)
}

// knowsText says whether an error's method calls nothing of the program's.
func knowsText(err error) bool {
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.PkgPath() {
	case "runtime", "syscall":
		return true
	case "fmt": // made with its text
		return true
	case "errors", "io/fs", "os", "strconv":
		if _, several := err.(interface{ Unwrap() []error }); several {
			return false
		}
		inner := errors.Unwrap(err)
		return inner == nil || knowsText(inner)
	}
	return false
}
