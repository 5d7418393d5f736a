package model

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"goapptrace/protocol"
)

// maxSteps bounds the transcript of a handshake.
const maxSteps = 64

// Session is what is known of one connection. One goroutine feeds it, any number ask.
type Session struct {
	id      uint64
	store   *Store
	changed atomic.Uint64
	held    atomic.Int64 // bytes, see [Session.hold]

	changing sync.Mutex // held for all of a change, also while others have their turn in the middle of it

	mu        turns
	row       SessionRow // the fields that are not computed
	handshake protocol.Transcript
	packets   packetLog
	output    outputLog
	calls     calls
	filters   callFilters
	clock     clock
	ping      bool // nothing but a Ping is coming in

	step     meterClock
	callRate meter
	byteRate meter
	ledger   ledger

	goroutines goroutineLog
	groups     groupTable
	gaps       gapLog
}

func newSession(id uint64, at time.Time, remote string, store *Store) *Session {
	limits := store.limits
	s := &Session{
		id:      id,
		store:   store,
		row:     SessionRow{ID: id, Remote: remote, Opened: at, Since: at},
		packets: packetLog{most: limits.Packets, mostCost: limits.PacketBytes},
		output:  outputLog{most: limits.OutputBytes, open: map[string]uint64{}},
		calls:   newCalls(limits.Calls),
	}
	s.goroutines = newGoroutineLog(s.calls.busy)
	s.groups = newGroupTable()
	s.calls.stacks.forget = s.forgetGoroutines
	return s
}

// ID is the session's number.
func (s *Session) ID() uint64 { return s.id }

// Changed grows whenever anything in the session changes, the passing of time aside. It takes no lock.
func (s *Session) Changed() uint64 { return s.changed.Load() }

// begin locks the session for a change; the function that it returns ends it.
func (s *Session) begin() (end func()) {
	s.changing.Lock()
	s.mu.Lock()
	return func() {
		more, ping := s.hold(), s.ping
		s.ping = false
		s.mu.Unlock()
		s.changing.Unlock()
		if more {
			s.store.fit()
		}
		if ping {
			s.changed.Add(1)
			return
		}
		s.touch()
	}
}

func (s *Session) touch() {
	s.changed.Add(1)
	s.store.touch()
}

// Step adds a step of the handshake.
func (s *Session) Step(step protocol.Step) {
	defer s.begin()()
	if len(s.handshake) < maxSteps {
		s.handshake = append(s.handshake, step)
	}
}

// State records that the session is in state since at. Reason says why when it was refused, closed or lost.
// In a session that has ended all open calls have lost their ends.
func (s *Session) State(at time.Time, state protocol.State, reason protocol.Text) {
	defer s.begin()()
	s.row.State, s.row.Reason, s.row.Since = state, reason, at
	if state.Ended() {
		s.calls.abandon()
	}
}

// Hello records who the tracee says that it is, and the version agreed on. It keeps hello.
func (s *Session) Hello(hello *protocol.ClientHelloPacket, version protocol.Version) {
	defer s.begin()()
	s.row.Hello, s.row.Version = hello, version
	s.row.App, s.row.PID, s.row.Host = hello.AppName, hello.PID, hello.Host
	s.clock.set(hello)
}

// Output adds what the program wrote to stream ("stdout" or "stderr"); it need not end with a line's end.
func (s *Session) Output(at time.Time, stream string, data []byte) {
	defer s.begin()()
	s.output.write(at, stream, data)
}

// Exited records how the program ended.
func (s *Session) Exited(at time.Time, exit Exit) {
	defer s.begin()()
	exit.At = at
	s.row.Exit = &exit
}

// current is the session's state.
func (s *Session) current() protocol.State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.row.State
}

// Row is the session's line in the session list, with its rates at the time now.
func (s *Session) Row(now time.Time) SessionRow {
	s.mu.Lock()
	defer s.mu.Unlock()
	row, w := s.row, s.step.weights(now)
	row.Calls = s.calls.log.total
	row.Counted = s.calls.funcs.counted
	row.Events = s.calls.events
	row.RetainedOut = s.calls.log.first() - 1
	row.Orphans, row.Unkept = s.calls.orphans, s.calls.unkept
	row.Open, row.Goroutines = s.calls.open, s.calls.stacks.live
	row.Functions = len(s.calls.funcs.stats) - 1
	s.ledger.fill(&row)
	row.CallsPerSecond = s.callRate.at(row.Calls+row.Counted, w)
	row.BytesPerSecond = s.byteRate.at(row.Bytes, w)
	return row
}

// Handshake is the transcript so far.
func (s *Session) Handshake() protocol.Transcript {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.handshake)
}

// Lines is a window of the program's output.
func (s *Session) Lines(q OutputQuery) OutputPage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.output.page(q, string(s.row.App), s.id)
}
