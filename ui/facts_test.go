package ui

import (
	"strings"
	"testing"

	"goapptrace/model"
	"goapptrace/ui/safe"
)

// Figures are told in full or in short, and never cut.
func TestNumbersFit(t *testing.T) {
	for width, want := range map[int]string{20: "calls   11.6M", 21: "calls   11,584,321"} {
		p := newHandshakePane(newTestEnv())
		p.resize(width, 10)
		p.number("calls", 11_584_321)
		if got := safe.Plain(strings.TrimSpace(p.lines[0])); got != want {
			t.Errorf("in %d cells it says %q, want %q", width, got, want)
		}
	}
}

// Long-lived sessions have packets with six digits and more, which fit into the smallest screen's column, where it is there.
func TestPacketNumbersFit(t *testing.T) {
	for width := 40; width <= 120; width++ {
		p := newPacketsPane(newTestEnv()).(*packetsPane)
		p.resize(width, 10)
		p.list.rows = []model.PacketRow{{Seq: 1_939_125}}
		line := safe.Plain(p.draw(0))
		if strings.Contains(line, "#") && !strings.Contains(line, "#1939125") {
			t.Errorf("in %d cells the line is %q", width, line)
		}
	}
}
