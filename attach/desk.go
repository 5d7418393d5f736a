package attach

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"goapptrace/attach/wire"
	"goapptrace/model"
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
	steps   map[stepKey]*step
	uses    uint64
}

type filterKey struct {
	text string
	kind query.Kind
}

// stepKey tells a step from others. The viewer's numbers alone don't: he may have given one to two sessions, and those of a
// session may be another one's by now.
type stepKey struct {
	of     *model.Session
	number uint64
	spawn  bool // the goroutines in which the calls of this step are
}

// step is something that goes through the log in slices, or what came of it. It is used under its lock.
type step struct {
	mu   sync.Mutex
	it   any    // nil until it has begun
	used uint64 // when, under the desk's lock
}

func newDesk(source Source) *desk {
	d := &desk{Source: source, filters: map[filterKey]*query.Filter{}, steps: map[stepKey]*step{}}
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

// keep is the step with a key, made if there is none.
func (d *desk) keep(key stepKey) *step {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.uses++
	s := d.steps[key]
	if s == nil {
		if len(d.steps) >= mostSteps {
			d.forget()
		}
		s = new(step)
		d.steps[key] = s
	}
	s.used = d.uses
	return s
}

// put keeps something under a key instead of what was there.
func (d *desk) put(key stepKey, it any) {
	d.mu.Lock()
	delete(d.steps, key)
	d.mu.Unlock()
	s := d.keep(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.it = it
}

// forget drops the step that nobody has used for longest.
func (d *desk) forget() {
	oldest, at := stepKey{}, d.uses+1
	for key, s := range d.steps {
		if s.used < at {
			oldest, at = key, s.used
		}
	}
	delete(d.steps, oldest)
}

// withStep lets f use the step with a key, which is begun if there is none. What takes a while takes turns in both: whoever
// has a turn waits for no lock of a desk.
func withStep[T any](d *desk, key stepKey, begin func() T, f func(T)) error {
	s := d.keep(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.it == nil {
		s.it = begin()
	}
	it, ok := s.it.(T)
	if !ok {
		return fmt.Errorf("number %d is a %T", key.number, s.it)
	}
	f(it)
	return nil
}
