package protocol

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// gob isn't hardened against hostile input: through map fields, recursive types and endless type definitions
// a few bytes make its decoder allocate gigabytes or overflow the stack. So a frame's structure is checked here before
// gob sees it: two values, few type definitions, and among these only structs and slices that don't nest deep.
//
// The format is told in encoding/gob's documentation, under "Encoding Details".

var errTruncatedGob = errors.New("gob: truncated")

// scanGob checks a frame's body and returns where its second value (with the definitions before it) begins.
func scanGob(body []byte) (headerLength int, err error) {
	types := gobTypes{}
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
		if err := types.check(id); err != nil {
			return 0, err
		}
		if values++; values == 1 {
			headerLength = len(body) - len(r.rest)
		}
	}
	if values != 2 {
		return 0, fmt.Errorf("%d gob values instead of a header and a packet", values)
	}
	return headerLength, nil
}

// gobTypes are a frame's type definitions: by type ID, the IDs of the types that it contains.
type gobTypes map[int64][]int64

// The fields of gob's wireType that this protocol needs; the others define arrays, maps and
// types that marshal themselves.
const (
	wireTypeSlice  = 2
	wireTypeStruct = 3
)

func (t gobTypes) define(id int64, r gobReader) error {
	if len(t) == maxTypeDefinitions {
		return fmt.Errorf("gob: over %d type definitions", maxTypeDefinitions)
	}
	if _, twice := t[id]; twice {
		return fmt.Errorf("gob: type %d is defined twice", id)
	}
	kind, err := r.uint()
	if err != nil {
		return err
	}
	var parts []int64
	switch kind {
	case wireTypeSlice:
		parts, err = r.sliceType()
	case wireTypeStruct:
		parts, err = r.structType()
	default:
		return errors.New("gob: a type other than a struct or a slice")
	}
	if err != nil {
		return err
	}
	t[id] = parts
	return nil
}

// check walks a value's type from its definition down. Undefined IDs are gob's basic types, or refused by gob.
func (t gobTypes) check(id int64) error {
	depth, err := t.depth(id, make(map[int64]int))
	if err == nil && depth > maxTypeDepth {
		err = fmt.Errorf("gob: types nest deeper than %d", maxTypeDepth)
	}
	return err
}

// depth is how deep type id nests. What it has found stands in known, as 0 while it's being looked for.
func (t gobTypes) depth(id int64, known map[int64]int) (int, error) {
	if id == gobInterface {
		return 0, errors.New("gob: an interface")
	}
	if depth, ok := known[id]; ok {
		if depth == 0 {
			return 0, errors.New("gob: a recursive type")
		}
		return depth, nil
	}
	known[id] = 0
	deepest := 0
	for _, part := range t[id] {
		depth, err := t.depth(part, known)
		if err != nil {
			return 0, err
		}
		deepest = max(deepest, depth)
	}
	known[id] = deepest + 1
	return deepest + 1, nil
}

// gobInterface is the ID of gob's basic type for interfaces.
const gobInterface = 8

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

// common reads gob's CommonType: a name and an ID, neither of which matters here.
func (r *gobReader) common() error {
	return r.fields(func(field uint64) error {
		switch field {
		case 0:
			_, err := r.bytes()
			return err
		case 1:
			_, err := r.int()
			return err
		}
		return errWireType
	})
}

// sliceType reads the definition of a slice and returns its element type.
func (r *gobReader) sliceType() (elem []int64, err error) {
	err = r.fields(func(field uint64) error {
		switch field {
		case 0:
			return r.common()
		case 1:
			id, err := r.int()
			elem = append(elem, id)
			return err
		}
		return errWireType
	})
	return elem, err
}

// structType reads the definition of a struct and returns the types of its fields.
func (r *gobReader) structType() (parts []int64, err error) {
	err = r.fields(func(field uint64) error {
		switch field {
		case 0:
			return r.common()
		case 1:
			parts, err = r.structFields()
			return err
		}
		return errWireType
	})
	return parts, err
}

// maxStructFields bounds the fields of one struct type. ClientHelloPacket has 15.
const maxStructFields = 64

func (r *gobReader) structFields() (parts []int64, err error) {
	n, err := r.uint()
	if err != nil {
		return nil, err
	}
	if n > maxStructFields {
		return nil, fmt.Errorf("gob: a struct of over %d fields", maxStructFields)
	}
	for range n {
		err := r.fields(func(field uint64) error {
			switch field {
			case 0:
				_, err := r.bytes()
				return err
			case 1:
				id, err := r.int()
				parts = append(parts, id)
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
