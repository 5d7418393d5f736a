//go:build linux

package faults

import (
	"math/rand/v2"
	"testing"
	"time"
)

// A program is killed at any moment: the viewer shows nothing that was not there, and goes on.
func TestTraceeIsKilled(t *testing.T) {
	skipShort(t)
	url := socket(t)
	w := startWatch(t, url, onlyOuter...)
	sessions := 0
	for range times(10, 200) {
		v := start(t, tracedVictim, "serve", "GOAPPTRACE_SERVER="+url)
		if _, err := v.stdin.Write([]byte("flood\n")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rand.N(300 * time.Millisecond))
		v.kill()
		made := v.made()
		if w.ofVictim(v) == nil {
			continue // it came no further than to connect
		}
		sessions++
		s := w.awaitEnd(v)
		w.mu.Lock()
		if s.state != "lost" {
			t.Errorf("the session is %s", s.state)
		}
		if err := s.audit(made, false); err != nil {
			t.Error(err)
		}
		w.mu.Unlock()
	}
	w.stop()
	t.Logf("%d sessions", sessions)
}
