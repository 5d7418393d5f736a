package ui

import (
	"time"

	"goapptrace/watch"
)

// Findings is what watchers have found: those of a [watch.Watch] of this process, or elsewhere.
type Findings interface {
	Failed() any
	Changed() uint64
	News() int
	// Report may panic with [ErrPending], as what is asked of a [Store] may.
	Report(now time.Time) watch.Report
}

// found is what watchers have found, nil when nobody watches.
func (c *Config) found() Findings {
	switch {
	case c.Findings != nil:
		return c.Findings
	case c.Watch != nil:
		return c.Watch
	}
	return nil
}

// ownWatch is what this viewer may change, nil when there is nothing.
func (c *Config) ownWatch() *watch.Watch {
	if c.Away || c.Findings != nil {
		return nil
	}
	return c.Watch
}
