package model

import (
	"math"
	"slices"
	"time"

	"goapptrace/protocol"
	"goapptrace/query"
)

// Probe is a question that sessions ask of what arrives: of each call when it is over, and once a second of their functions
// and groups of goroutines. See [Store.Probe].
type Probe struct {
	ID     uint64        // tells its sightings
	Filter *query.Filter // of [query.Watches]
}

// Sighting is what a probe has found in a session since it was asked before.
type Sighting struct {
	Probe   uint64
	Measure query.Field   // of the probe, see [query.Measure]; FieldText of one that asks for single calls
	Name    protocol.Text // of the function, package or program; of repeats of the function that made the calls
	Of      protocol.Text // of repeats: function of the calls that were made
	Times   uint64        // calls that pass, or that made too many; 1 of a measure that is too large now
	LeftOut uint64        // those that don't count in Times, as a loss may have made them pass
	Touched bool          // events were lost meanwhile: there may be more, and figures may be larger
	First   time.Time     // when the first of them ended
	Last    time.Time
	Example CallRow       // the newest call; without a Seq when it is no call that was found
	Value   float64       // of the measure, the newest
	Took    time.Duration // of repeats: the time of these calls together
	Over    time.Duration // of growth: in this time
	Unseen  uint64        // calls that nobody could look at closely, as there were too many
}

// Harvest is what the probes of a session have found.
type Harvest struct {
	Sightings []Sighting
	Looked    bool          // rates and growth were looked at: those that aren't among the sightings aren't too large
	Waiting   bool          // there may be more to come, though nothing arrives,
	Wait      time.Duration // but not sooner than after this time
}

// Bounds on what probes keep between two harvests.
const (
	maxSights     = 1 << 8  // functions that one has found calls of
	maxCandidates = 1 << 6  // calls of one function whose texts are to be looked at
	maxSuspects   = 1 << 9  // calls that may have made too many
	maxSearched   = 1 << 18 // calls that are looked at to find out
	probeLook     = time.Second
)

// Probe has all sessions, and those to come, ask these questions instead of those before.
func (st *Store) Probe(probes []Probe) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.probes = slices.Clone(probes)
	for _, s := range st.sessions {
		s.probe(st.probes)
	}
}

// probe has the session ask questions.
func (s *Session) probe(probes []Probe) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls.probes.set(probes)
	s.calls.probes.rename(s)
}

// Harvest is what the probes have found in the session by now. Calls are told one harvest later than they are found, when
// what the program tells of them is there, too.
func (s *Session) Harvest(now time.Time) (h Harvest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &s.calls.probes
	p.rename(s)
	s.searchSuspects()
	s.mu.giveWay()
	for _, q := range p.list {
		s.harvestSights(q, &h)
	}
	if at := s.goroutineTime(now); len(p.list) > 0 && s.calls.events > 0 && (p.looked == 0 || at-p.looked >= int64(probeLook)) {
		h.Looked = p.looked != 0
		list, to := slices.Clone(p.list), s.arrived()
		for _, q := range list {
			s.lookAt(q, at, &h)
			s.mu.giveWay()
		}
		s.askOpen(min(at, s.clock.confirmed()))
		if slices.Equal(list, p.list) { // or others have been set meanwhile, which begin anew
			p.looked, p.lookedTo = at, to
		}
	}
	s.wait(&h)
	return h
}

// arrived is how many events have come, and calls in figures.
func (s *Session) arrived() uint64 { return s.calls.events + s.calls.funcs.counted }

// wait says whether there may be more to find though nothing arrives, and when.
func (s *Session) wait(h *Harvest) {
	p := &s.calls.probes
	open := s.waitsForOpen()
	switch {
	case slices.ContainsFunc(p.list, func(q *probe) bool { return len(q.fresh)+len(q.ripe) > 0 }):
		h.Waiting = true
	case s.row.State.Ended() || len(p.list) == 0:
	case p.lookedTo != s.arrived() || p.hurried && open:
		h.Waiting, h.Wait = true, probeLook
	case open:
		h.Waiting, h.Wait = true, max(probeLook, time.Duration(since(s.calls.last, p.looked)/openPatience))
	}
}

// probeSet is the probes of a session.
type probeSet struct {
	worth    [numEnds]int64 // by ends: calls that took less (ns) pass none
	list     []*probe
	within   int64     // a call may have made too many if those that it made took so long (ns)
	suspects []suspect // calls that may have made too many, since the last harvest
	missed   uint64    // the same that there was no room for
	looked   int64     // tracee's time of the last look at rates and growth
	hurried  bool      // there was no time for all open calls at that look
	opened   uint64    // number in the stacks' order of the next one whose open calls are asked about
	askedTo  uint64    // events and counted calls when open calls were asked about,
	decided  int       // and how many stacks were since none of those can become long enough any more
	longest  int64     // how long an open call must have lasted for no probe to care how much longer
	lookedTo uint64    // events and counted calls then
	renamed  uint64    // of the function table, see [functionTable.again]
}

const numEnds = 8 // CallEnd is cut to it

// probe is a question as calls are asked it.
type probe struct {
	Probe
	of      query.Field
	measure *query.Measure
	root    *condition // nil: everything passes
	sets    []*funcSet
	worth   [numEnds]int64
	texts   bool // some of what it asks for is told later
	fakes   bool // a loss may make calls pass that don't

	fresh, ripe map[sightKey]*sight
	hanging     map[uint64]struct{} // open calls that were told
	unseen      uint64
	rates       rates
}

// set takes other probes. Those that stay keep what they have found.
func (p *probeSet) set(probes []Probe) {
	old := p.list
	*p = probeSet{within: math.MaxInt64}
	for i := range p.worth {
		p.worth[i] = math.MaxInt64
	}
	for _, ask := range probes {
		i := slices.IndexFunc(old, func(q *probe) bool { return q.ID == ask.ID })
		if i >= 0 {
			p.add(old[i])
		} else {
			p.add(newProbe(ask))
		}
	}
}

func (p *probeSet) add(q *probe) {
	p.list = append(p.list, q)
	for i := range p.worth {
		p.worth[i] = min(p.worth[i], q.worth[i])
	}
	if q.worth[EndOpen] < math.MaxInt64 {
		p.longest = max(p.longest, q.root.longest())
	}
	if q.of == query.FieldRepeats {
		p.within = min(p.within, q.measure.Together())
	}
}

func newProbe(ask Probe) *probe {
	q := &probe{Probe: ask, measure: ask.Filter.Measure(), fresh: map[sightKey]*sight{}, ripe: map[sightKey]*sight{}, hanging: map[uint64]struct{}{}}
	if q.measure != nil {
		q.of = q.measure.Of
	}
	uses := ask.Filter.Uses()
	q.texts = uses&query.Set(query.FieldArgs, query.FieldResults, query.FieldError, query.FieldSpan) != 0
	q.fakes = uses&query.Set(query.FieldDuration, query.FieldSelf) != 0 || q.measure != nil && q.measure.Together() > 0
	q.compile()
	for end := range q.worth {
		q.worth[end] = math.MaxInt64
		perCall := q.measure == nil
		known := CallEnd(end) != EndUnknown || uses&query.Set(query.FieldEnd) != 0
		if end < len(endWords) && CallEnd(end) != EndOpen && known && perCall {
			q.worth[end] = q.root.least(CallEnd(end))
		}
	}
	q.worth[EndOpen] = q.leastOpen()
	return q
}

// compile makes the conditions, with empty sets of functions.
func (q *probe) compile() {
	var f callFilter
	q.root = f.condition(q.Filter.Root())
	q.sets = f.sets
}

// rename works out which functions pass, those that are new or have got a name.
func (p *probeSet) rename(s *Session) {
	t := &s.calls.funcs
	row := symbolRow{app: string(s.row.App), session: s.id}
	for _, q := range p.list {
		if p.renamed != t.again && len(q.sets) > 0 {
			q.compile()
		}
		for _, set := range q.sets {
			set.update(t, &row)
		}
	}
	p.renamed = t.again
}

// least is the shortest duration of calls that ended in one way with which they may pass.
func (c *condition) least(end CallEnd) int64 {
	switch {
	case c == nil || c.set != nil:
		return 0
	case c.op == query.All:
		least := int64(0)
		for _, p := range c.parts {
			least = max(least, p.least(end))
		}
		return least
	case c.op == query.Any:
		least := int64(math.MaxInt64)
		for _, p := range c.parts {
			least = min(least, p.least(end))
		}
		return least
	case c.node.Field == query.FieldEnd && c.ends>>end&1 == 0:
		return math.MaxInt64
	case (c.node.Field == query.FieldDuration || c.node.Field == query.FieldSelf) && !c.not:
		return max(c.lo, 0)
	}
	return 0
}
