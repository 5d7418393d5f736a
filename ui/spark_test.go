package ui

import "testing"

func TestFormatSpark(t *testing.T) {
	for _, tt := range []struct {
		counts []uint32
		width  int
		ascii  bool
		want   string
	}{
		{nil, 5, false, ""},
		{[]uint32{0, 0}, 5, false, "▁▁"},
		{[]uint32{0, 1, 1000}, 5, false, "▁▁▇"},
		{[]uint32{9, 9, 1, 2, 3, 4, 5, 6, 7}, 7, false, "▁▂▃▄▅▆▇"},
		{[]uint32{1 << 31, 1<<32 - 1}, 2, false, "▁▇"},
		{[]uint32{100, 100, 104, 100}, 5, false, "▁▁▂▁"},
		{[]uint32{7, 7}, 5, false, "▁▁"},
		{[]uint32{0, 1, 5}, 3, true, "_.#"},
		{[]uint32{1, 2}, 0, false, ""},
		{[]uint32{1, 2}, -1, false, ""},
	} {
		if got := formatSpark(tt.counts, tt.width, tt.ascii); got != tt.want {
			t.Errorf("%v in %d cells: %q, want %q", tt.counts, tt.width, got, tt.want)
		}
	}
}
