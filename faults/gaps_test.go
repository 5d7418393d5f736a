//go:build linux

package faults

import (
	"testing"
	"time"
)

// A hook takes no time worth mentioning from its caller, with any viewer. What the clock says depends on who else
// wants the processor, and is only told; what a thread itself spent on its processor doesn't.
func TestGaps(t *testing.T) {
	skipShort(t)
	plain := measureGaps(t, plainVictim)
	for name, viewer := range map[string]func(*testing.T) string{
		"watch": viewers["watch"], "none": viewers["none"], "reads a byte a second": viewers["reads a byte a second"],
	} {
		t.Run(name, func(t *testing.T) {
			traced := measureGaps(t, tracedVictim, "GOAPPTRACE_SERVER="+viewer(t))
			// An interrupt or a virtual machine's host may take a millisecond; hooks would do so again and again.
			if long, others := traced.ledger[cpuGaps].Load(), plain.ledger[cpuGaps].Load(); long > 10+10*others {
				t.Errorf("%d times, a few calls took more than 1 ms of their processor; without hooks %d times", long, others)
			}
		})
	}
}

func measureGaps(t *testing.T, program string, env ...string) *victim {
	t.Helper()
	v := start(t, program, "serve", env...)
	v.tell("gaps %d", duration(time.Second/2, 20*time.Second)/time.Millisecond)
	v.finish()
	t.Logf("%v calls; longest step %v by the clock (%d over 1 ms), %v of the processor (%d over 1 ms)",
		v.made()["main.leaf"], time.Duration(v.ledger[wallGap].Load()), v.ledger[wallGaps].Load(),
		time.Duration(v.ledger[cpuGap].Load()), v.ledger[cpuGaps].Load())
	return v
}
