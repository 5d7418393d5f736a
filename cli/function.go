package cli

import (
	"cmp"
	"slices"

	"goapptrace/model"
	"goapptrace/protocol"
)

// function is a function of one session with what its calls add up to. Times are ns of finished calls.
type function struct {
	name, file protocol.Text
	line       uint64
	hidden     bool // the filter leaves all its calls out

	calls   uint64 // begun, and those that the tracee only counted
	panics  uint64
	errors  uint64
	lost    uint64 // events
	touched uint64 // calls that were open while events of any function were lost
	open    int    // calls that have not returned
	timed   uint64 // calls that total, self and max cover
	total   uint64 // recursion counts once
	self    uint64 // of streamed calls: what a counted one spent in others isn't known
	max     uint64
	count   counted

	took    model.Histogram // of streamed calls
	longest uint64          // of them

	head []byte // what the printer writes for each call, made at the first one
}

// counted is what the tracee has added up itself, as of its last Counters packet.
type counted struct{ calls, total, max uint64 }

// add takes the totals so far, of which those known before are part: they only grow.
func (f *function) add(c counted) {
	c = counted{max(f.count.calls, c.calls), max(f.count.total, c.total), max(f.count.max, c.max)}
	f.calls += c.calls - f.count.calls
	f.timed += c.calls - f.count.calls
	f.total += c.total - f.count.total
	f.max = max(f.max, c.max)
	f.count = c
}

func (f *function) mean() uint64 {
	if f.timed == 0 {
		return 0
	}
	return f.total / f.timed
}

// percentile is the time that a share of the streamed calls took at most.
func (f *function) percentile(share float64) uint64 {
	return uint64(f.took.Quantile(share, int64(f.longest)))
}

// byTotal lists the functions that were called and pass the filter, those that took the most time first.
func byTotal(funcs map[uint64]*function) []*function {
	list := make([]*function, 0, len(funcs))
	for _, f := range funcs {
		if !f.hidden && (f.calls > 0 || f.lost > 0) {
			list = append(list, f)
		}
	}
	slices.SortFunc(list, func(a, b *function) int {
		return cmp.Or(cmp.Compare(b.total, a.total), cmp.Compare(b.calls, a.calls), cmp.Compare(a.name, b.name))
	})
	return list
}
