package model

import (
	"errors"
	"math"

	"goapptrace/protocol"
)

// Bounds on what a tracee's totals can make of us.
const (
	maxCauses   = 16  // that are told apart
	maxCause    = 128 // bytes
	otherCauses = "other causes"
	maxCounted  = 1 << 46 // calls of one function: two years of one a microsecond
)

var errCounters = errors.New("counters whose columns don't pair up")

// ledger says what became of the events that the tracee's hooks set out to record.
type ledger struct {
	emitted uint64
	losses  []Loss
	lost    uint64 // of all batches
	told    uint64 // of all causes, as the tracee last added it up
	seq     uint64 // of the last batch
	missing uint64 // batches
	settled bool   // there was no batch since the tracee's totals

	unhooked uint64 // functions without a hook
}

// batch notes the number of a batch, and returns how many are missing ahead of it.
func (l *ledger) batch(seq uint64) (missing uint64) {
	if seq > l.seq+1 {
		missing = seq - l.seq - 1
		l.missing = add(l.missing, missing)
	}
	l.seq, l.settled = seq, false
	return missing
}

// totals takes in the tracee's own.
func (l *ledger) totals(p *protocol.CountersPacket) (lost uint64) {
	var losses []Loss
	for i, n := range p.LostEvents {
		lost = add(lost, n)
		losses = addLoss(losses, Loss{clip(p.LostCauses[i], maxCause), n})
	}
	if len(losses) > 0 {
		l.losses, l.told = losses, lost
	}
	l.emitted, l.settled = max(l.emitted, p.Emitted), true
	l.unhooked = max(l.unhooked, p.Unhooked)
	return lost
}

// fill enters what the ledger says into a row that has the other sums.
func (l *ledger) fill(row *SessionRow) {
	row.Lost, row.Losses = max(l.lost, l.told), l.losses
	row.MissingBatches, row.Emitted = l.missing, l.emitted
	row.Unhooked = l.unhooked
	if row.Settled = l.settled && row.State.Ended(); row.Settled {
		row.Difference = int64(l.emitted - row.Events - row.Lost - 2*row.Counted)
	}
}

// addLoss adds a loss to those with the same cause.
func addLoss(losses []Loss, more Loss) []Loss {
	for i := range losses {
		if l := &losses[i]; l.Cause == more.Cause || i == maxCauses-1 {
			if l.Cause != more.Cause {
				l.Cause = otherCauses
			}
			l.Events = add(l.Events, more.Events)
			return losses
		}
	}
	return append(losses, more)
}

// add adds counts and stops at the largest.
func add(a, b uint64) uint64 {
	if a > math.MaxUint64-b {
		return math.MaxUint64
	}
	return a + b
}

// counters takes in the tracee's own sums.
func (s *Session) counters(p *protocol.CountersPacket) (protocol.Text, error) {
	n := len(p.Funcs)
	if len(p.Calls) != n || len(p.TotalNS) != n || len(p.MaxNS) != n ||
		len(p.Modes) != n && len(p.Modes) != 0 || len(p.LostCauses) != len(p.LostEvents) {
		return "", errCounters
	}
	for i, id := range p.Funcs {
		fn := s.calls.funcs.index(id)
		if fn == overflowIndex {
			continue
		}
		s.calls.funcs.count(fn, tally{min(p.Calls[i], maxCounted), duration(p.TotalNS[i]), duration(p.MaxNS[i])})
		if len(p.Modes) > 0 && p.Modes[i] <= protocol.FuncHeld {
			s.calls.funcs.stats[fn].mode = p.Modes[i]
		}
	}
	return summarizeCounters(p, s.ledger.totals(p)), nil
}

// duration is ns that a stranger sent, which may be any number.
func duration(ns uint64) int64 { return int64(min(ns, math.MaxInt64)) }
