package gate

import (
	"sync"
	"time"
)

// penalties remember which sources have failed lately, and keep those out that do so again and again. In this they are
// like OpenSSH's PerSourcePenalties: what a source has run up is worked off as time passes.
type penalties struct {
	limits Limits

	mu    sync.Mutex
	table map[Source]penalty
}

// penalty is what one source has run up.
type penalty struct {
	until    time.Time // when all is worked off
	shut     bool      // until then
	relapses int       // how often it was shut out
}

// shut says whether from has to stay out at the time now.
func (p *penalties) shut(from Source, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.table[from]
	return e.shut && now.Before(e.until)
}

// punish holds a failure at the time now against from. It says for how long from is shut out by that, 0 for not at all.
func (p *penalties) punish(from Source, now time.Time) time.Duration {
	if p.limits.Penalty < 0 || !from.punishable() {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e, known := p.table[from]
	switch {
	case !known:
		p.makeRoom(now)
	case p.stale(e, now):
		e = penalty{}
	}
	if !now.Before(e.until) {
		e.until, e.shut = now, false
	}
	var out time.Duration
	e.until = e.until.Add(p.limits.Penalty)
	if !e.shut && e.until.Sub(now) >= p.limits.PenaltyStart {
		out = p.sentence(e.relapses)
		e.until, e.shut = now.Add(out), true
		e.relapses++
	}
	if latest := now.Add(p.limits.PenaltyMax); e.until.After(latest) {
		e.until = latest
	}
	if p.table == nil {
		p.table = make(map[Source]penalty)
	}
	p.table[from] = e
	return out
}

// sentence is how long a source stays out that was shut out so many times before.
func (p *penalties) sentence(relapses int) time.Duration {
	d := p.limits.PenaltyStart
	for range relapses {
		if d *= 2; d >= p.limits.PenaltyMax {
			break
		}
	}
	return min(d, p.limits.PenaltyMax)
}

// stale says whether a source has done well for so long that its past is forgotten.
func (p *penalties) stale(e penalty, now time.Time) bool {
	forget := p.limits.PenaltyMax
	if e.relapses == 0 {
		forget = 0
	}
	return now.After(e.until.Add(forget))
}

// makeRoom keeps the table from growing over its limit. Looking through all of it for each of a flood's addresses would be dear: of
// a few, in the random order of maps, those that are stale go, or the one whose penalty is over first.
func (p *penalties) makeRoom(now time.Time) {
	const few = 16
	if len(p.table) < p.limits.PenaltyAddresses {
		return
	}
	looked, first := 0, Source{}
	for from, e := range p.table {
		if p.stale(e, now) {
			delete(p.table, from)
		} else if looked == 0 || e.until.Before(p.table[first].until) {
			first = from
		}
		if looked++; looked == few {
			break
		}
	}
	if len(p.table) >= p.limits.PenaltyAddresses {
		delete(p.table, first)
	}
}
