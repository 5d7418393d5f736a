package wire

import (
	"fmt"
	"hash/fnv"
	"io"
	"reflect"
)

// Shape is a number for what types look like, one by one and all the way down: ends that have another one can't talk to each
// other. The error names a type that can't be written.
func Shape(types ...reflect.Type) (uint64, error) {
	h := fnv.New64a()
	for _, t := range types {
		if err := shape(h, t, nil); err != nil {
			return 0, err
		}
	}
	return h.Sum64(), nil
}

func shape(w io.Writer, t reflect.Type, around []reflect.Type) error {
	for _, a := range around {
		if a == t {
			return fmt.Errorf("wire: %v has itself in it", t)
		}
	}
	around = append(around, t)
	fmt.Fprintf(w, "%v ", t.Kind())
	switch {
	case t == timeType || t == filterType || own(t):
		fmt.Fprintf(w, "%v ", t)
		return nil
	}
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return nil
	case reflect.Array:
		fmt.Fprintf(w, "%d ", t.Len())
		return shape(w, t.Elem(), around)
	case reflect.Slice, reflect.Pointer:
		return shape(w, t.Elem(), around)
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			if !f.IsExported() {
				return fmt.Errorf("wire: field %s of %v isn't exported", f.Name, t)
			}
			fmt.Fprintf(w, "%s ", f.Name)
			if err := shape(w, f.Type, around); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("wire: %v can't be written", t)
}
