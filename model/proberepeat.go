package model

import "goapptrace/query"

// suspect is a call that may have made too many calls of one function, among those that began up to the one numbered to.
type suspect struct {
	over
	to uint64
}

// repeats is the calls of one function that a call has made and that pass.
type repeats struct {
	n    uint32
	took int64
}

// suspect notes that the top call of a stack, which is over, may have made too many calls: those that it made took long
// enough. Which they were is found out later, from the log. Of a call whose end was lost nobody knows whether it is over.
func (c *calls) suspect(s *stack, lasted, t int64, end CallEnd) {
	n := len(s.frames) - 1
	f := &s.frames[n]
	p := &c.probes
	switch {
	case end == EndUnknown || c.log.total == f.seq:
		return
	case len(p.suspects) == maxSuspects:
		p.missed++
		return
	}
	p.suspects = append(p.suspects, suspect{to: c.log.total, over: over{
		seq: f.seq, g: s.g, fn: f.fn, depth: n, lasted: lasted, at: t, end: end, touched: f.start <= c.lossy,
	}})
}

// searchSuspects counts the calls that suspects made, as far as that can be done in a bounded time. Others have their turn meanwhile.
func (s *Session) searchSuspects() {
	p := &s.calls.probes
	left := maxSearched
	found := map[uint32]*repeats{}
	suspects := p.suspects
	p.suspects = nil
	for i := range suspects {
		if i%suspectsAtOnce == 0 {
			s.mu.giveWay()
		}
		sus := &suspects[i]
		n := int(sus.to - sus.seq)
		if s.isLoop(&sus.over) {
			continue
		}
		if _, _, kept := s.calls.log.at(sus.seq); !kept || n > left {
			p.missed++
			continue
		}
		left -= n
		for _, q := range p.list {
			if q.of == query.FieldRepeats && q.measure.Exceeded(float64(n)) {
				clear(found)
				s.count(q, sus, found)
				q.judge(sus, found)
			}
		}
	}
	for _, q := range p.list {
		if q.of == query.FieldRepeats {
			q.unseen += p.missed
		}
	}
	p.missed = 0
}

// How many suspects, and how many chunks of the log, are looked at before others have their turn.
const suspectsAtOnce, chunksAtOnce = 32, 8

// count adds up the calls that a suspect made itself and that pass, of those that are still retained.
func (s *Session) count(q *probe, sus *suspect, found map[uint32]*repeats) {
	chunks := 0
	for seq := sus.seq + 1; seq <= sus.to; {
		if chunks++; chunks%chunksAtOnce == 0 {
			s.mu.giveWay()
		}
		seq = max(seq, s.calls.log.first())
		chunk, i, ok := s.calls.log.at(seq)
		if !ok {
			return
		}
		to := int(min(uint64(chunk.n), uint64(i)+sus.to-seq+1))
		seq += uint64(max(to-i, 0))
		if chunk.knows(sus.g) {
			s.calls.countIn(chunk, i, to, q, sus, found)
		}
	}
}

// countIn is count for the calls of a chunk from index i to before another.
func (c *calls) countIn(chunk *chunk, i, to int, q *probe, sus *suspect, found map[uint32]*repeats) {
	for ; i < to; i++ {
		if chunk.g(i) != sus.g {
			continue
		}
		of := chunk.call(i)
		if int(of.depth) != sus.depth+1 || of.end == EndOpen {
			continue
		}
		o := over{g: of.g, fn: of.fn, depth: int(of.depth), lasted: of.lasted, end: of.end, calls: c.funcs.stats[of.fn].begun()}
		if !q.root.admits(&o) {
			continue
		}
		r := found[of.fn]
		if r == nil {
			r = new(repeats)
			found[of.fn] = r
		}
		r.n++
		r.took = sum(r.took, of.lasted)
	}
}

// judge notes of which functions a suspect has made too many calls.
func (q *probe) judge(sus *suspect, found map[uint32]*repeats) {
	for fn, r := range found {
		if !q.measure.Exceeded(float64(r.n)) || r.took < q.measure.Together() {
			continue
		}
		sight := q.sight(sightKey{sus.fn, fn}, &sus.over)
		switch {
		case sight == nil:
		case sus.touched && q.fakes:
			sight.leftOut++
		default:
			sight.add(&sus.over)
			sight.n, sight.took = r.n, r.took
		}
	}
}

// isLoop says that a call is what its goroutine was made for: one that makes many calls, like main.main or a worker, is a loop
// that serves.
func (s *Session) isLoop(o *over) bool {
	if o.depth > 0 {
		return false
	}
	name := s.calls.funcs.symbols[o.fn].name
	entry := s.goroutines.entry(o.g)
	return entry == name || runners[entry] || name == "main.main"
}
