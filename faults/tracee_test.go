//go:build linux

package faults

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A program is killed at any moment: the viewer shows nothing that was not there, and goes on.
func TestTraceeIsKilled(t *testing.T) {
	skipShort(t)
	url := socket(t)
	plain, want := plainFlood(t)
	w := startWatch(t, url, onlyOuter...)
	sessions := 0
	for range times(10, 200) {
		v := start(t, tracedVictim, "serve", "GOAPPTRACE_SERVER="+url, manyProcs)
		if _, err := v.stdin.Write([]byte("flood\n")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rand.N(300 * time.Millisecond))
		v.kill()
		if printed := v.stdout.String(); !strings.HasPrefix(want.stdout, printed) {
			t.Errorf("it printed %q", printed)
		}
		if got := v.cmd.ProcessState.String(); got != "signal: killed" {
			t.Errorf("it ended with %s", got)
		}
		v.mustBeModest(plain.peak.Load())
		v.mustNotStall(plain)
		made := v.made()
		if w.ofVictim(v) == nil {
			continue // it came no further than to connect
		}
		sessions++
		s := w.awaitEnd(v)
		w.mu.Lock()
		unanswered := s.state == "refused" && s.final.Calls == 0 // it was killed in the middle of the handshake
		if s.state != "lost" && !unanswered {
			t.Errorf("the session is %s: %s", s.state, s.reason)
		}
		if err := s.audit(made, anyNumber); err != nil {
			t.Error(err)
		}
		w.mu.Unlock()
	}
	w.stop()
	t.Logf("%d sessions", sessions)
}

// launch is a victim that goapptrace run has started, with the viewer.
func launch(t *testing.T, mode string) (*victim, *watch) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ledger")
	v := &victim{t: t, ledger: openLedger(t, file)}
	run := exec.Command(goapptrace, "run", "--json", "--filter", "main.outer", "-C", "testdata/victim", ".", mode)
	run.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "VICTIM_LEDGER="+file)
	var err error
	if v.stdin, err = run.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	return v, newWatch(t, run)
}

// mustHaveAll waits for the end of a victim that goapptrace run has started, and checks that but for so many calls all
// that it made are shown or counted as lost.
func (w *watch) mustHaveAll(v *victim, status int, missing int64) {
	w.t.Helper()
	<-w.read
	if err := w.cmd.Wait(); w.cmd.ProcessState.ExitCode() != status {
		w.t.Errorf("the viewer: %v, want exit status %d\n%s", err, status, w.stderr.String())
	}
	sessions := 0
	for _, s := range w.sessions {
		if s.pid == 0 || s.state == "refused" {
			continue // it died in the middle of the handshake; what it left is another session
		}
		sessions++
		if err := errors.Join(s.audit(v.made(), missing), s.balanced()); err != nil {
			w.t.Error(err)
		}
		w.t.Logf("%v made, %d shown: %s", v.made(), s.final.Calls, s.reason)
	}
	if sessions != 1 {
		w.t.Errorf("%d sessions", sessions)
	}
}

// What a program had not sent when it was killed is salvaged, to the last call.
func TestKilledTraceeIsSalvaged(t *testing.T) {
	skipShort(t)
	for range times(3, 50) {
		v, w := launch(t, "serve")
		if _, err := v.stdin.Write([]byte("flood\n")); err != nil {
			t.Fatal(err)
		}
		await(t, "calls", func() bool { return v.ledger[outerCalls].Load() > 200 })
		time.Sleep(rand.N(300 * time.Millisecond))
		if err := syscall.Kill(int(v.ledger[processID].Load()), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		const atDeath = 4 // calls that were counted, on two threads, and perhaps not yet begun
		w.mustHaveAll(v, 128+int(syscall.SIGKILL), atDeath)
	}
}

// What a program had not sent when it crashed is salvaged, too.
func TestCrashedTraceeIsSalvaged(t *testing.T) {
	skipShort(t)
	for _, mode := range []string{"panic", "fault", "unlock"} {
		t.Run(mode, func(t *testing.T) {
			for range times(1, 10) {
				v, w := launch(t, mode)
				w.mustHaveAll(v, 2, 0)
			}
		})
	}
}
