package e2e

import "testing"

// TestFindASlowCall goes the way of someone who asks why a few requests are slow: to the functions, the ones with the worst
// percentiles first, from such a figure to the very call, and to when that happens and what is to blame.
func TestFindASlowCall(t *testing.T) {
	s := start(t, 120, 36)
	s.enter("clear; goapptrace run ./examples/shop -rate 100")
	s.wait(`● shop +\d+ `)

	s.press("2")
	s.wait(`function +calls +total↓ .* p99 +max +errors`)
	s.press("/")
	s.typed(`func ~ Server and calls > 20`)
	s.press("Enter")
	s.wait(`▸main\.\(\*Server\)`)
	for range 8 {
		s.press("Right")
	}
	s.press("s")
	s.wait(`▸ +p99↓`)
	s.press("g")
	s.wait(`▸main\.\S+ .* [\d,k.]+ .*▸ *[\d.]+ [mµn]?s `)
	s.wait(`enter the call behind the figure`)
	s.press("Space", "Enter")
	s.wait(`start +gor\S* +call`)
	s.wait(`▸.*main\.\(`)

	s.press("2")
	s.wait(`▸ +p99↓`)
	for range 8 {
		s.press("Left")
	}
	s.wait(`enter details`)
	s.press("Enter")
	s.wait(`Function · main\.\(\*Server\)`)
	s.wait(`p50 [\d.]+ [mµn]?s +p90 [\d.]+ [mµn]?s +p99 `)
	s.wait(`how long calls took, and when +of the [\d,k.]+ calls retained`)
	s.wait(` (ms|µs|s) █+.*[▀▄]`)
	s.wait(`called by, with the share of its time`)
	s.press("G")
	s.wait(`the slowest calls(.*\n)+.*▸ *[\d.]+ [mµn]?s`)
	s.press("Enter")
	s.wait(`start +gor\S* +call`)

	s.press("q")
	s.wait(`shop is still running`)
	s.press("y")
	s.wait(`^\$$`)
}
