package protocol

import (
	"errors"
	"fmt"
)

// gobWalk goes through a frame's values before gob allocates anything for them.
// It counts the elements of their slices: one byte in a frame can make gob allocate a struct.
type gobWalk struct {
	types    gobTypes
	elements uint64 // seen so far
}

// message walks a value that is a message of its own, behind its type ID.
func (w *gobWalk) message(id int64, r gobReader) error {
	if err := w.types.check(id); err != nil {
		return err
	}
	typ, ok := w.types[id]
	if !ok || typ.slice {
		return errors.New("gob: a value that is no struct")
	}
	if err := w.structure(typ, &r); err != nil {
		return err
	}
	if len(r.rest) > 0 {
		return errors.New("gob: bytes behind a value")
	}
	return nil
}

// value walks a value of a type that gobTypes.check has seen, so that it can't recurse deep.
func (w *gobWalk) value(id int64, r *gobReader) error {
	switch id {
	case gobBytes, gobString:
		_, err := r.bytes()
		return err
	case gobComplex:
		if _, err := r.uint(); err != nil {
			return err
		}
	}
	typ, ok := w.types[id]
	switch {
	case !ok:
		_, err := r.uint()
		return err
	case typ.slice:
		return w.slice(typ, r)
	}
	return w.structure(typ, r)
}

func (w *gobWalk) structure(typ gobType, r *gobReader) error {
	return r.fields(func(field uint64) error {
		if field >= uint64(len(typ.parts)) {
			return errors.New("gob: a field that its type doesn't have")
		}
		return w.value(typ.parts[field].id, r)
	})
}

func (w *gobWalk) slice(typ gobType, r *gobReader) error {
	n, err := r.uint()
	if err != nil {
		return err
	}
	if n > maxElements-w.elements {
		return fmt.Errorf("gob: slices of over %d elements in a frame", maxElements)
	}
	w.elements += n
	for range n {
		if err := w.value(typ.parts[0].id, r); err != nil {
			return err
		}
	}
	return nil
}
