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

// The end of a program waits for a viewer that reads, however slowly, and not for one that stands still.
func TestFlushGoesByProgress(t *testing.T) {
	const limit = 2 * time.Second
	for name, tt := range map[string]struct {
		takes, ends time.Duration // how often, and when, the viewer takes something; 0 for never
		flush, want time.Duration
		lost        bool // what isn't sent is
	}{
		"stands still": {0, 0, limit, idleLooks * lookInterval, false},
		"would lose":   {0, 0, limit, limit, true},
		"reads slowly": {200 * time.Millisecond, 0, limit, limit, false},
		"reads all":    {200 * time.Millisecond, 1010 * time.Millisecond, limit, 1010 * time.Millisecond, false},
		"unless told":  {200 * time.Millisecond, 0, 0, flushTimeout, false},
		"reads seldom": {time.Second, 0, limit, idleLooks * lookInterval, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAgent(config{flush: tt.flush})
				a.salvaged = !tt.lost
				a.phase.Store(phaseTalking)
				begin := time.Now()
				a.progress.Store(&progress{queued: func() int {
					if tt.takes == 0 {
						return 1 << 20
					}
					return 1<<20 - int(time.Since(begin)/tt.takes)
				}})
				if tt.ends > 0 {
					time.AfterFunc(tt.ends, func() { close(a.done) })
				}
				a.flush()
				if got := time.Since(begin); got != tt.want {
					t.Errorf("waited %v, want %v", got, tt.want)
				}
			})
		})
	}
}
