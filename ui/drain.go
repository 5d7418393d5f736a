package ui

import (
	"reflect"
	"unsafe"

	tea "charm.land/bubbletea/v2"
)

// Drain lets the reader of a program's input end once the program has run and the input is closed, and returns then. By itself it
// would wait forever with what was typed last, for somebody to take it, and hold the whole screen in memory.
func Drain(program *tea.Program) {
	of := reflect.ValueOf(program).Elem()
	msgs, ok := fieldOf[chan tea.Msg](of, "msgs")
	over, is := fieldOf[chan struct{}](of, "readLoopDone")
	if !ok || !is || over == nil {
		return
	}
	for {
		select {
		case <-msgs:
		case <-over:
			return
		}
	}
}

// fieldOf is a field that is no part of a struct's interface, if there is one of that type.
func fieldOf[T any](of reflect.Value, name string) (value T, ok bool) {
	field := of.FieldByName(name)
	if !field.IsValid() || field.Type() != reflect.TypeFor[T]() {
		return value, false
	}
	return *(*T)(unsafe.Pointer(field.UnsafeAddr())), true //nolint:gosec // of this type, as was just seen
}
