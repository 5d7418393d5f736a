package protocol

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// gob isn't hardened against hostile input: through map fields, recursive types and endless type definitions
// a few bytes make its decoder allocate gigabytes or overflow the stack. So a frame's structure is checked here before
// gob sees it: two structs, few type definitions, and among these only structs and slices that don't nest deep. Whatever
// gob could understand in another way than this code is refused. Behind it, gobvalue.go checks the values.
//
// The format is told in encoding/gob's documentation, under "Encoding Details".

var errTruncatedGob = errors.New("gob: truncated")

// scanGob checks a frame's body and returns where its second value (with the definitions before it) begins.
func scanGob(body []byte) (headerLength int, err error) {
	types := gobTypes{}
	walk := gobWalk{types: types}
	values := 0
	for r := (gobReader{rest: body}); len(r.rest) > 0; {
		message, err := r.bytes()
		if err != nil {
			return 0, err
		}
		m := gobReader{rest: message}
		id, err := m.int()
		if err != nil {
			return 0, err
		}
		if id < 0 {
			if err := types.define(-id, m); err != nil {
				return 0, err
			}
			continue
		}
		if values++; values > 2 {
			return 0, errors.New("more gob values than a header and a packet")
		}
		if err := walk.message(id, m); err != nil {
			return 0, err
		}
		if values == 1 {
			headerLength = len(body) - len(r.rest)
		}
	}
	if values != 2 {
		return 0, fmt.Errorf("%d gob values instead of a header and a packet", values)
	}
	return headerLength, nil
}

// gobTypes are a frame's type definitions by type ID.
type gobTypes map[int64]gobType

// gobType is a struct or a slice.
type gobType struct {
	slice bool
	name  []byte
	parts []gobPart // a struct's fields, or what a slice's elements are
}

// gobPart is a part of a type: the ID of its own type, and the name of a field.
type gobPart struct {
	id   int64
	name []byte
}

// The fields of gob's wireType that this protocol needs; the others define arrays, maps and
// types that marshal themselves.
const (
	wireTypeSlice  = 2
	wireTypeStruct = 3
)

// The type IDs that a sender may define. gob keeps them in 32 bits and would take a higher one for another type.
const (
	firstGobType = 64
	lastGobType  = math.MaxInt32
)

func (t gobTypes) define(id int64, r gobReader) error {
	if len(t) == maxTypeDefinitions {
		return fmt.Errorf("gob: over %d type definitions", maxTypeDefinitions)
	}
	if id < firstGobType || id > lastGobType {
		return fmt.Errorf("gob: type ID %d is out of range", id)
	}
	if _, twice := t[id]; twice {
		return fmt.Errorf("gob: type %d is defined twice", id)
	}
	kind, err := r.uint()
	if err != nil {
		return err
	}
	var typ gobType
	switch kind {
	case wireTypeSlice:
		typ, err = r.sliceType()
	case wireTypeStruct:
		typ, err = r.structType()
	default:
		return errors.New("gob: a type other than a struct or a slice")
	}
	if err != nil {
		return err
	}
	if end, err := r.uint(); err != nil || end != 0 || len(r.rest) > 0 {
		return errWireType // of several kinds at once, perhaps: gob would choose another one
	}
	t[id] = typ
	return nil
}

// check looks at a value's type from its definition down.
func (t gobTypes) check(id int64) error {
	depth, err := t.depth(id, make(map[int64]int))
	if err == nil && depth > maxTypeDepth {
		err = fmt.Errorf("gob: types nest deeper than %d", maxTypeDepth)
	}
	return err
}

// depth is how deep type id nests. What it has found stands in known, as 0 while it's being looked for.
func (t gobTypes) depth(id int64, known map[int64]int) (int, error) {
	if id >= gobBool && id <= gobComplex {
		return 1, nil
	}
	if id == gobInterface {
		return 0, errors.New("gob: an interface")
	}
	if depth, ok := known[id]; ok {
		if depth == 0 {
			return 0, errors.New("gob: a recursive type")
		}
		return depth, nil
	}
	typ, ok := t[id]
	if !ok {
		return 0, fmt.Errorf("gob: type %d is used before its definition", id)
	}
	known[id] = 0
	deepest := 0
	for _, part := range typ.parts {
		depth, err := t.depth(part.id, known)
		if err != nil {
			return 0, err
		}
		deepest = max(deepest, depth)
	}
	known[id] = deepest + 1
	return deepest + 1, nil
}

// The IDs of gob's basic types; int, uint and float lie between.
const (
	gobBool      = 1
	gobBytes     = 5
	gobString    = 6
	gobComplex   = 7
	gobInterface = 8
)

// gobReader reads gob's basic encodings.
type gobReader struct{ rest []byte }

// uint reads one byte below 128, or the negated count of the big-endian bytes that follow.
func (r *gobReader) uint() (uint64, error) {
	if len(r.rest) == 0 {
		return 0, errTruncatedGob
	}
	first := r.rest[0]
	r.rest = r.rest[1:]
	if first < 0x80 {
		return uint64(first), nil
	}
	n := -int(int8(first))
	if n > 8 {
		return 0, errors.New("gob: an integer over 64 bits")
	}
	if n > len(r.rest) {
		return 0, errTruncatedGob
	}
	var word [8]byte
	copy(word[8-n:], r.rest[:n])
	r.rest = r.rest[n:]
	return binary.BigEndian.Uint64(word[:]), nil
}

// int reads an integer whose sign is in its lowest bit.
func (r *gobReader) int() (int64, error) {
	u, err := r.uint()
	return int64(u>>1) ^ -int64(u&1), err
}

// bytes reads a length and as many bytes.
func (r *gobReader) bytes() ([]byte, error) {
	n, err := r.uint()
	if err != nil {
		return nil, err
	}
	if n > uint64(len(r.rest)) {
		return nil, errTruncatedGob
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b, nil
}

// fields calls read for each field of a struct, by number from 0, until the struct's end.
func (r *gobReader) fields(read func(field uint64) error) error {
	next := uint64(0)
	for {
		delta, err := r.uint()
		if err != nil {
			return err
		}
		if delta == 0 {
			return nil
		}
		if delta > maxStructFields {
			return errors.New("gob: a field number out of range")
		}
		next += delta
		if err := read(next - 1); err != nil {
			return err
		}
	}
}

var errWireType = errors.New("gob: a type definition of unknown form")

// common reads gob's CommonType: a name and an ID, which doesn't matter here.
func (r *gobReader) common() (name []byte, err error) {
	err = r.fields(func(field uint64) (err error) {
		switch field {
		case 0:
			name, err = r.bytes()
			return err
		case 1:
			_, err = r.int()
			return err
		}
		return errWireType
	})
	return name, err
}

// sliceType reads the definition of a slice.
func (r *gobReader) sliceType() (gobType, error) {
	typ := gobType{slice: true, parts: make([]gobPart, 1)}
	err := r.fields(func(field uint64) (err error) {
		switch field {
		case 0:
			typ.name, err = r.common()
			return err
		case 1:
			typ.parts[0].id, err = r.int()
			return err
		}
		return errWireType
	})
	return typ, err
}

// structType reads the definition of a struct.
func (r *gobReader) structType() (typ gobType, err error) {
	err = r.fields(func(field uint64) (err error) {
		switch field {
		case 0:
			typ.name, err = r.common()
			return err
		case 1:
			typ.parts, err = r.structFields()
			return err
		}
		return errWireType
	})
	return typ, err
}

// maxStructFields bounds the fields of one struct type. ClientHelloPacket has 15.
const maxStructFields = 64

func (r *gobReader) structFields() ([]gobPart, error) {
	n, err := r.uint()
	if err != nil {
		return nil, err
	}
	if n > maxStructFields {
		return nil, fmt.Errorf("gob: a struct of over %d fields", maxStructFields)
	}
	parts := make([]gobPart, n)
	for i := range parts {
		err := r.fields(func(field uint64) (err error) {
			switch field {
			case 0:
				parts[i].name, err = r.bytes()
				return err
			case 1:
				parts[i].id, err = r.int()
				return err
			}
			return errWireType
		})
		if err != nil {
			return nil, err
		}
	}
	return parts, nil
}
