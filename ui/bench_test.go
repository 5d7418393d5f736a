package ui

import (
	"testing"

	tea "charm.land/bubbletea/v2"
)

// BenchmarkMessage handles a message while the frame isn't due.
func BenchmarkMessage(b *testing.B) {
	s := newScreen(b, Config{Store: newFixture(b).store}, 200, 60)
	s.root.Update(frameMsg(s.root.ticks))
	for b.Loop() {
		s.root.Update(tea.KeyPressMsg{Code: 'z', Text: "z"})
		s.root.View()
	}
}
