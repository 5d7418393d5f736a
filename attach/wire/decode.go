package wire

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"time"

	"goapptrace/query"
)

var errShort = errors.New("wire: a value ends too early")

// Decoder reads values.
type Decoder struct {
	// Filter compiles the text of a filter; nil for [query.Compile].
	Filter func(text string, kind query.Kind) (*query.Filter, error)
}

// Decode reads the value that b is the bytes of into what into points to.
func (d *Decoder) Decode(b []byte, into any) error {
	s := source{Decoder: d, b: b}
	if err := s.read(reflect.ValueOf(into).Elem()); err != nil {
		return err
	}
	if len(s.b) > 0 {
		return fmt.Errorf("wire: %d bytes are left behind a %T", len(s.b), into)
	}
	return nil
}

// source is what is left to be read.
type source struct {
	*Decoder
	b []byte
}

func (s *source) uvarint() (uint64, error) {
	n, size := binary.Uvarint(s.b)
	if size <= 0 {
		return 0, errShort
	}
	s.b = s.b[size:]
	return n, nil
}

func (s *source) varint() (int64, error) {
	n, size := binary.Varint(s.b)
	if size <= 0 {
		return 0, errShort
	}
	s.b = s.b[size:]
	return n, nil
}

func (s *source) take(n uint64) ([]byte, error) {
	if n > uint64(len(s.b)) {
		return nil, errShort
	}
	b := s.b[:n]
	s.b = s.b[n:]
	return b, nil
}

func (s *source) flag() (bool, error) {
	b, err := s.take(1)
	if err != nil {
		return false, err
	}
	if b[0] > 1 {
		return false, fmt.Errorf("wire: %d is no flag", b[0])
	}
	return b[0] == 1, nil
}

func (s *source) read(v reflect.Value) error {
	t := v.Type()
	switch {
	case t == timeType:
		return s.readTime(v)
	case t == filterType:
		return s.readFilter(v)
	case own(t):
		return s.readOwn(v)
	}
	switch t.Kind() {
	case reflect.Bool:
		on, err := s.flag()
		v.SetBool(on)
		return err
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := s.varint()
		if v.OverflowInt(n) {
			return fmt.Errorf("wire: %d is no %v", n, t)
		}
		v.SetInt(n)
		return err
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, err := s.uvarint()
		if v.OverflowUint(n) {
			return fmt.Errorf("wire: %d is no %v", n, t)
		}
		v.SetUint(n)
		return err
	case reflect.Float64:
		b, err := s.take(8)
		if err == nil {
			v.SetFloat(math.Float64frombits(binary.LittleEndian.Uint64(b)))
		}
		return err
	case reflect.String:
		n, err := s.uvarint()
		if err != nil {
			return err
		}
		b, err := s.take(n)
		v.SetString(string(b))
		return err
	}
	return s.readParts(v)
}

// readParts reads what consists of values.
func (s *source) readParts(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Slice:
		return s.readSlice(v)
	case reflect.Array:
		for i := range v.Len() {
			if err := s.read(v.Index(i)); err != nil {
				return err
			}
		}
		return nil
	case reflect.Pointer:
		if there, err := s.flag(); err != nil || !there {
			return err
		}
		v.Set(reflect.New(v.Type().Elem()))
		return s.read(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if err := s.read(v.Field(i)); err != nil {
				return err
			}
		}
		return nil
	}
	panic(fmt.Sprintf("wire: %v has no bytes", v.Type()))
}

// readSlice makes no more room than there are bytes for: each element has one at least for each of its parts.
func (s *source) readSlice(v reflect.Value) error {
	n, err := s.uvarint()
	if err != nil || n == 0 {
		return err
	}
	n--
	elem := v.Type().Elem()
	if n > uint64(len(s.b)/least(elem)) {
		return errShort
	}
	if elem.Kind() == reflect.Uint8 {
		b, err := s.take(n)
		v.SetBytes(append([]byte{}, b...))
		return err
	}
	v.Set(reflect.MakeSlice(v.Type(), int(n), int(n)))
	for i := range int(n) {
		if err := s.read(v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

// least is how many bytes a value of a type takes at least.
func least(t reflect.Type) int {
	switch {
	case t == timeType || t == filterType || own(t):
		return 1
	case t.Kind() == reflect.Float64:
		return 8
	case t.Kind() == reflect.Array:
		return max(1, t.Len()*least(t.Elem()))
	case t.Kind() != reflect.Struct:
		return 1
	}
	n := 0
	for i := range t.NumField() {
		n += least(t.Field(i).Type)
	}
	return max(n, 1)
}

func (s *source) readTime(v reflect.Value) error {
	there, err := s.flag()
	if err != nil || !there {
		return err
	}
	ns, err := s.varint()
	v.Set(reflect.ValueOf(time.Unix(0, ns)))
	return err
}

func (s *source) readFilter(v reflect.Value) error {
	there, err := s.flag()
	if err != nil || !there {
		return err
	}
	kind, err := s.take(1)
	if err != nil {
		return err
	}
	var text string
	if err := s.read(reflect.ValueOf(&text).Elem()); err != nil {
		return err
	}
	compile := s.Filter
	if compile == nil {
		compile = query.Compile
	}
	f, err := compile(text, query.Kind(kind[0]))
	v.Set(reflect.ValueOf(f))
	return err
}

func (s *source) readOwn(v reflect.Value) error {
	n, err := s.uvarint()
	if err != nil {
		return err
	}
	b, err := s.take(n)
	if err != nil {
		return err
	}
	return v.Addr().Interface().(encoding.BinaryUnmarshaler).UnmarshalBinary(b)
}
