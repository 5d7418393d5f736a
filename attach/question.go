package attach

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"reflect"
	"sync"
	"time"

	"goapptrace/attach/wire"
	"goapptrace/model"
)

// question is a kind of question: with arguments A, and an answer R. Both ends have the same ones, in the same order.
type question[A, R any] struct{ number byte }

// asked is a question as the serving end has it.
type asked struct {
	name   string
	types  []reflect.Type
	answer func(d *desk, session uint64, now time.Time, args []byte) ([]byte, error)
}

// all are the kinds of questions, by number. They are made as the package is initialised.
var all []asked

// ownShape is what both ends must have in common.
var ownShape = sync.OnceValue(func() uint64 {
	types, names := []reflect.Type{reflect.TypeFor[watchList](), reflect.TypeFor[news](), reflect.TypeFor[welcome]()}, fnv.New64a()
	for _, a := range all {
		types = append(types, a.types...)
		_, _ = io.WriteString(names, a.name+" ")
	}
	shape, err := wire.Shape(types...)
	if err != nil {
		panic(err)
	}
	return shape ^ names.Sum64()
})

var (
	errSession = errors.New("there is no such session")
	errLong    = errors.New("the answer is too long")
)

// ofSession is a kind of question about a session as of a time.
func ofSession[A, R any](name string, answer func(d *desk, s *model.Session, a A, now time.Time) (R, error)) question[A, R] {
	return ofStore(name, func(d *desk, session uint64, a A, now time.Time) (r R, err error) {
		s := d.Store.Session(session)
		if s == nil {
			return r, errSession
		}
		return answer(d, s, a, now)
	})
}

// ofLog is one that goes through much of what is kept of a session: it is answered in its turn.
func ofLog[A, R any](name string, answer func(d *desk, s *model.Session, a A, now time.Time) (R, error)) question[A, R] {
	return ofSession(name, func(d *desk, s *model.Session, a A, now time.Time) (r R, err error) {
		turn(func() { r, err = answer(d, s, a, now) })
		return r, err
	})
}

// ofStore is a kind of question about no session, or any.
func ofStore[A, R any](name string, answer func(d *desk, session uint64, a A, now time.Time) (R, error)) question[A, R] {
	q := question[A, R]{byte(len(all))}
	all = append(all, asked{
		name:  name,
		types: []reflect.Type{reflect.TypeFor[A](), reflect.TypeFor[R]()},
		answer: func(d *desk, session uint64, now time.Time, args []byte) ([]byte, error) {
			var a A
			if err := d.decoder.Decode(args, &a); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			r, err := answer(d, session, a, now)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			return wire.Append(nil, r), nil
		},
	})
	return q
}

// bytes are those of a question. A zero time stands for that of the answer.
func (q question[A, R]) bytes(session uint64, now *time.Time, a A) []byte {
	b := binary.AppendUvarint([]byte{q.number}, session)
	if now == nil {
		b = append(b, 0)
	} else {
		b = wire.Append(append(b, 1), *now)
	}
	return wire.Append(b, a)
}

// answer answers the question that b is the bytes of.
func (d *desk) answer(b []byte) (answer []byte, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			answer, err = nil, fmt.Errorf("answering failed: %v", cause)
		}
	}()
	if len(b) == 0 || int(b[0]) >= len(all) {
		return nil, errors.New("there is no such question")
	}
	kind := all[b[0]]
	session, n := binary.Uvarint(b[1:])
	if b = b[1+max(n, 0):]; n <= 0 || len(b) == 0 {
		return nil, errors.New("a question ends too early")
	}
	now := d.now()
	if b[0] != 0 {
		if now, b, err = cutTime(b[1:]); err != nil {
			return nil, err
		}
	} else {
		b = b[1:]
	}
	answer, err = kind.answer(d, session, now, b)
	if len(answer) > mostAnswered/2 {
		return nil, fmt.Errorf("%s: %w", kind.name, errLong)
	}
	return answer, err
}

// cutTime reads the time that b begins with.
func cutTime(b []byte) (t time.Time, rest []byte, err error) {
	short := errors.New("a question ends in its time")
	if len(b) == 0 {
		return t, nil, short
	}
	if b[0] == 0 {
		return t, b[1:], nil
	}
	ns, n := binary.Varint(b[1:])
	if n <= 0 {
		return t, nil, short
	}
	return time.Unix(0, ns), b[1+n:], nil
}
