package model

import (
	"strings"
	"time"

	"goapptrace/protocol"
)

// Bounds on groups of goroutines, and how often their live ones are counted.
const (
	maxGroups    = 1 << 12
	groupCost    = 512 // about what a group takes, in bytes
	keptLooks    = 60
	lookInterval = time.Second

	goroutinesAtOnce = 512 // counted before others have their turn
)

// group is the goroutines that begin with the same function, or that were made to call it.
type group struct {
	id        uint64 // 1, 2, ...; 0 for those that there was no room for
	entry     protocol.Text
	lower     string // entry in lower case, for filters
	told      bool   // by the tracee; else it is a guess, the first function that was seen there
	total     uint64 // goroutines that it ever had
	forgotten uint64 // of these, those that are no longer kept
	live      uint32 // counted during a look
	looks     looks
}

// groupKey keeps what the tracee told apart from guesses.
type groupKey struct {
	entry protocol.Text
	told  bool
}

// groupTable is the groups of a session.
type groupTable struct {
	byEntry map[groupKey]*group
	all     []*group // by ID
	lookAt  time.Time
	looked  int64 // the tracee's time then
}

func newGroupTable() groupTable {
	others := &group{entry: "(other goroutines)", lower: "(other goroutines)"}
	return groupTable{byEntry: map[groupKey]*group{}, all: []*group{others}}
}

// of is the group with the entry function, made when there is none.
func (t *groupTable) of(key groupKey) *group {
	if g := t.byEntry[key]; g != nil {
		return g
	}
	if len(t.all) >= maxGroups {
		return t.all[0]
	}
	g := &group{id: uint64(len(t.all)), entry: key.entry, lower: strings.ToLower(string(key.entry)), told: key.told}
	t.byEntry[key] = g
	t.all = append(t.all, g)
	return g
}

// runners begin goroutines that do nothing but call what they were given: that tells more than their own names.
var runners = map[protocol.Text]bool{
	"sync.(*WaitGroup).Go.func1":                      true,
	"golang.org/x/sync/errgroup.(*Group).Go.func1":    true,
	"golang.org/x/sync/errgroup.(*Group).TryGo.func1": true,
	"testing.tRunner":                                 true,
	"time.goFunc":                                     true,
}

// group is the one that a goroutine belongs to.
func (s *Session) group(st *stack) *group {
	if st.life.group == nil {
		key := groupKey{entry: s.calls.funcs.symbols[s.outermost(st)].name}
		if entry := s.goroutines.entry(st.g); runners[entry] {
			key.told = true
		} else if entry != "" {
			key = groupKey{entry, true}
		}
		st.life.group = s.groups.of(key)
		st.life.group.total++
	}
	return st.life.group
}

// outermost is the function of a goroutine's outermost call, or of the last one.
func (s *Session) outermost(st *stack) uint32 {
	if len(st.frames) > 0 {
		return st.frames[0].fn
	}
	return st.life.outer
}

// regroup has a goroutine look for its group again.
func (st *stack) regroup() {
	if g := st.life.group; g != nil {
		g.total--
		st.life.group = nil
	}
}

// look counts the live goroutines of all groups, when that is due at the time of a packet.
func (s *Session) look(at time.Time) {
	t := &s.groups
	if d := at.Sub(t.lookAt); d >= 0 && d < lookInterval {
		return
	}
	n := 0
	for _, st := range s.calls.stacks.byG {
		if n%goroutinesAtOnce == 0 {
			s.mu.giveWay()
		}
		n++
		if len(st.frames) > 0 {
			s.group(st).live++
		} else if st.life.last < t.looked {
			s.calls.stacks.giveBack(st) // silent ever since the last look
		}
	}
	t.lookAt, t.looked = at, s.calls.last
	for _, g := range t.all {
		if g.live > 0 || g.looks.n > 0 {
			g.looks.add(g.live)
		}
		g.live = 0
	}
}

// looks is how many goroutines of a group were live, at the last so many looks.
type looks struct {
	counts [keptLooks]uint32
	n      uint64 // looks ever
}

func (l *looks) add(live uint32) {
	l.counts[l.n%keptLooks] = live
	l.n++
}

// back is the count of so many looks ago, 0 for the latest.
func (l *looks) back(ago int) uint32 { return l.counts[(l.n-1-uint64(ago))%keptLooks] }

// kept is how many looks are remembered.
func (l *looks) kept() int { return int(min(l.n, keptLooks)) }

// A group grows when it hasn't shrunk for so many looks, and has risen at so many of them, the last time in their latter
// half: a pool that is being filled rises once or twice, and then no more.
const (
	fewestLooks = 10
	fewestRises = 4
)

// growth is by how much a group has grown over so many looks in which it never shrank; 0 when it doesn't only grow.
func (l *looks) growth() (by uint32, over int) {
	kept, rises, lately := l.kept(), 0, 0
	for over = 1; over < kept; over++ {
		before, after := l.back(over), l.back(over-1)
		if before > after {
			break
		}
		if before < after {
			if rises++; lately == 0 {
				lately = over
			}
		}
	}
	if over < fewestLooks || rises < fewestRises || lately > over/2 {
		return 0, 0
	}
	return l.back(0) - l.back(over-1), over
}

// history is the counts that are remembered, the oldest first.
func (l *looks) history() []uint32 {
	counts := make([]uint32, l.kept())
	for i := range counts {
		counts[i] = l.back(len(counts) - 1 - i)
	}
	return counts
}
