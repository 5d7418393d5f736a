package model

import (
	"math"
	"time"

	"goapptrace/query"
)

// atEnd are the fields of a call that say something else when it has ended.
var atEnd = query.Set(query.FieldDuration, query.FieldEnd, query.FieldArgs, query.FieldResults, query.FieldError, query.FieldSpan)

// ask makes ready to ask calls about the filter. The session is locked.
func (f *Flame) ask() {
	if f.filter != nil {
		f.asking.update(f.filter, Span{}, f.session, time.Time{})
	}
}

// pass finds out which of a chunk's n calls from call i on pass the filter. The session is locked.
func (f *Flame) pass(c *chunk, i, n int) {
	f.ask()
	f.passed = f.passed[:0]
	for k := i / blockLen; len(f.passed) < n; k++ {
		mask := uint64(math.MaxUint64)
		if f.filter != nil {
			mask = f.asking.match(c, k, math.MaxUint64>>max((k+1)*blockLen-c.n, 0))
		}
		for ; i < (k+1)*blockLen && len(f.passed) < n; i++ {
			f.passed = append(f.passed, mask>>(i%blockLen)&1 != 0)
		}
	}
}

// leaveOut follows a call that doesn't pass, until it is over.
func (f *Flame) leaveOut(o *openCall, c *call) {
	if c.end == EndOpen {
		f.open = append(f.open, *o)
		return
	}
	f.rest(o, c.lasted)
}

// sift asks again about a call that is over: how it ended may have made it pass the filter, or not any more. The calls that it
// made stay where they are. The session is locked.
func (f *Flame) sift(c *openCall) {
	chunk, i, ok := f.session.calls.log.at(c.seq)
	if f.filter.Uses()&atEnd == 0 || !ok {
		return
	}
	passes := f.asking.match(chunk, i/blockLen, 1<<(i%blockLen)) != 0
	switch {
	case passes && c.out:
		parent := c.node
		c.node = f.node(parent, chunk.fn(i))
		c.inner = c.node == parent
		f.nodes[c.node].calls++
	case !passes && !c.out:
		f.nodes[c.node].calls--
	}
	c.out = !passes
}
