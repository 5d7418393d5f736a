//go:build linux

package faults

import (
	"errors"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"
)

// floodRun is what a victim goes through in the tests of this file; during is where the fault happens.
func floodRun(t *testing.T, program string, during func(*victim), env ...string) (*victim, outcome) {
	t.Helper()
	v := start(t, program, "serve", append(env, patientEnd, manyProcs)...)
	v.tell("flood")
	during(v)
	v.tell("stop")
	return v, v.finish()
}

// patientEnd lets a program's end take long enough for all that is recorded to be sent on a busy machine.
const patientEnd = "GOAPPTRACE_FLUSH=1m"

// manyProcs keeps a program's goroutines from waiting for each other, so that only what a call itself waits for is seen.
const manyProcs = "GOMAXPROCS=8"

// plainFlood is a flood without hooks.
func plainFlood(t *testing.T) (*victim, outcome) {
	t.Helper()
	return floodRun(t, plainVictim, func(*victim) { time.Sleep(duration(time.Second, 5*time.Second)) })
}

// mustEqual checks that nothing of what the faults are to leave alone differs from a program without hooks.
func (v *victim) mustEqual(got outcome, plain *victim, want outcome) {
	v.t.Helper()
	got.mustEqual(v.t, want)
	v.mustBeModest(plain.peak.Load())
	v.mustNotStall(plain)
	v.t.Logf("%d MiB more memory; %s", (v.peak.Load()-plain.peak.Load())>>20, v.stalls())
}

// onlyOuter keeps the lines few while the stream is full.
var onlyOuter = []string{"--filter", "main.outer"}

// Viewer after viewer is killed under load; the program doesn't notice, and comes back to each new one. Those that come and go
// compete with it for the processors, so the program that it is compared with runs beside it.
func TestViewerIsKilled(t *testing.T) {
	skipShort(t)
	url := socket(t)
	plain := start(t, plainVictim, "serve", manyProcs)
	plain.tell("flood")
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
	plain.tell("stop")
	want := plain.finish()
	t.Log("without hooks: ", plain.stalls())
	v.mustEqual(got, plain, want)
	s := last.awaitEnd(v)
	last.stop()
	if err := errors.Join(s.closed(), s.audit(v.made(), anyNumber)); err != nil {
		t.Error(err)
	}
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
		time.Sleep(time.Second) // calls are held back for a moment
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
	if err := errors.Join(s.closed(), s.audit(made, 0)); err != nil {
		t.Error(err)
	}
}

// What a flood loses is counted, to the last call, also when the viewer stands still for a while.
func TestLedger(t *testing.T) {
	skipShort(t)
	plain, want := plainFlood(t)
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
			v.mustEqual(got, plain, want)
			s := w.awaitEnd(v)
			w.stop()
			if err := errors.Join(s.closed(), s.audit(v.made(), 0)); err != nil {
				t.Error(err)
			}
			t.Logf("%v made, %d shown, %d events lost", v.made(), s.final.Calls, s.final.Lost)
		})
	}
}

// A viewer that stands still for longer than the agent waits is given up, and found again.
func TestViewerStops(t *testing.T) {
	skipShort(t)
	plain, want := plainFlood(t)
	url := socket(t)
	w := startWatch(t, url, onlyOuter...)
	v, got := floodRun(t, tracedVictim, func(*victim) {
		old := w.awaitCalls(10)
		w.signal(syscall.SIGSTOP)
		time.Sleep(duration(12*time.Second, 30*time.Second)) // the agent waits for 10
		w.signal(syscall.SIGCONT)
		w.awaitSession("another session with calls", func(s *seen) bool { return s != old && s.ended["main.outer"] > 10 })
	}, "GOAPPTRACE_SERVER="+url)
	v.mustEqual(got, plain, want)
	w.awaitEnd(v)
	w.stop()
	for _, s := range w.sessions {
		if s.final != nil {
			if err := s.audit(v.made(), anyNumber); err != nil {
				t.Error(err)
			}
		}
	}
	t.Logf("%d sessions", len(w.sessions))
}

func (w *watch) signal(sig syscall.Signal) {
	w.t.Helper()
	if err := w.cmd.Process.Signal(sig); err != nil {
		w.t.Error(err)
	}
}

// A viewer that reads a byte a second takes nothing from a program under load, and shows nothing but what there was.
func TestViewerReadsSlowly(t *testing.T) {
	skipShort(t)
	t.Parallel()
	plain, want := plainFlood(t)
	w := startWatch(t, socket(t))
	url, cut := throttle(t, w.url)
	v := start(t, tracedVictim, "serve", "GOAPPTRACE_SERVER="+url, manyProcs) // its end must not wait for this viewer
	v.tell("flood")
	time.Sleep(duration(2*time.Second, 60*time.Second))
	v.tell("stop")
	v.mustEqual(v.finish(), plain, want)
	t.Logf("end took %v", v.lag())
	cut()
	s := w.awaitEnd(v)
	w.stop()
	if s.state != "lost" {
		t.Errorf("the session is %s", s.state)
	}
	if err := s.audit(v.made(), anyNumber); err != nil {
		t.Error(err)
	}
}
