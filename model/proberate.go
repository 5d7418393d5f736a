package model

import (
	"maps"
	"slices"
	"time"

	"goapptrace/protocol"
	"goapptrace/query"
)

// rates are the counts of a probe's calls at its last look, by function.
type rates struct {
	known  bool
	counts []rateCount
}

// functionsAtOnce is how many functions are looked at before others have their turn.
const functionsAtOnce = 4096

type rateCount struct{ calls, lost uint64 }

// rateSums is what came since the look before, by package or program.
type rateSums map[string]*rateSum

type rateSum struct {
	calls uint64
	lost  bool
}

// lookAt looks at what a probe measures over time. Of rates the counts since the last look decide, whatever they are.
func (s *Session) lookAt(q *probe, at int64, h *Harvest) {
	switch q.of {
	case query.FieldRateFunc, query.FieldRatePackage, query.FieldRateSession:
		s.lookAtRates(q, at, h)
	case query.FieldGrowth:
		s.lookAtGrowth(q, at, h)
	}
}

func (s *Session) lookAtRates(q *probe, at int64, h *Harvest) {
	t, r := &s.calls.funcs, &q.rates
	if r.known && s.calls.probes.lookedTo == s.arrived() {
		return // all rates are zero
	}
	seconds := time.Duration(at - s.calls.probes.looked).Seconds()
	known, sums := r.known, rateSums{}
	r.known = true
	r.counts = append(r.counts, make([]rateCount, max(len(t.stats)-len(r.counts), 0))...)
	for i := range r.counts {
		if i%functionsAtOnce == functionsAtOnce-1 {
			s.mu.giveWay()
		}
		fn := uint32(i)
		if !q.root.allows(fn) {
			continue
		}
		f, before := &t.stats[i], r.counts[i]
		count := rateCount{q.count(fn, f), f.lost}
		r.counts[i] = count
		came, lost := max(count.calls, before.calls)-before.calls, count.lost > before.lost
		if came == 0 && !lost || !known {
			continue
		}
		if q.of == query.FieldRateFunc {
			s.tellRate(q, t.symbols[i].name, float64(came)/seconds, lost, at, h)
			continue
		}
		sums.add(s.summed(q, fn), came, lost)
	}
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		s.tellRate(q, protocol.Text(name), float64(sums[name].calls)/seconds, sums[name].lost, at, h)
	}
}

// summed is the package or the program that a function's calls count in.
func (s *Session) summed(q *probe, fn uint32) string {
	if q.of == query.FieldRateSession {
		return string(s.row.App)
	}
	return query.Package(string(s.calls.funcs.symbols[fn].name))
}

func (r rateSums) add(name string, calls uint64, lost bool) {
	sum := r[name]
	if sum == nil {
		sum = new(rateSum)
		r[name] = sum
	}
	sum.calls = add(sum.calls, calls)
	sum.lost = sum.lost || lost
}

// count is how many calls of the function pass by now. When it matters how they ended, those count that are over and were streamed.
func (q *probe) count(fn uint32, f *function) (n uint64) {
	if q.Filter.Uses()&query.Set(query.FieldEnd) == 0 {
		return f.begun()
	}
	returned := f.finished() - f.counted.calls - f.errors - f.panics
	for end, calls := range [...]uint64{EndReturn: returned, EndError: f.errors, EndPanic: f.panics} {
		if calls > 0 && q.root.admits(&over{fn: fn, end: CallEnd(end)}) {
			n += calls
		}
	}
	return n
}

func (s *Session) tellRate(q *probe, name protocol.Text, rate float64, lost bool, at int64, h *Harvest) {
	if q.measure.Exceeded(rate) {
		when := s.clock.wall(at)
		h.Sightings = append(h.Sightings, Sighting{
			Probe: q.ID, Measure: q.of, Name: name, Times: 1, Touched: lost, First: when, Last: when, Value: rate,
		})
	}
}

// lookAtGrowth looks for groups of goroutines that only grow. A loss may be all there is to it: of a goroutine that has
// ended, nobody has told so.
func (s *Session) lookAtGrowth(q *probe, at int64, h *Harvest) {
	for _, g := range s.groups.all {
		by, looks := g.looks.growth()
		row := groupLine{g, string(s.row.App), s.id}
		if by == 0 || !q.measure.Exceeded(float64(by)) || !q.Filter.Match(&row) {
			continue
		}
		over := time.Duration(looks) * lookInterval
		tell := Sighting{
			Probe: q.ID, Measure: q.of, Name: g.entry, Times: 1, First: s.clock.wall(at), Last: s.clock.wall(at), Value: float64(by), Over: over,
		}
		if s.gaps.touch(at-int64(over), at) {
			tell.Times, tell.LeftOut = 0, 1
		}
		h.Sightings = append(h.Sightings, tell)
	}
}

// groupLine is a group of goroutines as a filter sees it.
type groupLine struct {
	*group
	app     string
	session uint64
}

// Text implements [query.Row].
func (l *groupLine) Text(f query.Field) string {
	switch f {
	case query.FieldText:
		return l.lower
	case query.FieldEntry:
		return string(l.entry)
	case query.FieldPackage:
		return query.Package(string(l.entry))
	}
	return l.app
}

// Number implements [query.Row].
func (l *groupLine) Number(query.Field) float64 { return float64(l.session) }
