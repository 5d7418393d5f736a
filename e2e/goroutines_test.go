package e2e

import "testing"

// TestFindTheLeak goes the way of someone who asks where all these goroutines come from: to the group that only grows, to one
// of its goroutines, to the call in which that waits, and back.
func TestFindTheLeak(t *testing.T) {
	s := start(t, 120, 36)
	s.enter("clear; goapptrace run ./examples/shop -rate 50 -leak 500ms")
	s.wait(`● shop +\d+ `)

	s.press("3")
	s.wait(`began with +live`)
	s.wait(`main\.\(\*Server\)\.remind +\d+ .*↑\+\d`)
	s.wait(`pool\.\(\*Pool\)\.worker +4 `)
	s.press("L")
	s.wait(`▸\+ main\.\(\*Server\)\.remind +\d+ .*\n│.*││ {80}`) // and nothing else
	s.wait(`↑ 1 group only grows · \d+ live of \d+ goroutines`)

	s.press("Enter", "Down")
	s.wait(`▾ main\.\(\*Server\)\.remind.*(\n.*)+▸ +g\d+ ← g\d+ .*● live`)
	s.press("Enter")
	g := s.wait(`╭ Goroutine (\d+) `)[1]
	s.wait(`state +● live.*(\n.*)+began with +main\.\(\*Server\)\.remind.*(\n.*)+go statement +main\.\(\*Server\)\.promise .*server\.go:\d+`)
	s.wait(`in these calls now.*\n│ main\.\(\*Server\)\.remind +[\d.]+ m?s `)
	s.wait(`started by +│\n│ g` + g + ` ← g\d+ .*server\.go:\d+.*(\n.*)+g1 `)
	s.press("Enter")
	s.wait(`▸.*g` + g + ` .*main\.\(\*Server\)\.remind`)
	s.press("r")
	s.wait(`▸● live +g` + g + ` +g\d+ +main\.\(\*Server\)\.remind`)

	s.press("q")
	s.wait(`shop is still running`)
	s.press("y")
	s.wait(`^\$$`)
}
