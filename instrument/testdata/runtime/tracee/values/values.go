// Package values stands in for the real one: it writes what it gets as a line where hooks write theirs.
package values

import (
	"fmt"
	"reflect"

	"goapptrace/tracee/hook"
)

// Args logs arguments.
func Args(_ *hook.Func, names string, values ...any) {
	hook.Say(fmt.Sprint("args ", names, " ", values))
}

// Results logs the end of a call and what pointers lead to.
func Results(t *hook.Func, names string, pointers ...any) {
	var values []any
	for _, p := range pointers {
		values = append(values, reflect.ValueOf(p).Elem().Interface())
	}
	hook.Say(fmt.Sprint("results ", names, " ", values))
	t.Leave()
}
