package agent

import (
	"runtime"
	"slices"
	"strings"
	"time"
)

const (
	// defaultPatience is the time between two looks at a program that records nothing. Two in a row that find it
	// stuck send the agent to sleep.
	defaultPatience = 4 * time.Second

	// maxPatience is the longest it becomes, for it doubles when a program turns out to be alive after all.
	maxPatience = 10 * time.Minute

	// maxLookedAt is the number of goroutines beyond which the agent doesn't look: that would cost the program more
	// than it is worth.
	maxLookedAt = 1000
)

// testPatience replaces defaultPatience in test programs, which set it when they are linked.
var testPatience string

func patienceFromBuild() time.Duration {
	if d, err := time.ParseDuration(testPatience); err == nil {
		return d
	}
	return defaultPatience
}

// vigil watches for a program that may be deadlocked. The runtime reports a deadlock when no goroutine can ever run again,
// which it can't know while the agent waits for a timer or a connection. A program whose goroutines all wait for each
// other is therefore left alone by the agent, until something is recorded. Nothing is lost if it waited for a timer only,
// which can't be seen from here.
type vigil struct {
	patience time.Duration
	looked   time.Time // at the program, or when it last recorded something
	stuck    bool      // at the last look
}

// active notes that the program records.
func (v *vigil) active(now time.Time) { v.looked, v.stuck = now, false }

// over says whether the agent should leave.
func (v *vigil) over(now time.Time) bool {
	if now.Sub(v.looked) < v.patience {
		return false
	}
	before := v.stuck
	v.looked, v.stuck = now, programStuck()
	return before && v.stuck
}

// mistaken makes the vigil more patient.
func (v *vigil) mistaken() { v.patience = min(2*v.patience, maxPatience) }

// programStuck says whether every goroutine but the agent's waits for another one.
func programStuck() bool {
	n := runtime.NumGoroutine()
	if n > maxLookedAt {
		return false
	}
	records := make([]runtime.StackRecord, n+8) // room for those that start meanwhile
	n, ok := runtime.GoroutineProfile(records)
	if !ok {
		return false
	}
	for i := range records[:n] {
		if stack := functions(records[i].Stack()); !waits(stack) && !ours(stack) {
			return false
		}
	}
	return true
}

// functions are the names of a stack's functions, the innermost first.
func functions(stack []uintptr) (names []string) {
	frames := runtime.CallersFrames(stack)
	for more := len(stack) > 0; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		names = append(names, frame.Function)
	}
	return names
}

// waiting are the functions of the runtime that park a goroutine until another one does something, or a timer for all
// that one knows.
var waiting = []string{
	"runtime.chanrecv", "runtime.chansend", "runtime.selectgo", "runtime.block",
	"runtime.semacquire1", "sync.runtime_notifyListWait",
}

func waits(stack []string) bool {
	if len(stack) == 0 || stack[0] != "runtime.gopark" {
		return false
	}
	parked := slices.IndexFunc(stack, func(f string) bool { return f != "runtime.gopark" && f != "runtime.goparkunlock" })
	return parked >= 0 && slices.Contains(waiting, stack[parked])
}

// ours says whether the goroutine is one of the agent's.
func ours(stack []string) bool {
	return slices.ContainsFunc(stack, func(f string) bool { return strings.HasPrefix(f, ownPrefix) })
}

// ownPrefix is what this package's functions begin with, wherever it has been compiled into.
var ownPrefix = func() string {
	pc, _, _, _ := runtime.Caller(0)
	return packageOf(runtime.FuncForPC(pc).Name()) + "."
}()
