package e2e

import "testing"

// TestFindTheHotPath goes the way of someone who asks what a program spends its time on: to what its functions take
// themselves, from the widest of them into the calls below, to the longest call of that path.
func TestFindTheHotPath(t *testing.T) {
	s := start(t, 120, 36)
	s.enter("clear; goapptrace run ./examples/shop -rate 100")
	s.wait(`● shop +\d+ `)

	s.press("4")
	s.wait(`total time · [\d,.]+[kM]? calls since \d\d:\d\d:\d\d`)
	s.wait(`▸all of shop`)
	s.press("w", "w")
	s.wait(`│ calls · [\d,.]+[kM]? calls since`)
	first := s.wait(`calls · ([\d,.]+[kM]?) calls`)[1]
	for s.wait(`calls · ([\d,.]+[kM]?) calls`)[1] == first { // it goes on
	}

	s.press("Down")
	s.wait(`▏all of shop(.*\n)+.*▸\S`)
	s.press("Enter")
	s.wait(`zoomed \(esc\)(.*\n)+.*█{6} 100\.0 % · .*calls · total`)
	s.press("b")
	s.wait(`\+ and - since the baseline`)
	s.wait(` was 100\.0 %`)
	s.press("b", "Escape")
	s.wait(`▏all of shop`)

	s.press("/")
	s.typed("bank")
	s.press("Enter", "n")
	s.wait(` /bank ╮`)
	s.wait(`▸\S*Charge(.*\n)+.*\.Charge .*\.go:\d+(.*\n)+.*max .*\(c\)`)
	s.press("Space")
	s.press("c")
	s.wait(`▸.*\.Charge `)

	s.press("q")
	s.wait(`shop is still running`)
	s.press("y")
	s.wait(`^\$$`)
}
