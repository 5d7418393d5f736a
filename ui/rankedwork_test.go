package ui

import "testing"

// What was loaded in the background counts, unless the user has moved or something else was loaded meanwhile.
func TestRankedAside(t *testing.T) {
	for name, test := range map[string]struct {
		meanwhile func(l *ranked[uint64])
		want      uint64 // the first row
	}{
		"nothing": {func(*ranked[uint64]) {}, 100},
		"moved":   {func(l *ranked[uint64]) { l.move(1) }, 0},
		"loaded":  {func(l *ranked[uint64]) { l.load() }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			rows := func(first uint64) func(offset, limit int) ([]uint64, int) {
				return func(offset, limit int) (page []uint64, all int) {
					for i := offset; i < min(offset+limit, 50); i++ {
						page = append(page, first+uint64(i))
					}
					return page, 50
				}
			}
			l := &ranked[uint64]{id: func(row uint64) uint64 { return row }, fetch: rows(0), height: 10}
			l.load()
			took := false
			cmd := l.aside(rows(100), func() { took = true })
			if l.aside(rows(100), nil) != nil {
				t.Error("a second command works at the same time")
			}
			test.meanwhile(l)
			cmd().(workedMsg).done()
			if l.rows[0] != test.want || took != (test.want != 0) {
				t.Errorf("the first row is %d, want %d", l.rows[0], test.want)
			}
			if l.aside(rows(100), nil) == nil {
				t.Error("no other command follows")
			}
		})
	}
}
