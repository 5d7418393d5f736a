package e2e

import "testing"

// TestWalkTheTree goes the way of someone who looks at a call that failed from all sides: in the tree of its goroutine, at the
// longest call there, at its packet and at its source.
func TestWalkTheTree(t *testing.T) {
	s := start(t, 120, 36)
	s.enter("clear; goapptrace run --errors ./examples/shop -rate 50")
	s.wait(`● shop +\d+ `)
	s.press("2")
	s.wait(` \d+! `)
	s.press("1")
	s.wait(`start +gor`)

	s.press("[", "e")
	g := s.wait(`▸.* (g\d+) .* ! +│`)[1]
	s.press("m", "a")
	s.wait(`has the mark a`)
	s.press("v")
	s.wait(`calls by goroutine`)
	s.wait(`▸.* ` + g + ` .* ! +│`)
	s.press("C")
	s.wait(`▸.* ` + g + ` +\+ [●◔○]`)
	s.press("e")
	s.wait(`▸.* ` + g + ` +▾ [●◔○]`)
	s.press("l")
	s.wait(`▸.* ` + g + ` +[+▾]? *(main|pool|orders|store)\.`)
	s.press("'", "a")
	s.wait(`▸.* ` + g + ` .* ! +│`)

	s.press("d")
	s.wait(`╭ Call [\d,]+ `)
	s.wait(`packet +#[\d,]+ .*, P shows it`)
	s.press("G")
	s.wait(`│ ▸ *\d+ +\S`)
	s.press("P")
	s.wait(`▸.*FuncLogBatch`)
	s.press("1", "v")
	s.wait(`start +gor\S* +call `)
	s.wait(`▸.* ` + g + ` .* ! +│`)

	s.press("q")
	s.wait(`shop is still running`)
	s.press("y")
	s.wait(`^\$$`)
}
