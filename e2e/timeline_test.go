package e2e

import "testing"

// TestNarrowToARange goes the way of someone who asks what went on at one moment: into the timeline, to a stretch of it, and with
// that to the calls and the flame of that stretch, and back to all there is.
func TestNarrowToARange(t *testing.T) {
	s := start(t, 120, 36)
	s.enter("clear; goapptrace run ./examples/shop -rate 200")
	s.wait(`● shop +\d+ `)

	s.press("5")
	s.wait(`from \d\d:\d\d:\d\d.* · a cell is .* · follows · [\d,]+ goroutines`)
	s.wait(`▸. g1 .*[▏•]main\.main`)
	s.wait(`\.worker +▏pool`)
	s.press("Space")
	s.wait(`paused`)
	s.press("Left", "+", "+", "+")
	s.wait(`G follows the newest`)
	s.press("s", "Left", "Left", "Left", "Left")
	s.wait(`selecting [\d.]+ (ms|µs|s): s ends it here`)
	s.press("s")
	bounds := s.wait(`range (\d\d:\d\d:[\d.]+) to [\d:.]+ \(([\d.]+ (?:ms|µs|s))\), \* lifts it`)
	s.wait(`━{4}`)

	s.press("1")
	s.wait(`range ` + bounds[1] + ` to .* lifts it`)
	s.wait(`start +gor`)
	s.press("4")
	s.wait(`total time · [\d,]+ calls in the range`)
	s.press("3")
	s.wait(`\d+ live of \d+ goroutines · in the range`)
	s.press("*")
	s.wait(`\d+ live of [\d.k,]+ goroutines( |│)`)
	s.press("4")
	s.wait(`total time · [\d.kM,]+ calls since`)

	s.press("5")
	s.wait(`▸. g1 `)
	s.press("Enter")
	s.wait(`▸.*main\.main`)
	s.press("q")
	s.wait(`shop is still running`)
	s.press("y")
	s.wait(`^\$$`)
}
