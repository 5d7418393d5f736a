//go:build linux

package faults

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
)

// calls are numbers of calls by function.
type calls map[string]int64

// line is a JSON line of any kind.
type line struct {
	Kind string

	ID     uint64 // of a session, in lines of that kind
	PID    int
	State  string
	Reason string

	Session   uint64
	Goroutine uint64
	Function  string
	File      string
	StartNS   int64  `json:"start_ns"`
	DurNS     *int64 `json:"dur_ns"`
	Depth     int
	End       string

	Final      bool
	Calls      int64
	Unpaired   int64
	Events     int64
	Counted    int64
	Emitted    int64
	Lost       int64
	LostCauses []struct {
		Cause  string
		Events int64
	} `json:"lost_causes"`
	Functions []struct {
		Function string
		Calls    int64
		TotalNS  int64 `json:"total_ns"`
		MaxNS    int64 `json:"max_ns"`
		Lost     int64
	}
}

// seen is what the lines of one session said.
type seen struct {
	pid        int
	state      string
	reason     string
	ended      calls // call lines
	final      *line // its last stats
	goroutines map[uint64]*nesting
}

// nesting is what the calls of a goroutine must agree with.
type nesting struct {
	begin []int64 // by depth: when the first call there began since the last shallower one ended
	end   []int64 // when the last one ended
}

// plausible is how long a call may seem to have taken.
const plausible = time.Hour

func (s *seen) call(l *line) error {
	if !strings.HasPrefix(l.Function, "main.") || !strings.HasSuffix(l.File, ".go") {
		return fmt.Errorf("no such function: %q in %q", l.Function, l.File)
	}
	if l.Depth < 0 || l.Depth > 10 || l.StartNS <= 0 {
		return fmt.Errorf("depth %d, start %d", l.Depth, l.StartNS)
	}
	switch l.End {
	case "return", "panic", "error":
		s.ended[l.Function]++
		if l.DurNS == nil || *l.DurNS < 0 || *l.DurNS > int64(plausible) {
			return fmt.Errorf("a call that ended has no plausible duration")
		}
		return s.nest(l)
	case "lost", "open":
		if l.DurNS != nil {
			return fmt.Errorf("%s, but it has a duration", l.End)
		}
		delete(s.goroutines, l.Goroutine)
		return nil
	}
	return fmt.Errorf("end %q", l.End)
}

// nest checks that the call encloses those that ended before it at a greater depth, and follows those at its own.
func (s *seen) nest(l *line) error {
	g := s.goroutines[l.Goroutine]
	if g == nil {
		g = new(nesting)
		s.goroutines[l.Goroutine] = g
	}
	if len(g.begin) > l.Depth+1 && g.begin[l.Depth+1] < l.StartNS {
		return fmt.Errorf("it began after a call that it made")
	}
	if len(g.end) > l.Depth && g.end[l.Depth] > l.StartNS {
		return fmt.Errorf("it began before the call before it had ended")
	}
	for len(g.begin) <= l.Depth {
		g.begin, g.end = append(g.begin, l.StartNS), append(g.end, 0)
	}
	g.begin, g.end = g.begin[:l.Depth+1], g.end[:l.Depth+1]
	g.end[l.Depth] = l.StartNS + *l.DurNS
	return nil
}

// closed checks that the session ended properly, with a ledger in which nothing is missing.
func (s *seen) closed() error {
	if s.state != "closed" || s.final == nil {
		return fmt.Errorf("the session is %s: %s", s.state, s.reason)
	}
	return s.balanced()
}

// balanced checks that the tracee's account agrees with what has come.
func (s *seen) balanced() error {
	f := s.final
	if difference := f.Emitted - f.Events - f.Lost - 2*f.Counted; f.Emitted == 0 || difference != 0 {
		return fmt.Errorf("the ledger differs by %d: emitted %d, received %d, lost %d, counted calls %d", difference, f.Emitted, f.Events, f.Lost, f.Counted)
	}
	return nil
}

// anyNumber of calls may be missing in a session that didn't see all of the program, or not its end.
const anyNumber = math.MaxInt64 / 2

// audit compares the final figures with the calls that were made. No more of them may be there than were made, and no
// more than so many may be neither there nor counted as lost.
func (s *seen) audit(made calls, missing int64) error {
	if s.final == nil {
		return fmt.Errorf("the session has no final stats")
	}
	var lostEnds, lostOthers, sum int64
	for _, c := range s.final.LostCauses {
		if strings.Contains(c.Cause, "end of call") {
			lostEnds += c.Events
		}
	}
	var want int64
	for _, f := range s.final.Functions {
		n, known := made[f.Function]
		if !known {
			lostOthers += f.Lost
			continue
		}
		want += n
		sum += f.Calls + f.Lost
		if f.Calls > n || f.Calls+f.Lost > n+lostEnds {
			return fmt.Errorf("%s: %d calls and %d lost, but it was called %d times", f.Function, f.Calls, f.Lost, n)
		}
	}
	// A call whose end alone was lost is there, and its end counts as lost.
	if excess := sum - want; want == 0 && missing != anyNumber || excess > lostEnds || excess < lostEnds-lostOthers-missing {
		return fmt.Errorf("%d calls are there or lost, made were %d; %d ends of calls lost, %d events of others", sum, want, lostEnds, lostOthers)
	}
	return nil
}

// parse reads a JSON line.
func parse(text []byte) (*line, error) {
	l := new(line)
	if err := json.Unmarshal(text, l); err != nil {
		return nil, err
	}
	switch l.Kind {
	case "listening", "session", "packet", "call", "lost", "gap", "stats", "log", "goroutine", "exit":
		return l, nil
	}
	return nil, fmt.Errorf("kind %q", l.Kind)
}
