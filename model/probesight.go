package model

import (
	"cmp"
	"slices"
	"time"

	"goapptrace/protocol"
	"goapptrace/query"
)

// sightKey is what a probe tells apart: functions, and of repeats the functions that were called.
type sightKey struct{ fn, of uint32 }

// sight is what a probe has found of a function since the last harvest.
type sight struct {
	times, leftOut uint64
	touched        bool
	first, last    int64
	newest         over
	n              uint32 // of repeats, those of the newest
	took           int64
	candidates     []over // whose texts are to be looked at; then times counts none
}

// see notes a call that passes, but for its texts.
func (q *probe) see(o *over) {
	s := q.sight(sightKey{fn: o.fn}, o)
	switch {
	case s == nil:
	case o.touched && q.fakes:
		s.leftOut++
	case q.texts && len(s.candidates) == maxCandidates:
		q.unseen++
	case q.texts:
		s.candidates = append(s.candidates, *o)
	default:
		s.add(o)
	}
}

// sight is the one of a key, nil when there are too many.
func (q *probe) sight(key sightKey, o *over) *sight {
	s := q.fresh[key]
	if s == nil {
		if len(q.fresh) >= maxSights {
			q.unseen++
			return nil
		}
		s = &sight{first: o.at}
		q.fresh[key] = s
	}
	return s
}

// add counts a call.
func (s *sight) add(o *over) {
	if s.times++; s.times == 1 {
		s.first = o.at
	}
	s.last, s.newest = o.at, *o
	s.touched = s.touched || o.touched
}

// harvestSights tells what a probe had found at the last harvest.
func (s *Session) harvestSights(q *probe, h *Harvest) {
	if q.unseen > 0 {
		h.Sightings = append(h.Sightings, Sighting{Probe: q.ID, Measure: q.of, Unseen: q.unseen})
		q.unseen = 0
	}
	keys := make([]sightKey, 0, len(q.ripe))
	for key := range q.ripe {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b sightKey) int { return cmp.Or(cmp.Compare(a.fn, b.fn), cmp.Compare(a.of, b.of)) })
	for _, key := range keys {
		found := q.ripe[key]
		s.read(q, found)
		if found.times == 0 && found.leftOut == 0 || !q.root.mayBe(key, q.of) { // its name may have come since
			continue
		}
		h.Sightings = append(h.Sightings, s.sighting(q, key, found))
	}
	q.fresh, q.ripe = q.ripe, q.fresh
	clear(q.fresh)
}

// mayBe says whether the function lets calls pass, that of the calls that were made of repeats.
func (c *condition) mayBe(key sightKey, measure query.Field) bool {
	if measure == query.FieldRepeats {
		return c.allows(key.of)
	}
	return c.allows(key.fn)
}

// allows says whether calls of the function may pass.
func (c *condition) allows(fn uint32) bool {
	switch {
	case c == nil:
		return true
	case c.set != nil:
		return c.set.has(fn)
	case c.op == query.All:
		return !slices.ContainsFunc(c.parts, func(p *condition) bool { return !p.allows(fn) })
	case c.op == query.Any:
		return slices.ContainsFunc(c.parts, func(p *condition) bool { return p.allows(fn) })
	}
	return true
}

// read looks at what was told of candidates.
func (s *Session) read(q *probe, found *sight) {
	for i := range found.candidates {
		o := &found.candidates[i]
		row := toldCall{over: o, symbolRow: symbolRow{&s.calls.funcs.symbols[o.fn], string(s.row.App), s.id}}
		if c, k, ok := s.calls.log.at(o.seq); ok {
			c.details.fill(k, &row.told)
			if q.Filter.Match(&row) {
				found.add(o)
			}
		}
	}
}

// sighting tells what was found. The session is locked.
func (s *Session) sighting(q *probe, key sightKey, found *sight) Sighting {
	symbols, o := s.calls.funcs.symbols, &found.newest
	tell := Sighting{
		Probe: q.ID, Measure: q.of, Name: symbols[key.fn].name, Times: found.times, LeftOut: found.leftOut, Touched: found.touched,
		First: s.clock.wall(found.first), Last: s.clock.wall(found.last),
	}
	if found.times == 0 {
		tell.Last = tell.First
		return tell
	}
	if q.of == query.FieldRepeats {
		tell.Of, tell.Value, tell.Took = symbols[key.of].name, float64(found.n), time.Duration(found.took)
	}
	tell.Example = s.overRow(o)
	return tell
}

// overRow is the row of a call that is over, which may be so old that the log has dropped it.
func (s *Session) overRow(o *over) CallRow {
	if _, _, ok := s.calls.log.at(o.seq); ok {
		return s.callRow(o.seq, s.clock.wall(o.at))
	}
	sym := &s.calls.funcs.symbols[o.fn]
	return CallRow{
		Seq: o.seq, Start: s.clock.wall(o.at - o.lasted), G: o.g, Depth: o.depth,
		Func: sym.id, Name: sym.name, File: sym.file, Line: sym.line, Duration: time.Duration(o.lasted), End: o.end,
	}
}

// toldCall is a call that is over with what was told of it, as a filter sees it.
type toldCall struct {
	symbolRow
	over *over
	told CallRow
}

// Text implements [query.Row].
func (r *toldCall) Text(f query.Field) string {
	var told protocol.Text
	switch f {
	case query.FieldEnd:
		return endWords[r.over.end]
	case query.FieldOrigin:
		return yesOrNo(r.over.origin)
	case query.FieldArgs:
		told = r.told.Args
	case query.FieldResults:
		told = r.told.Results
	case query.FieldError:
		told = r.told.Err
	case query.FieldSpan:
		told = r.told.Span
	default:
		return r.symbolRow.Text(f)
	}
	return string(told)
}

// Number implements [query.Row].
func (r *toldCall) Number(f query.Field) float64 {
	switch f {
	case query.FieldDuration:
		return float64(r.over.lasted)
	case query.FieldSelf:
		return float64(r.over.self)
	case query.FieldGoroutine:
		return float64(r.over.g)
	case query.FieldDepth:
		return float64(r.over.depth)
	case query.FieldCalls:
		return float64(r.over.calls)
	}
	return r.symbolRow.Number(f)
}
