package agent

import (
	"cmp"
	"slices"
	"time"

	"goapptrace/tracee/hook"
)

const (
	// windowLength is how long the governor watches before it decides, and alarmedWindow when rings were nearly full or events lost.
	windowLength  = 100 * time.Millisecond
	alarmedWindow = 20 * time.Millisecond

	// tolerance is the part of a window's events whose loss is no reason to act: 1/tolerance.
	tolerance = 100

	// minHot is the rate below which a function's events are never what drowns a stream. Events/s.
	minHot = 100_000

	// setback is what a failure leaves of the capacity.
	setback = 0.8

	// minCapacity is what a stream is always believed to carry when a function is tried again. Events/s.
	minCapacity = 1_000_000

	// A function that is held is tried again after minHold; if it soon has to be held again, after twice as long.
	minHold = 500 * time.Millisecond
	maxHold = time.Minute

	eventsPerCall = 2
)

// governor decides which functions are counted for a while, because the stream can't carry their every call. As long as there
// is room in the rings, nobody knows that more would be too much. When one is nearly full, the hooks themselves have the functions
// counted that fill it, and the governor holds these. When events are lost nevertheless, it holds the functions
// with the most events, until those of the others are well below what was carried. It lets go of one that has
// been held for some time if what its calls would add is no more than what the stream was seen to carry. Each failure
// lowers that figure, and makes the next hold of the function longer, so that it doesn't swing.
type governor struct {
	loads    []load // by ID - 1
	began    time.Time
	alarmed  bool    // a ring was nearly full, or something was lost, in the window
	failed   bool    // the stream couldn't carry what it was to carry in the window
	capacity float64 // the most that the stream was seen to carry, less with each failure, events/s
}

// load is a function's share. The first fields are of the window at hand.
type load struct {
	streamed uint64 // events
	lost     uint64 // events
	calls    uint64 // counted

	held  bool
	until time.Time     // when it may be let go, or when it was
	hold  time.Duration // how long it is, or was last, held
	peak  float64       // the most that its calls would have added in a window of the hold, events/s
}

func (l *load) demand() uint64 { return l.streamed + l.lost }

// of returns the load of the function with the ID.
func (g *governor) of(id uint32) *load {
	if missing := int(id) - len(g.loads); missing > 0 {
		g.loads = append(g.loads, make([]load, missing)...)
	}
	return &g.loads[id-1]
}

// lose notes lost events of the function.
func (g *governor) lose(id uint32, events uint64) {
	g.of(id).lost += events
	g.alarmed = true
}

// shed notes that the hooks have the function counted from now on.
func (g *governor) shed(now time.Time, id uint32, symbols *symbolTable) {
	if symbols.shed(&symbols.all[id-1]) {
		g.of(id).beHeld(now)
		g.failed = true
	}
}

// due says whether the window is over.
func (g *governor) due(now time.Time) bool {
	length := windowLength
	if g.alarmed {
		length = alarmedWindow
	}
	return now.Sub(g.began) >= length
}

// decide ends a window.
func (g *governor) decide(now time.Time, symbols *symbolTable) {
	seconds := max(now.Sub(g.began), alarmedWindow).Seconds()
	g.began, g.alarmed = now, false
	g.watchHeld(seconds, symbols)
	var streamed, lost uint64
	for i := range g.loads {
		streamed += g.loads[i].streamed
		lost += g.loads[i].lost
	}
	carried := float64(streamed) / seconds
	if lost*tolerance > streamed+lost {
		g.holdHottest(now, seconds, streamed, streamed+lost, symbols)
		g.failed = true
	} else if !g.failed {
		g.letGo(now, carried, symbols)
	}
	if g.failed {
		g.capacity *= setback
	}
	g.capacity, g.failed = max(g.capacity, carried), false
	for i := range g.loads {
		l := &g.loads[i]
		l.streamed, l.lost, l.calls = 0, 0, 0
	}
}

// watchHeld notes how busy the held functions are, and forgets those that the user has decided about.
func (g *governor) watchHeld(seconds float64, symbols *symbolTable) {
	for i := range g.loads {
		l := &g.loads[i]
		if !l.held {
			continue
		}
		if sym := &symbols.all[i]; sym.pinned || sym.detail != hook.Count {
			*l = load{streamed: l.streamed, lost: l.lost}
			continue
		}
		l.peak = max(l.peak, float64(eventsPerCall*l.calls)/seconds)
	}
}

// holdHottest holds the functions with the most events until the others stay well below what was carried.
func (g *governor) holdHottest(now time.Time, seconds float64, carried, demand uint64, symbols *symbolTable) {
	var hot []int
	for i := range symbols.all[:min(len(symbols.all), len(g.loads))] {
		sym, l := &symbols.all[i], &g.loads[i]
		if !sym.pinned && sym.detail == hook.Full && float64(l.demand())/seconds >= minHot {
			hot = append(hot, i)
		}
	}
	slices.SortFunc(hot, func(a, b int) int { return cmp.Compare(g.loads[b].demand(), g.loads[a].demand()) })
	for _, i := range hot {
		if demand <= carried/10*7 {
			return
		}
		demand -= g.loads[i].demand()
		g.loads[i].beHeld(now)
		symbols.setDetail(&symbols.all[i], hook.Count)
	}
}

func (l *load) beHeld(now time.Time) {
	if l.hold > 0 && now.Sub(l.until) < 10*l.hold {
		l.hold = min(2*l.hold, maxHold)
	} else {
		l.hold = minHold
	}
	l.held, l.until, l.peak = true, now.Add(l.hold), 0
}

// letGo streams functions again that fit, beside the events of those that are streamed already.
func (g *governor) letGo(now time.Time, streamed float64, symbols *symbolTable) {
	room := max(g.capacity, minCapacity) - streamed
	for i := range g.loads {
		l := &g.loads[i]
		if !l.held || now.Before(l.until) {
			continue
		}
		if l.peak > room {
			l.until, l.peak = now.Add(l.hold), 0
			continue
		}
		room -= l.peak
		l.held, l.until = false, now
		symbols.setDetail(&symbols.all[i], hook.Full)
	}
}
