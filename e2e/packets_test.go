package e2e

import (
	"strings"
	"testing"
)

// TestPackets looks into a packet: the log, a type of it, its fields with their bytes, the call that an event began, and back.
func TestPackets(t *testing.T) {
	s := start(t, 120, 36)
	s.enter("goapptrace run ./examples/shop")
	s.wait(`● live`)
	s.press("6")
	s.wait(` time +type +summary +size +number`)
	s.wait(`─ #[\d,]+ [←→] \w+ · [\d.]+ k?B ─`)

	s.press("/")
	s.typed("type = FuncLogBatch and dir = in")
	s.press("Enter")
	s.wait(`(\n.*←  FuncLogBatch +[\d,]+ events? .*){5}`)
	s.press("Up", "Up")
	s.wait(`▸\d\d:\d\d:\d\d\.\d+  ←  FuncLogBatch .* #\d+ `)

	// Into the fields, and down to the number of the batch, whose bytes stand in brackets.
	s.press("Right")
	s.wait(`▸▾ FuncLogBatch`)
	s.press("Down", "Down")
	s.wait(`▸ +Seq +\d+ `)
	number := s.wait(`─ #([\d,]+) ← FuncLogBatch · [\d.]+ k?B ─+ \d bytes? at 0x[0-9a-f]+ ─`)[1]
	s.wait(`│ [0-9a-f]{6} .*\[([0-9a-f]{2} ?)+\]`)

	// The same from the other side: a byte leads to its field.
	s.press("b", "Left", "Left")
	s.wait(`^ esc back to the fields`)
	s.press("Escape")
	s.wait(`^ enter open, unfold`)

	// The bytes of an event lie in three columns. It leads to its call, and the tab is as it was.
	for range 8 {
		s.press("Down")
	}
	s.press("PageDown")
	s.wait(`▸ +\+.* g\d+ +(enter|leave|error|panic) `)
	s.wait(` at 0x[0-9a-f]+, 0x[0-9a-f]+, 0x[0-9a-f]+ ─`)
	s.press("Enter")
	s.wait(` start +goroutine|gor +call`)
	s.wait(`▸\d\d:\d\d:\d\d\.\d+  g\d+ `)
	s.press("6")
	s.wait(`▸\d\d:\d\d:\d\d\.\d+  ←  FuncLogBatch .* #` + strings.ReplaceAll(number, ",", "") + ` `)

	// What the types add up to.
	s.press("v")
	s.wait(` type +packets +packets/s +bytes +bytes/s +share`)
	s.wait(`← +FuncLogBatch +[\d.,kM]+ +[\d.k]+/s +[\d.]+ [kM]?B`)
	s.wait(`from the program [\d.,kM]+ packets, `)
}
