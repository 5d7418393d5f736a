package e2e

import "testing"

// TestWatchCrash: a program that panics stays on the screen as crashed, and its status becomes ours.
func TestWatchCrash(t *testing.T) {
	s := start(t, 120, 36)
	s.enter("clear; goapptrace run ./examples/crash -after 300ms; echo status=$?")
	s.wait(`✗ crash +\d+ +crashed`)
	s.wait(`panic: runtime error`)
	s.wait(`main\.descend`)
	s.press("q")
	s.wait(`status=2\n\$$`)
}
