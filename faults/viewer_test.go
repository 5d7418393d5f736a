//go:build linux

package faults

import (
	"errors"
	"math/rand/v2"
	"net"
	"syscall"
	"testing"
	"time"
)

// floodRun is what a victim goes through in the tests of this file; during is where the fault happens.
func floodRun(t *testing.T, program string, during func(*victim), env ...string) (*victim, outcome) {
	t.Helper()
	v := start(t, program, "serve", append(env, patientEnd)...)
	v.tell("flood")
	during(v)
	v.tell("stop")
	return v, v.finish()
}

// patientEnd lets a program's end take long enough for all that is recorded to be sent on a busy machine.
const patientEnd = "GOAPPTRACE_FLUSH=1m"

// plainFlood is a flood without hooks.
func plainFlood(t *testing.T) (memory int64, plain outcome) {
	t.Helper()
	v, plain := floodRun(t, plainVictim, func(*victim) { time.Sleep(200 * time.Millisecond) })
	return v.peak.Load(), plain
}

// onlyOuter keeps the lines few while the stream is full.
var onlyOuter = []string{"--filter", "main.outer"}

// Viewer after viewer is killed under load; the program doesn't notice, and comes back to each new one.
func TestViewerIsKilled(t *testing.T) {
	skipShort(t)
	memory, plain := plainFlood(t)
	url := socket(t)
	var last *watch
	v, got := floodRun(t, tracedVictim, func(v *victim) {
		for range times(5, 100) {
			w := startWatch(t, url, onlyOuter...)
			w.awaitCalls(rand.Int64N(1000))
			if err := w.kill(); err != nil {
				t.Error(err)
			}
		}
		last = startWatch(t, url, onlyOuter...)
		last.awaitCalls(100)
	}, "GOAPPTRACE_SERVER="+url)
	got.mustEqual(t, plain)
	v.mustBeModest(memory)
	s := last.awaitEnd(v)
	last.stop()
	if err := errors.Join(s.closed(), s.audit(v.made(), false)); err != nil {
		t.Error(err)
	}
	t.Logf("%d MiB more memory", (v.peak.Load()-memory)>>20)
}

// A session that follows another one is as exact as the first.
func TestLedgerOfALaterSession(t *testing.T) {
	skipShort(t)
	url := socket(t)
	first := startWatch(t, url)
	v := start(t, tracedVictim, "serve", "GOAPPTRACE_SERVER="+url, patientEnd)
	first.awaitSession("a session", func(s *seen) bool { return s.state == "established" })
	v.tell("flood")
	first.awaitCalls(10)
	if err := first.kill(); err != nil {
		t.Error(err)
	}
	v.tell("stop")

	second := startWatch(t, url)
	var before calls
	for recorded := false; !recorded; time.Sleep(10 * time.Millisecond) {
		// Calls that were made before the hooks are on again are nobody's: it begins with the first that is shown.
		before = v.made()
		v.tell("burst 1")
		time.Sleep(200 * time.Millisecond)
		recorded = second.locked(func() bool {
			for _, s := range second.sessions {
				if s.ended["main.outer"] > 0 {
					return true
				}
			}
			return false
		})
	}
	v.tell("burst 2000")
	v.finish()
	s := second.awaitEnd(v)
	second.stop()
	made := v.made()
	for name := range made {
		made[name] -= before[name]
	}
	if err := errors.Join(s.closed(), s.audit(made, true)); err != nil {
		t.Error(err)
	}
}

// What a flood loses is counted, to the last call, also when the viewer stands still for a while.
func TestLedger(t *testing.T) {
	skipShort(t)
	memory, plain := plainFlood(t)
	for name, during := range map[string]func(*watch){
		"flood": func(*watch) { time.Sleep(duration(500*time.Millisecond, 10*time.Second)) },
		"viewer stops shortly": func(w *watch) {
			w.awaitCalls(10)
			w.signal(syscall.SIGSTOP)
			time.Sleep(2 * time.Second) // less than what the agent puts up with
			w.signal(syscall.SIGCONT)
			w.awaitCalls(10)
		},
	} {
		t.Run(name, func(t *testing.T) {
			url := socket(t)
			w := startWatch(t, url)
			v, got := floodRun(t, tracedVictim, func(*victim) { during(w) }, "GOAPPTRACE_SERVER="+url)
			got.mustEqual(t, plain)
			v.mustBeModest(memory)
			s := w.awaitEnd(v)
			w.stop()
			if err := errors.Join(s.closed(), s.audit(v.made(), true)); err != nil {
				t.Error(err)
			}
			t.Logf("%v made, %d shown, %d events lost", v.made(), s.final.Calls, s.final.Lost)
		})
	}
}

// A viewer that stands still for longer than the agent waits is given up, and found again.
func TestViewerStops(t *testing.T) {
	skipShort(t)
	if !*soak {
		t.Skip("takes a minute; run with -soak")
	}
	memory, plain := plainFlood(t)
	url := socket(t)
	w := startWatch(t, url, onlyOuter...)
	v, got := floodRun(t, tracedVictim, func(*victim) {
		old := w.awaitCalls(10)
		w.signal(syscall.SIGSTOP)
		time.Sleep(30 * time.Second)
		w.signal(syscall.SIGCONT)
		w.awaitSession("another session with calls", func(s *seen) bool { return s != old && s.ended["main.outer"] > 10 })
	}, "GOAPPTRACE_SERVER="+url)
	got.mustEqual(t, plain)
	v.mustBeModest(memory)
	w.awaitEnd(v)
	w.stop()
	for _, s := range w.sessions {
		if s.final != nil {
			if err := s.audit(v.made(), false); err != nil {
				t.Error(err)
			}
		}
	}
	t.Logf("%d sessions, %d MiB more memory", len(w.sessions), (v.peak.Load()-memory)>>20)
}

func (w *watch) signal(sig syscall.Signal) {
	w.t.Helper()
	if err := w.cmd.Process.Signal(sig); err != nil {
		w.t.Error(err)
	}
}

// A viewer that reads a byte a second takes nothing from a program under load.
func TestViewerReadsSlowly(t *testing.T) {
	skipShort(t)
	t.Parallel()
	memory, plain := plainFlood(t)
	url := serve(t, func(c net.Conn) { readSlowly(c) })
	v := start(t, tracedVictim, "serve", "GOAPPTRACE_SERVER="+url) // its end must not wait for this viewer
	v.tell("flood")
	time.Sleep(duration(2*time.Second, 60*time.Second))
	v.tell("stop")
	v.finish().mustEqual(t, plain)
	v.mustBeModest(memory)
	t.Logf("end took %v; %d MiB more memory", v.lag(), (v.peak.Load()-memory)>>20)
}
