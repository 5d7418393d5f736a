// Package agent sends what the hooks of the program it is compiled into record to a viewer.
//
// Importing it is all there is to do: its init starts an agent if GOAPPTRACE_SERVER is set. These variables of the
// environment are read once, at that time:
//
//	GOAPPTRACE_SERVER  the viewer: unix:///path, tcp://host:port or tls://host:port; without it there is no agent
//	GOAPPTRACE_APP     what the program is called there; by default its executable's base name
//	GOAPPTRACE_SECRET  the viewer's secret; or
//	GOAPPTRACE_SECRET_FILE  a file that holds it
//	GOAPPTRACE_INSECURE  1 to tell it to a viewer behind tcp:// on another machine, too: it crosses the network in clear
//	GOAPPTRACE_CRASH   a file that gets the program's last panic or fatal error, as well as stderr; or a directory for one of the process's own
//	GOAPPTRACE_FLUSH   how long the end of the program may be delayed while the viewer reads, such as 1s; by default 250ms
//	GOAPPTRACE_DEBUG   a file that gets the agent's own log
//	GOAPPTRACE_RINGS   a directory in memory, where the viewer finds what was recorded when the program was killed
//
//	GOAPPTRACE_CA           certificates of those who vouch for a viewer behind tls://, instead of those that the system trusts
//	GOAPPTRACE_CERT         the program's own certificate, for viewers that ask for one
//	GOAPPTRACE_KEY          its key; by default in the same file
//	GOAPPTRACE_SERVER_NAME  what the viewer's certificate is for, if that isn't the host in GOAPPTRACE_SERVER
//
//	GOAPPTRACE_TRACE     functions whose every call is streamed, whatever that costs
//	GOAPPTRACE_COUNT     functions whose calls are added up
//	GOAPPTRACE_NO_TRACE  functions that are left alone
//
//	GOAPPTRACE_DEPTH     how deep calls may be nested that are streamed, such as 3; what is deeper is added up
//	GOAPPTRACE_MIN       how long calls last that are streamed, such as 1ms; what is shorter is added up
//	GOAPPTRACE_ERRORS    1 for the texts of errors that functions return: their Error methods are called
//	GOAPPTRACE_METHODS   1 for arguments and results as their own String and Error methods write them
//	GOAPPTRACE_REDACT    names of parameters, fields and log attributes whose values are kept to the program
//
// GOAPPTRACE_TRACE, COUNT and NO_TRACE are patterns with commas between them, in which * stands for any text. A pattern has the form of a
// function's name as a stack trace prints it, or of its package's import path, with the directories or without:
// example.com/shop/store.(*DB).Load, store.*, store. Where several select a function, the longest counts.
//
// The agent is a guest. It prints nothing, registers nothing, and does nothing that the program could wait for,
// except when the program ends: then it takes GOAPPTRACE_FLUSH at most to send the rest, to a viewer that reads. Without a viewer it switches the hooks
// off and looks for one again, ever more seldom. A viewer that reads too slowly makes it lose events, which it
// counts, and never makes it use more memory than the rings. Whatever goes wrong in it, the program goes on.
//
// The secret is in nothing that is told of calls or of what the program logs: see secretMask. It stays in the environment, for
// the programs that this one starts.
//
// One trace it can't help leaving: whoever counts goroutines counts two more. But when all others are blocked it leaves,
// so that the runtime can report a deadlock; see vigil. The runtime never reports one in a program with cgo, which this
// package's import of net brings along unless the program is built with CGO_ENABLED=0.
//
// One goroutine, run, owns all of an agent's state and the connection; per connection it starts a reader, which
// it stops and waits for.
package agent

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"goapptrace/protocol"
	"goapptrace/tracee/hook"
)

// flushTimeout bounds what the end of the program may wait, unless the environment says otherwise: with what is
// done around it, a quarter of a second.
const flushTimeout = 230 * time.Millisecond

func init() {
	defer func() { _ = recover() }() // a program without its trace is better than none
	cfg, err := configFromEnv()
	if cfg.crash != "" {
		keepCrash(cfg.crash)
	}
	if err != nil {
		hook.SetMode(hook.ModeOff)
		if !errors.Is(err, errNoServer) {
			log := openDebugLog(cfg.debug)
			log.printf("%v", err)
			log.close()
		}
		return
	}
	if len(cfg.rules) > 0 {
		hook.OnFirstCall(cfg.firstDetail)
	}
	a := newAgent(cfg)
	a.salvaged = hook.Shared()
	hook.SetShedding(true)
	hook.OnExit(a.flush)
	go a.run()
}

type agent struct {
	cfg  config
	dial func(context.Context) (net.Conn, error)

	// ending is done when the program is about to end; end makes it so.
	ending context.Context
	end    context.CancelFunc

	enders   atomic.Int32             // goroutines that have called flush
	progress atomic.Pointer[progress] // of the latest connection
	salvaged bool                     // what isn't sent is found in shared memory

	done  chan struct{} // closed when run has ended for good
	phase atomic.Int32  // set by run and wake, read by flush

	// Owned by run.
	recorded recorded
	encoder  protocol.Encoder // not a pool's: each processor has a part of its own there, collections empty it, and filling it brings on the next
	frame    []byte           // memory of the last frame sent
	symbols  symbolTable
	epoch    int64 // connections established so far
	paused   bool  // the hooks were off since the last connection
	backoff  backoff
	vigil    vigil
	log      debugLog
}

// The phases of run.
const (
	phaseDialing int32 = iota // until the handshake is done
	phaseTalking
	phaseAway   // between two attempts
	phaseAsleep // nobody runs
)

func newAgent(cfg config) *agent {
	a := &agent{cfg: cfg, done: make(chan struct{}), log: openDebugLog(cfg.debug)}
	a.vigil = vigil{patience: patienceFromBuild(), looked: time.Now()}
	a.ending, a.end = context.WithCancel(context.Background())
	a.dial = a.cfg.dial
	return a
}

// run works until the program ends, or until the agent goes to sleep.
func (a *agent) run() {
	hook.Prepare()
	if a.work() {
		return
	}
	hook.SetMode(hook.ModeOff)
	a.log.close()
	close(a.done)
}

// work connects until the program ends or a viewer says that it shall be left alone. It returns true if the agent
// went to sleep instead: then wake runs it again.
func (a *agent) work() (asleep bool) {
	defer func() {
		if r := recover(); r != nil {
			a.log.printf("panic: %v", r)
		}
	}()
	for {
		a.phase.Store(phaseDialing)
		verdict := a.connect()
		if verdict == leave || a.ending.Err() != nil {
			return false
		}
		if verdict != doze {
			a.pause()
			verdict = a.sleep(a.backoff.next(verdict))
		}
		switch verdict {
		case leave:
			return false
		case doze:
			if a.doze() {
				return true
			}
		}
	}
}

// verdict is what to do after a connection.
type verdict int

const (
	retry   verdict = iota // the connection failed or broke
	refused                // the viewer doesn't want this program, or we don't want this viewer; that won't change soon
	leave                  // the work is done
	doze                   // the program seems to be stuck
)

// connect makes a connection and stays on it until it ends.
func (a *agent) connect() verdict {
	conn, err := a.dial(a.ending)
	if err != nil {
		a.log.printf("dial: %v", err)
		if errors.Is(err, errInClear) {
			return refused
		}
		return retry
	}
	l := newLink(a, guard(conn))
	defer l.close()
	if v, err := l.handshake(); err != nil {
		a.log.printf("handshake: %v", err)
		return v
	}
	a.phase.Store(phaseTalking)
	a.backoff.connected()
	a.resume(&l.rules)
	a.epoch++
	if l.stream.filter == nil { // what a filter has swallowed nobody could tell from what was sent
		l.stream.connection = uint64(a.epoch)
	}
	a.recorded.events.Begin(l.stream.connection)
	v, err := l.talk()
	if a.ending.Err() == nil {
		a.recorded.events.Abandon()
	}
	a.log.printf("connection ended: %v", err)
	return v
}

// pause switches the hooks off: nobody would see what they record.
func (a *agent) pause() {
	a.phase.Store(phaseAway)
	hook.SetMode(hook.ModeOff)
	a.paused = true
}

// resume switches the hooks on for a new viewer, who shall not see what another one's rings held, nor
// be bound by another one's commands.
func (a *agent) resume(rules *ruleSet) {
	if a.paused {
		a.recorded.reset()
		a.paused = false
	}
	a.symbols.reset()
	rules.apply(&a.symbols)
	hook.SetMode(hook.ModeOn)
}

// sleep waits. Its verdict is retry, unless the program ends or gets stuck meanwhile.
func (a *agent) sleep(d time.Duration) verdict {
	for end := time.Now().Add(d); ; {
		t := time.NewTimer(min(time.Until(end), a.vigil.patience))
		select {
		case <-t.C:
		case <-a.ending.Done():
			t.Stop()
			return leave
		}
		now := time.Now()
		if a.vigil.over(now) {
			return doze
		}
		if !now.Before(end) {
			return retry
		}
	}
}

// settle is how long a goroutine may need for an event that it has begun to record.
const settle = 20 * time.Millisecond

// doze makes the agent disappear until something is recorded. It returns false if that has happened already.
func (a *agent) doze() bool {
	a.log.printf("the program seems to be stuck")
	hook.SetMode(hook.ModeOff)
	a.recorded.reset() // what comes from now on is the next viewer's
	a.paused = false
	a.phase.Store(phaseAsleep)
	a.recorded.events.Arm(a.wake)
	hook.SetMode(hook.ModeOn)
	time.Sleep(settle)
	return a.recorded.events.Quiet() || !hook.Disarm()
}

// wake is called by the program when it records something after all.
func (a *agent) wake() {
	if a.ending.Err() != nil {
		return
	}
	a.phase.Store(phaseDialing)
	go func() {
		a.vigil.mistaken()
		a.vigil.active(time.Now())
		a.run()
	}()
}

// yield is how long those who want to end the program, too, leave it to the one that came first.
const yield = 200 * time.Millisecond

// flush is called when the program is about to end. It waits for run to send the rest, but only if there is
// somebody to send it to or will be at once. Of several goroutines that are about to end the program, the first one is
// to do it, as it would without us: were all to go on at the same time, chance would decide with which status and words.
func (a *agent) flush() {
	first := a.enders.Add(1) == 1
	a.end()
	phase := a.phase.Load()
	if phase == phaseAway || phase == phaseAsleep || phase == phaseDialing && !a.cfg.local {
		return
	}
	a.await()
	if !first {
		time.Sleep(yield)
	}
}
