package ui

import (
	"slices"
	"testing"
)

// Whatever the size, every cell belongs to exactly one rectangle or border, and no pane is without a line.
func TestLayoutFillsTheScreen(t *testing.T) {
	for width := minWidth; width <= 400; width += 3 {
		for height := minHeight; height <= 110; height++ {
			for focus := range slotCount {
				for _, a := range []arrangement{
					{width: width, height: height, focus: focus},
					{width: width, height: height, focus: focus, sessions: 100},
					{width: width, height: height, focus: focus, zoomed: true},
					{width: width, height: height, focus: focus, wire: true},
					{width: width, height: height, empty: true},
				} {
					checkLayout(t, a)
				}
			}
			if t.Failed() {
				return
			}
		}
	}
}

func checkLayout(t *testing.T, a arrangement) {
	t.Helper()
	l := a.layout()
	x := 0
	for _, c := range l.columns {
		if c.x != x || c.y != 1 || c.height != a.height-2 {
			t.Errorf("%+v: column at %+v, want x %d", a, c.rect, x)
		}
		x += c.width
		y := c.y
		for _, s := range c.sections {
			if s.title.y != y || s.inner.y != y+1 || s.inner.height < 2 || s.inner.width != c.width-2 {
				t.Errorf("%+v: section %+v, want its title at %d", a, s, y)
			}
			y = s.inner.y + s.inner.height
		}
		if y != c.y+c.height-1 {
			t.Errorf("%+v: sections end at %d of %+v", a, y, c.rect)
		}
	}
	if x != a.width {
		t.Errorf("%+v: columns end at %d", a, x)
	}
	if _, shown := l.find(a.focus); !shown && !a.empty {
		t.Errorf("%+v: the focused slot is not on the screen", a)
	}
}

func TestLayoutSlots(t *testing.T) {
	all := []slot{slotSessions, slotHandshake, slotTab, slotPackets}
	tests := []struct {
		name    string
		a       arrangement
		columns int
		slots   []slot
	}{
		{"80x24", arrangement{width: 80, height: 24}, 2, all},
		{"120x36", arrangement{width: 120, height: 36}, 2, all},
		{"400x100", arrangement{width: 400, height: 100}, 2, all},
		{"packets in the tab", arrangement{width: 120, height: 36, focus: slotTab, wire: true}, 2, []slot{slotSessions, slotHandshake, slotTab}},
		{"portrait", arrangement{width: 60, height: 40}, 1, all},
		{"low", arrangement{width: 80, height: 10}, 2, []slot{slotSessions, slotTab}},
		{"low, packets focused", arrangement{width: 80, height: 10, focus: slotPackets}, 2, []slot{slotSessions, slotPackets}},
		{"least", arrangement{width: 40, height: 10, focus: slotTab}, 1, []slot{slotTab}},
		{"zoomed", arrangement{width: 120, height: 36, focus: slotHandshake, zoomed: true}, 1, []slot{slotHandshake}},
		{"empty", arrangement{width: 120, height: 36, empty: true}, 1, []slot{slotWelcome}},
		{"opened", arrangement{width: 120, height: 36, opened: true, zoomed: true}, 1, []slot{slotOpened}},
		{"too small", arrangement{width: 39, height: 36}, 0, nil},
		{"too low", arrangement{width: 80, height: 9}, 0, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := tt.a.layout()
			var got []slot
			for _, c := range l.columns {
				for _, s := range c.sections {
					got = append(got, s.slot)
				}
			}
			if len(l.columns) != tt.columns || !slices.Equal(got, tt.slots) {
				t.Errorf("%d columns with slots %v, want %d with %v", len(l.columns), got, tt.columns, tt.slots)
			}
			if l.tooSmall != (tt.columns == 0) {
				t.Errorf("tooSmall = %v", l.tooSmall)
			}
		})
	}
}

func TestAt(t *testing.T) {
	l := arrangement{width: 120, height: 36}.layout()
	for want := range slotCount {
		s, _ := l.find(want)
		for _, p := range [][2]int{{s.inner.x, s.inner.y}, {s.title.x + 2, s.title.y}, {s.inner.x + s.inner.width - 1, s.inner.y + s.inner.height - 1}} {
			if got, ok := l.at(p[0], p[1]); !ok || got.slot != want {
				t.Errorf("at %v: slot %v, want %v", p, got.slot, want)
			}
		}
	}
	if _, ok := l.at(0, 0); ok {
		t.Error("the header belongs to a pane")
	}
}
