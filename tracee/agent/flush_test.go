package agent

import (
	"testing"
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
