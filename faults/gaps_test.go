//go:build linux

package faults

import (
	"testing"
	"time"
)

// A hook takes no time worth mentioning from its caller, with any viewer.
func TestGaps(t *testing.T) {
	skipShort(t)
	plain := measureGaps(t, plainVictim)
	for name, viewer := range map[string]func(*testing.T) string{
		"watch": viewers["watch"], "none": viewers["none"], "reads a byte a second": viewers["reads a byte a second"],
	} {
		t.Run(name, func(t *testing.T) {
			traced := measureGaps(t, tracedVictim, "GOAPPTRACE_SERVER="+viewer(t))
			traced.mustNotStall(plain)
		})
	}
}

func measureGaps(t *testing.T, program string, env ...string) *victim {
	t.Helper()
	v := start(t, program, "serve", append(env, manyProcs)...)
	v.tell("gaps %d", duration(time.Second/2, 20*time.Second)/time.Millisecond)
	v.finish()
	t.Logf("%v calls; %s", v.made()["main.leaf"], v.stalls())
	return v
}
