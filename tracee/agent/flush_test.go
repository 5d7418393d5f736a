package agent

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestFlushFromTheEnvironment(t *testing.T) {
	for text, want := range map[string]time.Duration{"": 0, "2s": 2 * time.Second, "soon": 0, "-1s": 0} {
		t.Setenv("GOAPPTRACE_FLUSH", text)
		if cfg, _ := configFromEnv(); cfg.flush != want {
			t.Errorf("%q: %v, want %v", text, cfg.flush, want)
		}
	}
}

// Whoever ends the program first does so first, also when others want to meanwhile.
func TestFlushKeepsTheOrderOfEnders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAgent(config{})
		a.phase.Store(phaseTalking)
		begin := time.Now()
		var waited [3]time.Duration
		var enders sync.WaitGroup
		for i := range waited {
			enders.Go(func() {
				a.flush()
				waited[i] = time.Since(begin)
			})
			synctest.Wait()
		}
		time.Sleep(10 * time.Millisecond)
		close(a.done)
		enders.Wait()
		want := [3]time.Duration{10 * time.Millisecond, 10*time.Millisecond + yield, 10*time.Millisecond + yield}
		if waited != want {
			t.Errorf("they waited %v, want %v", waited, want)
		}
	})
}
