package ui

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Budget is what screens that are shown elsewhere may cost, all those of a server together. It keeps in bounds how often they are drawn for what
// arrives, and how much is worked out in the background; what a key brings about comes at once. Call [Budget.Open] for each
// screen.
type Budget struct {
	Bytes int     // a second that are written to one
	Share float64 // of a core for one, at most
	Whole float64 // of a core for all of them, in equal parts

	screens atomic.Int64
	once    sync.Once
	lanes   chan struct{} // has what is worked out now: on half of the processors, so that what arrives finds another one
}

// DefaultBudget is 20 KiB a second for a terminal and a twentieth of a core, less some for what isn't measured, and a quarter of this
// machine for all.
func DefaultBudget() *Budget {
	return &Budget{Bytes: 18 << 10, Share: 0.035, Whole: float64(runtime.GOMAXPROCS(0)) / 4}
}

// Account is one screen's part of a budget. Its methods may be called from any goroutine; those of a nil one do nothing,
// and there are no bounds.
type Account struct {
	budget *Budget
	now    func() time.Time

	mu    sync.Mutex
	bytes allowance
	work  allowance
	held  int // bytes that the terminal hasn't taken yet
}

// Of how much a screen may be ahead or behind, as the time in which its allowance makes up for that. What a pane works out when it is
// opened comes from what was saved. Beyond what may be owed, all is forgiven: so a frame comes at least that often.
const (
	bytesSaved = time.Second
	bytesOwed  = 2 * time.Second
	workSaved  = 10 * time.Second
	workOwed   = 2 * time.Second
)

// heldInterval is how often a terminal is looked after that takes no more, answersHeld from how many bytes on it gets no answers
// either, and farInterval how often it gets them at most when more is owed than is remembered.
const (
	heldInterval = 50 * time.Millisecond
	answersHeld  = 32 << 10
	farInterval  = 20 * time.Millisecond
)

// wireOverhead is what the way to a terminal adds to what is written at once, in bytes: SSH's packet, the request that asks whether it has arrived, and
// the headers of both below.
const wireOverhead = 200

// cellEffort is what Bubble Tea's renderer takes for each cell of a frame, and a write's way through SSH: it runs on a goroutine of its own, where it
// isn't measured.
const cellEffort = 200 * time.Nanosecond

// Open begins an account, to be closed when the screen is.
func (b *Budget) Open() *Account {
	b.once.Do(func() { b.lanes = make(chan struct{}, max(runtime.GOMAXPROCS(0)/2, 1)) })
	b.screens.Add(1)
	a := &Account{budget: b, now: time.Now}
	a.bytes = allowance{saved: bytesSaved, owed: bytesOwed, left: bytesSaved}
	a.work = allowance{saved: workSaved, owed: workOwed, left: workSaved}
	return a
}

// Close ends it.
func (a *Account) Close() { a.budget.screens.Add(-1) }

// share is the share of a core that one screen has.
func (b *Budget) share() float64 {
	return min(b.Share, b.Whole/float64(max(b.screens.Load(), 1)))
}

// Wrote says that bytes were written for the terminal, which will take them sooner or later.
func (a *Account) Wrote(n int) {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.held += n
	a.bytes.spend(a.now(), time.Duration(n+wireOverhead)*time.Second/time.Duration(a.budget.Bytes))
}

// Took says that it took bytes.
func (a *Account) Took(n int) {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.held -= n
}

// worked has a screen pay for having used a processor.
func (a *Account) worked(effort time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.work.spend(a.now(), time.Duration(float64(effort)/a.budget.share()))
}

// frame is how long a frame has to wait, one of what arrives or one that answers.
func (a *Account) frame(answers bool) time.Duration {
	if a == nil {
		return 0
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	switch {
	case answers && a.held > answersHeld || !answers && a.held > 0:
		return heldInterval
	case !answers:
		return max(a.bytes.wait(now), a.work.wait(now))
	}
	return 0
}

// answerInterval is how far answers are apart at least.
func (a *Account) answerInterval() time.Duration {
	if a == nil {
		return answerInterval
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if now := a.now(); a.bytes.wait(now) >= bytesOwed-farInterval || a.work.wait(now) >= workOwed-farInterval {
		return farInterval
	}
	return answerInterval
}

// mayWork says whether something may be worked out in the background.
func (a *Account) mayWork() bool {
	if a == nil {
		return true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.work.wait(a.now()) == 0
}

// allowance grows with time, and is told in it: a second of it is what may be spent in a second.
type allowance struct {
	left        time.Duration
	saved, owed time.Duration // at most
	at          time.Time
}

// grow takes in that time has gone by.
func (a *allowance) grow(now time.Time) {
	if !a.at.IsZero() {
		a.left = min(a.left+max(now.Sub(a.at), 0), a.saved)
	}
	a.at = now
}

func (a *allowance) spend(now time.Time, cost time.Duration) {
	a.grow(now)
	a.left = max(a.left-cost, -a.owed)
}

// wait is how long it takes until nothing is owed.
func (a *allowance) wait(now time.Time) time.Duration {
	a.grow(now)
	return max(-a.left, 0)
}
