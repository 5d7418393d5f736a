package values

import (
	"fmt"
	"reflect"

	"goapptrace/tracee/hook"
)

// method writes v as its own method does, if it has one that can be called.
func (p *printer) method(v reflect.Value) (done bool) {
	if !v.CanInterface() || v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer && v.IsNil() {
		return false
	}
	var text func() string
	switch v := v.Interface().(type) {
	case error:
		text = v.Error
	case fmt.Stringer:
		text = v.String
	default:
		return false
	}
	leave, ok := hook.Ask()
	if !ok {
		return false
	}
	defer leave()
	defer func() {
		if recover() != nil {
			done = false
		}
	}()
	s := text()
	p.quoted(s, len(s))
	return true
}
