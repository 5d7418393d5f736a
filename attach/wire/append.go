package wire

import (
	"encoding"
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"time"

	"goapptrace/query"
)

var (
	timeType   = reflect.TypeFor[time.Time]()
	filterType = reflect.TypeFor[*query.Filter]()
	appender   = reflect.TypeFor[encoding.BinaryAppender]()
	reader     = reflect.TypeFor[encoding.BinaryUnmarshaler]()
)

// own says that a type has bytes of its own.
func own(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return t != timeType && t.Kind() == reflect.Struct && p.Implements(appender) && p.Implements(reader)
}

// Append appends the bytes of a value. It panics on types that have none, such as functions: see [Shape].
func Append(b []byte, v any) []byte {
	return appendValue(b, reflect.ValueOf(v))
}

func appendValue(b []byte, v reflect.Value) []byte {
	t := v.Type()
	switch {
	case t == timeType:
		return appendTime(b, v.Interface().(time.Time))
	case t == filterType:
		return appendFilter(b, v.Interface().(*query.Filter))
	case own(t):
		return appendOwn(b, v)
	}
	switch t.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.AppendVarint(b, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return binary.AppendUvarint(b, v.Uint())
	case reflect.Float64:
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(v.Float()))
	case reflect.String:
		b = binary.AppendUvarint(b, uint64(v.Len()))
		return append(b, v.String()...)
	case reflect.Slice:
		return appendSlice(b, v)
	case reflect.Array:
		for i := range v.Len() {
			b = appendValue(b, v.Index(i))
		}
		return b
	case reflect.Pointer:
		if v.IsNil() {
			return append(b, 0)
		}
		return appendValue(append(b, 1), v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			b = appendValue(b, v.Field(i))
		}
		return b
	}
	panic(fmt.Sprintf("wire: %v has no bytes", t))
}

// appendSlice tells nil from empty: panes do, too.
func appendSlice(b []byte, v reflect.Value) []byte {
	if v.IsNil() {
		return append(b, 0)
	}
	b = binary.AppendUvarint(b, uint64(v.Len())+1)
	if v.Type().Elem().Kind() == reflect.Uint8 {
		return append(b, v.Bytes()...)
	}
	for i := range v.Len() {
		b = appendValue(b, v.Index(i))
	}
	return b
}

// appendTime takes a byte for the zero time and for those that no number of ns stands for.
func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, 0)
	}
	return binary.AppendVarint(append(b, 1), t.UnixNano())
}

func appendFilter(b []byte, f *query.Filter) []byte {
	if f == nil {
		return append(b, 0)
	}
	b = append(b, 1, byte(f.Kind()))
	return appendValue(b, reflect.ValueOf(f.String()))
}

func appendOwn(b []byte, v reflect.Value) []byte {
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	body, err := p.Interface().(encoding.BinaryAppender).AppendBinary(nil)
	if err != nil {
		panic(fmt.Sprintf("wire: %v: %v", v.Type(), err))
	}
	b = binary.AppendUvarint(b, uint64(len(body)))
	return append(b, body...)
}
