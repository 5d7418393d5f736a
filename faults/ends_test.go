//go:build linux

package faults

import (
	"maps"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// modes are the ways in which a victim ends.
var modes = []string{"return", "exit", "panic", "fault", "fatal", "unlock", "goexit", "exec", "children", "wait"}

// probed has a victim look how long its calls take while it ends.
const probed = "VICTIM_PROBE=1"

// end runs a victim to its end.
func end(t *testing.T, program, mode string, env ...string) (*victim, outcome) {
	t.Helper()
	if mode == "unlock" { // its report has the stacks of all goroutines
		env = slices.DeleteFunc(env, func(e string) bool { return e == probed })
	}
	v := start(t, program, mode, env...)
	if mode == "wait" {
		v.expect("ready")
		if err := v.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
	}
	return v, v.wait()
}

// A program ends as it does without hooks, whatever its viewer is like.
func TestEnds(t *testing.T) {
	skipShort(t)
	var figures figures
	t.Cleanup(func() { figures.log(t) })
	for _, mode := range modes {
		v, plain := end(t, plainVictim, mode, probed)
		first, memory := v, v.peak.Load()
		for range times(1, 10) {
			v, again := end(t, plainVictim, mode)
			again.mustEqual(t, plain)
			memory = max(memory, v.peak.Load())
			figures.add(mode+" without hooks", v)
		}
		for _, kind := range slices.Sorted(maps.Keys(viewers)) {
			t.Run(mode+"/"+kind, func(t *testing.T) {
				t.Parallel()
				url := viewers[kind](t)
				for range times(1, 10) {
					v, got := end(t, tracedVictim, mode, "GOAPPTRACE_SERVER="+url, probed)
					got.mustEqual(t, plain)
					v.mustBeModest(memory)
					v.mustNotStall(first)
					figures.add(mode+" with viewer: "+kind, v)
				}
			})
		}
	}
}

// The runtime finds a deadlock although the agent is there, if later.
func TestDeadlock(t *testing.T) {
	skipShort(t)
	t.Parallel()
	_, plain := end(t, plainVictim, "deadlock")
	victims := map[string]*victim{}
	for kind, viewer := range viewers {
		victims[kind] = start(t, tracedVictim, "deadlock", "GOAPPTRACE_SERVER="+viewer(t))
	}
	for kind, v := range victims {
		v.wait().mustEqual(t, plain)
		t.Logf("with viewer: %s, it took %.1f s", kind, v.lag().Seconds())
	}
}

// Where the end can be seen coming, nothing of the last moments is missing; where it can't, nothing is made up.
func TestLedgerOfEnds(t *testing.T) {
	skipShort(t)
	for mode, proper := range map[string]bool{
		"return": true, "exit": true, "fatal": true, "goexit": true,
		"panic": false, "fault": false, "unlock": false, "wait": false,
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			url := socket(t)
			w := startWatch(t, url)
			v, _ := end(t, tracedVictim, mode, "GOAPPTRACE_SERVER="+url, patientEnd)
			if !proper && w.ofVictim(v) == nil {
				return // it was gone before it was seen
			}
			s := w.awaitEnd(v)
			missing := int64(anyNumber)
			if proper {
				missing = 0
			}
			if err := s.audit(v.made(), missing); err != nil {
				t.Error(err)
			}
			if err := s.closed(); proper && err != nil {
				t.Error(err)
			}
			w.stop()
		})
	}
}

// mustBeModest compares the memory that was used with that of a program without hooks.
func (v *victim) mustBeModest(plain int64) {
	v.t.Helper()
	if extra := v.peak.Load() - plain; extra > maxExtraMemory {
		v.t.Errorf("%d MiB more memory than without hooks", extra>>20)
	}
}

// figures are what was measured, by row.
type figures struct {
	mu     sync.Mutex
	lags   map[string][]time.Duration
	memory map[string]int64
}

func (f *figures) add(row string, v *victim) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lags == nil {
		f.lags, f.memory = map[string][]time.Duration{}, map[string]int64{}
	}
	if v.ledger[endingAt].Load() > 0 {
		f.lags[row] = append(f.lags[row], v.lag())
	}
	f.memory[row] = max(f.memory[row], v.peak.Load())
}

func (f *figures) log(t *testing.T) {
	for _, row := range slices.Sorted(maps.Keys(f.memory)) {
		var median, longest time.Duration
		if lags := slices.Sorted(slices.Values(f.lags[row])); len(lags) > 0 {
			median, longest = lags[len(lags)/2], lags[len(lags)-1]
		}
		t.Logf("%-45s end took %6.1f ms, at most %6.1f; %4.1f MiB", row,
			median.Seconds()*1e3, longest.Seconds()*1e3, float64(f.memory[row])/(1<<20))
	}
}
