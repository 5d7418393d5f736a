package attach

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"goapptrace/attach/wire"
	"goapptrace/query"
)

// Bounds on what is kept for a viewer.
const (
	mostSteps   = 24
	mostFilters = 64
)

var errWindow = errors.New("the window is none")

// desk is where the questions of one viewer are answered. Several may be at a time.
type desk struct {
	Source
	decoder wire.Decoder

	mu      sync.Mutex
	filters map[filterKey]*query.Filter // the store remembers what it has found by the filter, so it has to be the same one
	steps   map[uint64]*step
	uses    uint64
}

type filterKey struct {
	text string
	kind query.Kind
}

// step is something that goes through the log in slices, or what came of it. It is used under its lock.
type step struct {
	mu   sync.Mutex
	it   any
	used uint64 // when, under the desk's lock
}

func newDesk(source Source) *desk {
	d := &desk{Source: source, filters: map[filterKey]*query.Filter{}, steps: map[uint64]*step{}}
	d.decoder.Filter = d.filter
	return d
}

func (d *desk) now() time.Time {
	if d.Now != nil {
		return d.Now()
	}
	return time.Now()
}

// filter compiles a text, once.
func (d *desk) filter(text string, kind query.Kind) (*query.Filter, error) {
	d.mu.Lock()
	f, ok := d.filters[filterKey{text, kind}]
	d.mu.Unlock()
	if ok {
		return f, nil
	}
	f, err := query.Compile(text, kind)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.filters) >= mostFilters {
		clear(d.filters)
	}
	d.filters[filterKey{text, kind}] = f
	return f, nil
}

// keep is the step with a number, made if there is none.
func (d *desk) keep(number uint64, begin func() any) *step {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.uses++
	s := d.steps[number]
	if s == nil {
		if len(d.steps) >= mostSteps {
			d.forget()
		}
		s = &step{it: begin()}
		d.steps[number] = s
	}
	s.used = d.uses
	return s
}

// put keeps something under a number instead of what was there.
func (d *desk) put(number uint64, it any) {
	d.mu.Lock()
	delete(d.steps, number)
	d.mu.Unlock()
	d.keep(number, func() any { return it })
}

// forget drops the step that nobody has used for longest.
func (d *desk) forget() {
	oldest, at := uint64(0), d.uses+1
	for number, s := range d.steps {
		if s.used < at {
			oldest, at = number, s.used
		}
	}
	delete(d.steps, oldest)
}

// withStep lets f use the step with a number, which is made if there is none.
func withStep[T any](d *desk, number uint64, begin func() T, f func(T)) error {
	s := d.keep(number, func() any { return begin() })
	s.mu.Lock()
	defer s.mu.Unlock()
	it, ok := s.it.(T)
	if !ok {
		return fmt.Errorf("number %d is a %T", number, s.it)
	}
	f(it)
	return nil
}
